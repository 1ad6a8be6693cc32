/* Any text as a template: it compiles or is refused, and what it renders of a document never leaves unescaped. */
#include "fuzz.h"

#include "view/template.h"

/* Every text of the document: a mark that the template cannot hold, then what must be escaped. */
#define TEXT	"\\u0002<\\u0002&\\u0002>\\u0002\\\"\\u0002'"
static const char document_text[] = "{\"x\":\"" TEXT "\",\"l\":[\"" TEXT "\",{\"x\":\"" TEXT "\"},[1,\"" TEXT "\"]],"
    "\"a\":{\"b\":{\"c\":\"" TEXT "\",\"l\":[]},\"x\":null},\"n\":1234.5,\"t\":true,\"f\":false,\"d\":\"2024-05-07" TEXT "\"}";
static const char globals_text[] = "{\"page\":{\"title\":\"" TEXT "\"},\"x\":\"" TEXT "\"}";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static json_t *document, *globals;
	struct arena arena;
	struct template_source sources[] = { { "t", NULL }, { "p", "{{x}}{{#l}}{{.}}{{/l}}" }, { "q", " {{> p}} " },
	    { "r", "{{#l}}\r\n  {{> q}}\r\n\t{{> p}}\n{{/l}}" }, { NULL, NULL } };
	struct template *template;
	struct buffer out;
	const char *message;
	char *text;
	size_t i, sections = 0;

	if (document == NULL) {
		document = json_loads(document_text, 0, NULL);
		globals = json_loads(globals_text, 0, NULL);
		PROMISE(document != NULL && globals != NULL);
	}
	if (size > 400)
		return 0;
	arena_init(&arena);
	text = arena_strndup(&arena, (const char *)data, size);
	for (i = 0; i < size; i++) {
		sections += text[i] == '#';
		if (text[i] == '\x02')
			text[i] = ' ';
	}
	/* sections over lists multiply when they nest: a few are enough */
	if (sections > 7) {
		arena_free(&arena);
		return 0;
	}
	sources[0].text = text;
	template = template_compile(sources, "t", &message);
	if (template == NULL) {
		PROMISE(*message != '\0');
	} else {
		buffer_init(&out, &arena, 0);
		template_render(template, document, globals, &out);
		buffer_text(&out);
		PROMISE(memmem(out.data, out.length, "\x02<", 2) == NULL);
		PROMISE(memmem(out.data, out.length, "\x02>", 2) == NULL);
		PROMISE(memmem(out.data, out.length, "\x02\"", 2) == NULL);
		PROMISE(memmem(out.data, out.length, "\x02'", 2) == NULL);
		PROMISE(memmem(out.data, out.length, "\x02&\x02", 3) == NULL);
		template_free(template);
	}
	arena_free(&arena);
	return 0;
}
