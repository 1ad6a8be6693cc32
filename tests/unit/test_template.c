/* view/template: what is rendered, what is refused, and that nothing leaves unescaped. */
#include "unit.h"

#include "view/template.h"

/* Renders `text` (with up to three partials) against JSON documents; globals may be NULL. Fails if it does not compile. */
static const char *
render_with(const struct template_source *sources, const char *document, const char *globals)
{
	const char *message;
	struct template *template = template_compile(sources, sources[0].name, &message);
	json_t *doc = document != NULL ? json_of(document) : NULL, *glob = globals != NULL ? json_of(globals) : NULL;
	struct buffer *out = new_buffer();

	if (template == NULL)
		fail_msg("does not compile: %s", message);
	template_render(template, doc, glob, out);
	template_free(template);
	json_decref(doc);
	json_decref(glob);
	return buffer_text(out);
}

static const char *
render(const char *text, const char *document)
{
	const struct template_source sources[] = { { "t", text }, { NULL, NULL } };

	return render_with(sources, document, NULL);
}

static void
is(const char *text, const char *document, const char *wanted)
{
	const char *got = render(text, document);

	if (strcmp(got, wanted) != 0)
		fail_msg("%s with %s gives >%s<, not >%s<", text, document, got, wanted);
}

static void
must_not_compile(const char *text, const char *why)
{
	const struct template_source sources[] = { { "t", text }, { "self", "{{> self}}" }, { "a", "{{> b}}" }, { "b", "{{> a}}" },
	    { "broken", "{{#x}}" }, { NULL, NULL } };
	const char *message;
	struct template *template = template_compile(sources, "t", &message);

	if (template != NULL) {
		template_free(template);
		fail_msg("compiles: %s", text);
	}
	if (strstr(message, why) == NULL)
		fail_msg("%s: the message says >%s<, not >%s<", text, message, why);
}

static void
values_are_escaped_everywhere(void **state)
{
	(void)state;
	is("{{x}}", "{\"x\":\"<a href=\\\"x\\\" onclick='y'>&amp;\"}",
	    "&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;amp;");
	is("<p title=\"{{x}}\">", "{\"x\":\"\\\"><script>\"}", "<p title=\"&quot;&gt;&lt;script&gt;\">");
	is("{{#l}}{{.}}{{/l}}", "{\"l\":[\"<\",\"&\"]}", "&lt;&amp;");
	is("{{a.b}}", "{\"a\":{\"b\":\"<>\"}}", "&lt;&gt;");
	is("{{x|date}}{{x|number}}{{x|km}}", "{\"x\":\"<b>\"}", "&lt;b&gt;&lt;b&gt;&lt;b&gt;");
	is("{{x|url}}", "{\"x\":\"<\\\"&'/\"}", "%3C%22%26%27%2F");
	is("{{x}}", "{\"x\":\"ä\\u00a0\\ud83d\\ude00\"}", "ä\xc2\xa0\U0001F600");
}

static void
values_of_every_type(void **state)
{
	(void)state;
	is("[{{s}}{{i}},{{r}},{{t}},{{f}},{{n}},{{l}},{{o}},{{missing}}]",
	    "{\"s\":\"\",\"i\":-7,\"r\":2.5,\"t\":true,\"f\":false,\"n\":null,\"l\":[1],\"o\":{\"a\":1}}", "[-7,2.5,true,false,,,,]");
	is("{{i|number}} {{r|number}} {{d|date}} {{k|km}}", "{\"i\":194501,\"r\":3.5,\"d\":\"2024-05-07\",\"k\":3.42}",
	    "194.501 3,5 07.05.2024 3,4\xc2\xa0km");
}

static void
sections(void **state)
{
	static const char *const falsy[] = { "{}", "{\"x\":null}", "{\"x\":false}", "{\"x\":\"\"}", "{\"x\":[]}" };
	static const char *const truthy[] = { "{\"x\":0}", "{\"x\":true}", "{\"x\":\" \"}", "{\"x\":{}}", "{\"x\":[null]}", "{\"x\":0.0}" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(falsy) / sizeof(falsy[0]); i++)
		is("{{#x}}ja{{/x}}{{^x}}nein{{/x}}", falsy[i], "nein");
	for (i = 0; i < sizeof(truthy) / sizeof(truthy[0]); i++)
		is("{{#x}}ja{{/x}}{{^x}}nein{{/x}}", truthy[i], "ja");
	is("{{#l}}<{{n}}{{.}}>{{/l}}", "{\"l\":[{\"n\":1},{\"n\":2},3]}", "<1><2><3>");
	is("{{#l}}{{#.}}{{.}}{{/.}};{{/l}}", "{\"l\":[[1,2],[3]]}", "12;3;");
	is("{{#a}}{{#b}}{{c}}{{/b}}{{/a}}", "{\"a\":{\"b\":{\"c\":5}}}", "5");
	is("{{# x }}ja{{/ x }}", "{\"x\":1}", "ja");
	is("{{#a.b}}{{.}}{{/a.b}}", "{\"a\":{\"b\":[1,2]}}", "12");
}

static void
has_x_asks_for_elements(void **state)
{
	(void)state;
	is("{{#has_l}}ja{{/has_l}}{{^has_l}}nein{{/has_l}}", "{\"l\":[1,2,3]}", "ja");
	is("{{#has_l}}ja{{/has_l}}{{^has_l}}nein{{/has_l}}", "{\"l\":[]}", "nein");
	is("{{#has_l}}ja{{/has_l}}{{^has_l}}nein{{/has_l}}", "{\"l\":\"text\"}", "nein");
	is("{{#has_l}}ja{{/has_l}}{{^has_l}}nein{{/has_l}}", "{\"l\":[],\"has_l\":true}", "ja");
	is("{{#a.has_l}}ja{{/a.has_l}}", "{\"a\":{\"l\":[1]}}", "ja");
	is("{{#l}}{{#has_l}}außen{{/has_l}}{{/l}}", "{\"l\":[{\"l\":[]},{}]}", "außen");
	is("{{#has_}}x{{/has_}}", "{\"\":[1]}", "");
}

static void
names_are_looked_for_from_the_inside_out(void **state)
{
	const struct template_source sources[] = { { "t", "{{page.title}} {{total}} {{#site}}{{name}}{{/site}} {{#l}}{{page}}{{/l}}" }, { NULL, NULL } };

	(void)state;
	is("{{#a}}{{x}}{{y}}{{/a}}", "{\"x\":1,\"y\":2,\"a\":{\"x\":3}}", "32");
	/* a name that is there, but empty, ends the search */
	is("{{#a}}[{{x}}{{#x}}!{{/x}}]{{/a}}", "{\"x\":1,\"a\":{\"x\":null}}", "[]");
	/* only the first part of a dotted name is looked for outside */
	is("{{#a}}[{{b.c}}]{{/a}}", "{\"b\":{\"c\":1},\"a\":{\"b\":{}}}", "[]");
	is("[{{x.y.z}}]", "{\"x\":{\"y\":\"text\"}}", "[]");
	/* what every page knows goes before the document's own members, not before open sections */
	assert_string_equal(render_with(sources, "{\"page\":3,\"total\":7,\"site\":{\"name\":\"Ort\"},\"l\":[{\"page\":9}]}",
	    "{\"page\":{\"title\":\"Suche\"},\"site\":{\"name\":\"Register\"}}"), "Suche 7 Register 9");
	assert_string_equal(render_with(sources, NULL, NULL), "   ");
}

static void
standalone_tags_take_their_line_along(void **state)
{
	(void)state;
	is("a\n{{#x}}\nb\n{{/x}}\nc\n", "{\"x\":true}", "a\nb\nc\n");
	is("a\n  {{#x}}  \nb\n\t{{/x}}\nc", "{\"x\":true}", "a\nb\nc");
	is("a\n{{! Bemerkung }}\nb\n", "{}", "a\nb\n");
	is("a {{! x }} b\n", "{}", "a  b\n");
	is("{{#x}}a{{/x}}\n", "{\"x\":1}", "a\n");
	is("{{^x}}\na\n{{/x}}", "{}", "a\n");
	is("a\n{{x}}\nb", "{\"x\":1}", "a\n1\nb");
	/* with carriage returns, and only with a line feed behind them */
	is("a\r\n{{#x}}\r\nb\r\n {{/x}}\t\r\nc\r\n", "{\"x\":true}", "a\r\nb\r\nc\r\n");
	is("{{! x }}\r\na{{! x }}\r\n", "{}", "a\r\n");
	is("{{#x}}\rb{{/x}}", "{\"x\":1}", "\rb");
	/* two tags on one line: the line is not theirs */
	is("{{#x}}{{/x}}\na", "{\"x\":1}", "\na");
	is("{{! x }} {{! y }}\na", "{}", " \na");
	/* first and last line, without line feeds around them */
	is("  {{#x}}  \na\n  {{/x}}  ", "{\"x\":1}", "a\n");
	is("{{! over\n two lines }}\na", "{}", "a");
}

/* Kinds of cases that the suite has had since 1.2; the packaged one is older (tests/unit/test_mustache.c). */
static void
later_rules_of_the_suite(void **state)
{
	(void)state;
	/* a part of a dotted name is looked for in what was found, never further out, and never as one key */
	is("{{#shop}}[{{owner.name}}]{{/shop}}", "{\"shop\":{\"owner\":{}},\"owner\":{\"name\":\"falsch\"}}", "[]");
	is("[{{a.b}}{{#a.b}}x{{/a.b}}]", "{\"a.b\":\"falsch\"}", "[]");
	is("[{{a.b}}]", "{\"a.b\":\"falsch\",\"a\":{\"b\":\"gut\"}}", "[gut]");
	is("{{#a}}{{b.c}}{{/a}}", "{\"a\":{\"b\":{\"c\":\"innen\"}},\"b\":{\"c\":\"aussen\"}}", "innen");
	is("[{{^a.b.c}}leer{{/a.b.c}}]", "{\"a\":{\"b\":5}}", "[leer]");
	/* the implicit iterator: at the root, nested, over texts, inverted */
	is("{{.}}", "\"<\"", "&lt;");
	is("{{.}}", "4.5", "4.5");
	is("{{#.}}({{v}}){{/.}}", "[{\"v\":\"a\"},{\"v\":\"b\"}]", "(a)(b)");
	is("{{#l}}({{#.}}{{#.}}{{.}}{{/.}};{{/.}}){{/l}}", "{\"l\":[[[1],[2,3]],[[\"x\"]]]}", "(1;23;)(x;)");
	is("{{#l}}{{^.}}leer{{/.}}{{/l}}", "{\"l\":[\"\",[],0,false]}", "leerleerleer");
	/* a value opens a scope: itself by the dot, everything else as before */
	is("{{#a}}{{.}} und {{a}}{{/a}}", "{\"a\":\"x\"}", "x und x");
	is("{{#a}}{{b}}{{#c}}{{d}}{{a.x}}{{/c}}{{/a}}", "{\"a\":{\"x\":1,\"b\":2},\"c\":{\"d\":3}}", "231");
	is("{{#l}}{{#m}}{{n}}{{o.p}}{{/m}}{{/l}}", "{\"l\":[{\"o\":{\"p\":\"-\"},\"m\":[{\"n\":1},{\"n\":2}]}]}", "1-2-");
	/* null and nothing are empty, and false for sections */
	is("[{{x}}{{y}}{{#x}}!{{/x}}{{^x}}leer{{/x}}]", "{\"x\":null}", "[leer]");
	/* blanks inside a tag */
	is("{{ x }}{{\tx\t}}{{\nx\r\n}}{{# x\n}}y{{/\tx }}{{^ x }}n{{/x}}", "{\"x\":1}", "111y");
	is("{{ a.b }}|{{x|number }}", "{\"a\":{\"b\":2},\"x\":1234}", "2|1.234");
	is("|{{x}}|", "{\"x\":1}", "|1|");
}

static void
partials_are_indented_like_their_tag(void **state)
{
	const struct template_source sources[] = { { "t", "<ul>\n  {{> zeile}}\n</ul> {{> zeile}}" },
	    { "zeile", "{{#l}}\n<li>{{.}}</li>\n\t{{> ende}}\n{{/l}}\n" }, { "ende", "<hr>\n<br>" }, { NULL, NULL } };
	const struct template_source crlf[] = { { "t", "a\r\n {{> p}}\r\nb" }, { "p", "1\r\n2\r\n" }, { NULL, NULL } };
	const struct template_source open[] = { { "t", " {{> p}}\n" }, { "p", "a\n{{! x\n y }}\n\nb" }, { NULL, NULL } };

	(void)state;
	/* every line of the source, a value's own lines not; a partial within a line is not indented */
	assert_string_equal(render_with(sources, "{\"l\":[\"x\\ny\"]}", NULL),
	    "<ul>\n  <li>x\ny</li>\n  \t<hr>\n  \t<br></ul> <li>x\ny</li>\n\t<hr>\n\t<br>");
	assert_string_equal(render_with(crlf, "{}", NULL), "a\r\n 1\r\n 2\r\nb");
	assert_string_equal(render_with(open, "{}", NULL), " a\n \n b");
}

static void
partials_see_the_context(void **state)
{
	const struct template_source sources[] = { { "t", "{{> kopf}}\n{{#l}}{{> zeile}}{{/l}}." },
	    { "zeile", "{{n}}{{>ende}}" }, { "kopf", "<{{titel}}>\n" }, { "ende", ";" }, { NULL, NULL } };

	(void)state;
	assert_string_equal(render_with(sources, "{\"titel\":\"&\",\"l\":[{\"n\":1},{\"n\":2}]}", NULL), "<&amp;>\n1;2;.");
}

static void
raw_output_and_strange_tags_are_refused(void **state)
{
	(void)state;
	must_not_compile("{{{x}}}", "ungeschützte Ausgabe gibt es nicht „{x“");
	must_not_compile("{{&x}}", "ungeschützte Ausgabe");
	must_not_compile("{{& x}}", "ungeschützte Ausgabe");
	must_not_compile("{{=<% %>=}}", "andere Trennzeichen");
	must_not_compile("{{= | | =}}", "andere Trennzeichen");
	must_not_compile("{{$x}}a{{/x}}", "Blöcke und Erben");
	must_not_compile("{{<x}}a{{/x}}", "Blöcke und Erben");
	must_not_compile("{{> *x}}", "stehen nicht in Daten");
	must_not_compile("{{>*x.y}}", "stehen nicht in Daten");
	must_not_compile("{{%FILTERS}}", "unbekannte Marke");
	must_not_compile("{{x()}}", "unbekannte Marke");
	must_not_compile("{{a b}}", "unbekannte Marke");
	must_not_compile("{{#a b}}{{/a b}}", "unbekannte Marke");
	must_not_compile("{{#}}{{/}}", "unbekannte Marke");
	must_not_compile("{{^ }}{{/ }}", "unbekannte Marke");
	must_not_compile("{{ #x}}{{/x}}", "unbekannte Marke");
	must_not_compile("{{a..b}}", "unbekannte Marke");
	must_not_compile("{{.a}}", "unbekannte Marke");
	must_not_compile("{{a.}}", "unbekannte Marke");
	must_not_compile("{{..}}", "unbekannte Marke");
	must_not_compile("{{#a.}}{{/a.}}", "unbekannte Marke");
	must_not_compile("{{../a}}", "unbekannte Marke");
	must_not_compile("{{x | date}}", "unbekannte Marke");
	must_not_compile("{{}}", "nicht geschlossen");
	must_not_compile("{{ }}", "unbekannte Marke");
	must_not_compile("{{|date}}", "unbekannte Marke");
	must_not_compile("{{x|html}}", "unbekanntes Format");
	must_not_compile("{{x|}}", "unbekanntes Format");
	must_not_compile("{{x|date|km}}", "unbekanntes Format");
}

/* For text/plain, and for texts that a page escapes as a value. */
static void
plain_texts_are_not_escaped(void **state)
{
	const struct template_source sources[] = { { "t", "{{x}} {{#l}}{{.}}{{/l}}{{> p}} {{n|number}} {{x|url}}" }, { "p", "'{{x}}'" }, { NULL, NULL } };
	const char *message;
	struct template *template = template_compile(sources, "t", &message);
	json_t *document = json_of("{\"x\":\"<&\\\">\",\"l\":[\"'\"],\"n\":1234}");
	struct buffer *plain = new_buffer(), *html = new_buffer();

	(void)state;
	assert_non_null(template);
	template_render_plain(template, document, NULL, plain);
	assert_string_equal(buffer_text(plain), "<&\"> ''<&\">' 1.234 %3C%26%22%3E");
	template_render(template, document, NULL, html);
	assert_string_equal(buffer_text(html), "&lt;&amp;&quot;&gt; &#39;'&lt;&amp;&quot;&gt;' 1.234 %3C%26%22%3E");
	template_free(template);
	json_decref(document);
}

static void
unclosed_and_crossed_tags_are_refused(void **state)
{
	(void)state;
	must_not_compile("a {{x", "nicht geschlossen");
	must_not_compile("{{", "nicht geschlossen");
	must_not_compile("{{#x}}", "Abschnitt nicht geschlossen „x“");
	must_not_compile("{{#x}}{{^y}}{{/x}}", "passt nicht");
	must_not_compile("{{#x}}{{/y}}", "passt nicht");
	must_not_compile("{{#x}}{{/xx}}", "passt nicht");
	must_not_compile("{{/x}}", "Ende ohne Anfang");
}

static void
partials_that_call_themselves_are_refused(void **state)
{
	(void)state;
	must_not_compile("{{> t}}", "ruft sich selbst");
	must_not_compile("{{> self}}", "ruft sich selbst");
	must_not_compile("{{> a}}", "ruft sich selbst");
	must_not_compile("{{> fehlt}}", "gibt es nicht");
	must_not_compile("{{> }}", "gibt es nicht");
	must_not_compile("{{> broken}}", "broken: Abschnitt nicht geschlossen");
	must_not_compile("{{> 1234567890123456789012345678901234567890123456789012345678901234567890}}", "Name zu lang");
}

static void
deep_nesting_ends_somewhere(void **state)
{
	struct buffer *text = new_buffer(), *document = new_buffer();
	int i;

	(void)state;
	for (i = 0; i < 32; i++)
		buffer_puts(text, "{{#a}}");
	buffer_puts(text, "{{b}}");
	for (i = 0; i < 32; i++)
		buffer_puts(text, "{{/a}}");
	for (i = 0; i < 32; i++)
		buffer_puts(document, "{\"a\":");
	buffer_puts(document, "{\"b\":\"tief\"}");
	for (i = 0; i < 32; i++)
		buffer_putc(document, '}');
	is(buffer_text(text), buffer_text(document), "tief");
	must_not_compile(arena_printf(&arena, "{{#x}}%s{{/x}}", buffer_text(text)), "zu tief");
}

/* Partials within sections within partials: more scopes than the stack holds are left out, not written over its end. */
static void
the_context_stack_has_an_end(void **state)
{
	struct template_source sources[31];
	struct buffer *document = new_buffer();
	int i;

	(void)state;
	memset(sources, 0, sizeof(sources));
	for (i = 0; i < 30; i++) {
		sources[i].name = arena_printf(&arena, "p%d", i);
		sources[i].text = i == 29 ? "{{b}}" : arena_printf(&arena, "{{#a}}{{#a}}{{#a}}{{> p%d}}{{/a}}{{/a}}{{/a}}", i + 1);
	}
	for (i = 0; i < 90; i++)
		buffer_puts(document, "{\"a\":");
	buffer_puts(document, "{\"b\":\"tief\"}");
	for (i = 0; i < 90; i++)
		buffer_putc(document, '}');
	assert_string_equal(render_with(sources, buffer_text(document), NULL), "");
}

static void
the_program_s_own_templates_compile(void **state)
{
	const struct template_source *source;
	int n = 0;

	(void)state;
	for (source = template_sources; source->name != NULL; source++, n++) {
		const char *message;
		struct template *template = template_compile(template_sources, source->name, &message);
		struct buffer *out = new_buffer();

		if (template == NULL)
			fail_msg("%s", message);
		template_render(template, NULL, NULL, out);
		template_free(template);
	}
	assert_true(n > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("template: every value is escaped, in text, attributes, lists and formats", values_are_escaped_everywhere),
		TEST("template: values of every JSON type", values_of_every_type),
		TEST("template: sections and inverted sections, what is truthy", sections),
		TEST("template: has_x asks whether a list has elements", has_x_asks_for_elements),
		TEST("template: names are looked for from the inside out, then globals, then document", names_are_looked_for_from_the_inside_out),
		TEST("template: standalone tags take their line along", standalone_tags_take_their_line_along),
		TEST("template: dotted names, iterators, blanks in tags as the suite has them since 1.2", later_rules_of_the_suite),
		TEST("template: partials see the context", partials_see_the_context),
		TEST("template: a partial alone on its line is indented like its tag", partials_are_indented_like_their_tag),
		TEST("template: what Mustache has and we leave out, and strange tags, are refused with a reason", raw_output_and_strange_tags_are_refused),
		TEST("template: plain texts are not escaped, pages are", plain_texts_are_not_escaped),
		TEST("template: unclosed and crossed tags are refused", unclosed_and_crossed_tags_are_refused),
		TEST("template: missing partials and recursion are refused", partials_that_call_themselves_are_refused),
		TEST("template: sections may nest 32 deep", deep_nesting_ends_somewhere),
		TEST("template: the context stack does not overflow", the_context_stack_has_an_end),
		TEST("template: all files of assets/templates compile and render without a document", the_program_s_own_templates_compile),
	};

	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
