# Turns text files into C, each by its name without the ending: assets/templates/*.mustache, or, with
#   -v header=openapi.h -v struct=document_source -v table=document_sources -v ending=.json     sql/documents/*.json
# Usage: awk -f embed.awk FILE... > templates.c
function quote(text) { gsub(/\\/, "&&", text); gsub(/"/, "\\\"", text); gsub(/\t/, "\\t", text); gsub(/\r/, "\\r", text); return text }
BEGIN {
	if (header == "") { header = "view/template.h"; struct = "template_source"; table = "template_sources"; ending = ".mustache" }
	print "/* Made by app/view/embed.awk. */\n#include <stddef.h>\n#include \"" header "\"\n\nconst struct " struct " " table "[] = {"
}
FNR == 1 {
	if (NR > 1) print "\t},"
	name = FILENAME; sub(/.*\//, "", name); name = substr(name, 1, length(name) - length(ending))
	printf "\t{ \"%s\",\n", name
}
{ printf "\t\"%s\\n\"\n", quote($0) }
END { if (NR > 0) print "\t},"; print "\t{ NULL, NULL }\n};" }
