# Turns sql/queries/*.sql into C: comments dropped, ":name" made "$n", the header kept as role and parameter list.
# Usage: awk -f embed.awk FILE... > statements.c      Stops with an error for a file without "-- role:".
function fail(message) { print FILENAME_OF ": " message > "/dev/stderr"; failed = 1; exit 1 }
function quote(text) { gsub(/\\/, "&&", text); gsub(/"/, "\\\"", text); gsub(/\t/, "\\t", text); gsub(/\n/, "\\n", text); return text }
function flush_statement(    i, c, next_c, out, name, in_string, count, names, seen, list) {
	if (FILENAME_OF == "") return
	if (role !~ /^(web|owner)$/) fail("header line \"-- role: web|owner\" is missing")
	name = FILENAME_OF; sub(/.*\//, "", name); sub(/\.sql$/, "", name)
	split("", seen); count = 0; out = ""; in_string = ""; list = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (in_string == "" && c == "-" && substr(text, i + 1, 1) == "-") {
			while (i <= length(text) && substr(text, i, 1) != "\n") i++
			out = out "\n"; continue
		}
		if (c == "'" || c == "\"") { if (in_string == "") in_string = c; else if (in_string == c) in_string = "" }
		if (in_string == "" && c == ":" && substr(text, i + 1, 1) == ":") { out = out "::"; i++; continue }
		if (in_string == "" && c == ":" && match(substr(text, i + 1), /^[a-z_][a-z0-9_]*/)) {
			param = substr(text, i + 1, RLENGTH)
			if (!(param in seen)) { seen[param] = ++count; list = list "\"" param "\", " }
			out = out "$" seen[param]; i += RLENGTH; continue
		}
		out = out c
	}
	sub(/^[ \n\t]+/, "", out); sub(/[ ;\n\t]+$/, "", out)
	if (out == "") fail("no statement found")
	gsub(/[ \t]*\n[ \t\n]*/, "\n", out)
	printf "static const char *const params_%s[] = { %sNULL };\n", name, list
	table = table sprintf("\t{ \"%s\", \"%s\", \"%s\", %d, params_%s },\n", name, role, quote(out), count, name)
}
BEGIN { print "/* Made from sql/queries by app/db/embed.awk. */\n#include <stddef.h>\n#include \"db/statement.h\"\n" }
FNR == 1 { flush_statement(); FILENAME_OF = FILENAME; text = ""; role = "" }
/^-- role:/ { role = $3 }
{ text = text $0 "\n" }
END {
	if (failed) exit 1
	flush_statement()
	print "\nconst struct statement statements[] = {\n" table "\t{ NULL, NULL, NULL, 0, NULL }\n};"
}
