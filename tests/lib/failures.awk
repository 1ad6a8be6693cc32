# The failed leaf tests of a TAP file: name and what went wrong, without the stack. Variable: suite.
function flush_one() {
	if (name != "" && !parent) {
		printf "not ok %s: %s\n", suite, name
		for (i = 1; i <= lines && i <= 24; i++) print "    " text[i]
	}
	name = ""
	lines = 0
	parent = 0
	in_error = 0
}
/^ *(not )?ok [0-9]+/ { flush_one() }
/^ *not ok [0-9]+/ {
	name = $0
	sub(/^ *not ok [0-9]+ (- )?/, "", name)
}
/failureType: '(subtestsFailed|cancelledByParent)'/ { parent = 1 }
/^ *(code|name|stack|expected|actual|operator|location|duration_ms|type):/ { in_error = 0 }
/^ *error:/ { in_error = 1 }
# what pgTAP, cmocka and libFuzzer say stands in comments
name != "" && /^ *#/ && !/# Subtest/ { in_error = 2 }
name != "" && in_error && lines < 24 {
	line = $0
	sub(/^ *(error: )?/, "", line)
	if (line != "|-" && line != "") text[++lines] = substr(line, 1, 300)
	if (in_error == 2) in_error = 0
}
END { flush_one() }
