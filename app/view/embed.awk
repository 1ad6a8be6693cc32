# Turns assets/templates/*.mustache into C. Usage: awk -f embed.awk FILE... > templates.c
function quote(text) { gsub(/\\/, "&&", text); gsub(/"/, "\\\"", text); gsub(/\t/, "\\t", text); gsub(/\r/, "\\r", text); return text }
BEGIN { print "/* Made from assets/templates by app/view/embed.awk. */\n#include <stddef.h>\n#include \"view/template.h\"\n\nconst struct template_source template_sources[] = {" }
FNR == 1 {
	if (NR > 1) print "\t},"
	name = FILENAME; sub(/.*\//, "", name); sub(/\.mustache$/, "", name)
	printf "\t{ \"%s\",\n", name
}
{ printf "\t\"%s\\n\"\n", quote($0) }
END { if (NR > 0) print "\t},"; print "\t{ NULL, NULL }\n};" }
