/* Any JSON against a template that uses everything: nothing of it leaves unescaped, whatever types stand where. */
#include "fuzz.h"

#include "view/template.h"

static const struct template_source sources[] = {
	{ "t", "{{x}} {{a.b}} {{a.b.c}} {{x|number}} {{x|km}} {{x|date}} {{x|url}} {{#x}}({{.}} {{x}} {{a.b|km}}){{/x}}{{^x}}-{{/x}} "
	    "{{#has_l}}+{{/has_l}}{{#l}}[{{.}} {{n|number}} {{#l}}{{.}}{{#l}}{{x}}{{/l}}{{/l}} {{> p}}]{{/l}}\n{{page.title}}" },
	{ "p", "{{#a}}{{#b}}{{c}}{{.}}{{/b}}{{/a}}" },
	{ NULL, NULL }
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct template *template;
	const char *message, *p;
	struct arena arena;
	struct buffer out;
	json_t *document;
	size_t i, commas = 0;

	if (template == NULL) {
		template = template_compile(sources, "t", &message);
		PROMISE(template != NULL);
	}
	/* the template's nested lists multiply: short ones are enough */
	for (i = 0; i < size; i++)
		commas += data[i] == ',';
	if (size > 4096 || commas > 60 || (document = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL)) == NULL)
		return 0;
	arena_init(&arena);
	buffer_init(&out, &arena, 0);
	template_render(template, document, document, &out);
	for (p = buffer_text(&out); (p = strpbrk(p, "<>\"'&")) != NULL; p++)
		PROMISE(*p == '&' && (strncmp(p, "&amp;", 5) == 0 || strncmp(p, "&lt;", 4) == 0 || strncmp(p, "&gt;", 4) == 0 ||
		    strncmp(p, "&quot;", 6) == 0 || strncmp(p, "&#39;", 5) == 0));
	json_decref(document);
	arena_free(&arena);
	return 0;
}
