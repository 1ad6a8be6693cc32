#include "view/template.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/format.h"

#define DEPTH	32	/* of sections, and of partials */

enum op_kind {
	OP_TEXT,	/* text[0..length) as it is */
	OP_VALUE,	/* name, formatted and escaped */
	OP_SECTION,	/* name; `skip` operations belong to it */
	OP_INVERTED,
	OP_PARTIAL,
};

struct op {
	enum op_kind	 kind;
	enum format	 format;
	const char	*text;		/* in the source, or the name */
	size_t		 length;
	size_t		 skip;
	struct template	*partial;
};

struct template {
	struct op	*ops;
	size_t		 count, capacity;
	char		*indented;	/* own copy of the source, of a partial that stands indented; or NULL */
};

/* What stands between the braces, without sigil and blanks. */
struct tag {
	char		 sigil;		/* one of SIGILS, or the first byte of a name */
	const char	*text;
	size_t		 length;
	const char	*indent;	/* blanks before a tag that stands alone on its line */
	size_t		 indent_length;
};
#define SIGILS	"#^/>!"

struct compiler {
	const struct template_source	*sources;
	const char			*chain[DEPTH];	/* the template and the partials that led here */
	int				 depth;
	char				*message;
	size_t				 message_size;
};

struct scope {
	const json_t	*stack[DEPTH * 2];
	int		 depth;
	struct buffer	*out;
	struct buffer	 scratch;
	bool		 plain;		/* a plain text: nothing is escaped */
};

static struct op *
add(struct template *template, enum op_kind kind, const char *text, size_t length)
{
	struct op *op;

	if (template->count == template->capacity) {
		template->capacity = template->capacity > 0 ? template->capacity * 2 : 32;
		template->ops = realloc(template->ops, template->capacity * sizeof(struct op));
		if (template->ops == NULL)
			abort();
	}
	op = &template->ops[template->count++];
	memset(op, 0, sizeof(*op));
	op->kind = kind;
	op->text = text;
	op->length = length;
	return op;
}

static bool
complain(struct compiler *compiler, const char *what, const char *tag, size_t length)
{
	snprintf(compiler->message, compiler->message_size, "%s: %s „%.*s“",
	    compiler->chain[compiler->depth - 1], what, (int)length, tag);
	return false;
}

/*
 * What Mustache has and we leave out on purpose: refused when the program starts, never rendered as something else.
 * Returns why, or NULL for a tag that may be ours.
 */
static const char *
left_out(const struct tag *tag)
{
	switch (tag->sigil) {
	case '{':
	case '&':
		return "ungeschützte Ausgabe gibt es nicht";
	case '=':
		return "andere Trennzeichen gibt es nicht";
	case '$':
	case '<':
		return "Blöcke und Erben gibt es nicht";
	case '>':
		return tag->length > 0 && *tag->text == '*' ? "Namen von Teilvorlagen stehen nicht in Daten" : NULL;
	default:
		return NULL;
	}
}

/* "name", "a.b.c" or ".". */
static bool
is_name(const char *text, size_t length)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t i;

	if (length == 1 && *text == '.')
		return true;
	for (i = 0; i < length; i++)
		if (text[i] == '.' ? i == 0 || i + 1 == length || text[i - 1] == '.' : memchr(letters, text[i], sizeof(letters) - 1) == NULL)
			return false;
	return length > 0;
}

static struct template	*compile(struct compiler *, const char *, const struct tag *);

/* Takes "name" or "name|format". */
static bool
compile_value(struct compiler *compiler, struct template *template, const struct tag *tag)
{
	const char *bar = memchr(tag->text, '|', tag->length);
	size_t name = bar != NULL ? (size_t)(bar - tag->text) : tag->length;
	struct op *op;

	if (!is_name(tag->text, name))
		return complain(compiler, "unbekannte Marke", tag->text, tag->length);
	op = add(template, OP_VALUE, tag->text, name);
	if (bar != NULL && !format_by_name(bar + 1, tag->length - name - 1, &op->format))
		return complain(compiler, "unbekanntes Format", tag->text, tag->length);
	return true;
}

static bool
compile_partial(struct compiler *compiler, struct template *template, const struct tag *tag)
{
	char name[64];
	struct template *partial;

	if (tag->length >= sizeof(name))
		return complain(compiler, "Name zu lang", tag->text, tag->length);
	memcpy(name, tag->text, tag->length);
	name[tag->length] = '\0';
	partial = compile(compiler, name, tag);
	if (partial == NULL)
		return false;
	add(template, OP_PARTIAL, tag->text, tag->length)->partial = partial;
	return true;
}

static bool
compile_tag(struct compiler *compiler, struct template *template, const struct tag *tag, size_t *open, int *depth)
{
	struct op *section;

	if (left_out(tag) != NULL)
		return complain(compiler, left_out(tag), tag->text, tag->length);
	switch (tag->sigil) {
	case '!':
		return true;
	case '#':
	case '^':
		if (!is_name(tag->text, tag->length))
			return complain(compiler, "unbekannte Marke", tag->text, tag->length);
		if (*depth == DEPTH)
			return complain(compiler, "zu tief geschachtelt", tag->text, tag->length);
		open[(*depth)++] = template->count;
		add(template, tag->sigil == '#' ? OP_SECTION : OP_INVERTED, tag->text, tag->length);
		return true;
	case '/':
		if (*depth == 0)
			return complain(compiler, "Ende ohne Anfang", tag->text, tag->length);
		section = &template->ops[open[--*depth]];
		if (section->length != tag->length || strncmp(section->text, tag->text, tag->length) != 0)
			return complain(compiler, "Ende passt nicht zum Anfang", tag->text, tag->length);
		section->skip = template->count - open[*depth] - 1;
		return true;
	case '>':
		return compile_partial(compiler, template, tag);
	default:
		return compile_value(compiler, template, tag);
	}
}

/* Reads what stands between the braces. */
static struct tag
read_tag(const char *text, size_t length)
{
	static const char blanks[] = " \t\r\n";
	struct tag tag = { .sigil = length > 0 ? *text : '\0', .text = text, .length = length };

	if (tag.sigil != '\0' && strchr(SIGILS, tag.sigil) != NULL) {
		tag.text++;
		tag.length--;
	}
	while (tag.length > 0 && strchr(blanks, *tag.text) != NULL) {
		tag.text++;
		tag.length--;
	}
	while (tag.length > 0 && strchr(blanks, tag.text[tag.length - 1]) != NULL)
		tag.length--;
	return tag;
}

/*
 * Mustache's rule for a section, comment or partial tag that stands alone on its line: the line goes, whether it ends
 * with a line feed, with carriage return and line feed, or with the text; the blanks before a partial are kept for its
 * lines. `start`: text since the last tag, `before`: its length. Returns how much of it stays, and moves *after past
 * the line's end.
 */
static size_t
standalone(const char *source, const char *start, size_t before, struct tag *tag, const char **after)
{
	size_t keep = before;
	const char *end = *after;

	if (strchr(SIGILS, tag->sigil) == NULL)
		return before;
	while (keep > 0 && (start[keep - 1] == ' ' || start[keep - 1] == '\t'))
		keep--;
	if (start + keep != source && start[(ptrdiff_t)keep - 1] != '\n')
		return before;
	end += strspn(end, " \t");
	if (*end == '\r' && end[1] == '\n')
		end++;
	if (*end != '\n' && *end != '\0')
		return before;
	*after = *end == '\n' ? end + 1 : end;
	tag->indent = start + keep;
	tag->indent_length = before - keep;
	return keep;
}

static bool
compile_text(struct compiler *compiler, struct template *template, const char *text)
{
	size_t open[DEPTH];
	const char *source = text;
	int depth = 0;

	while (*text != '\0') {
		const char *start = strstr(text, "{{");
		const char *end, *after;
		struct tag tag;
		size_t before;

		if (start == NULL) {
			add(template, OP_TEXT, text, strlen(text));
			break;
		}
		end = strstr(start + 2, "}}");
		if (end == NULL || end == start + 2)
			return complain(compiler, "Marke nicht geschlossen", start, 20);
		after = end + 2;
		tag = read_tag(start + 2, (size_t)(end - start - 2));
		before = standalone(source, text, (size_t)(start - text), &tag, &after);
		if (before > 0)
			add(template, OP_TEXT, text, before);
		if (!compile_tag(compiler, template, &tag, open, &depth))
			return false;
		text = after;
	}
	if (depth > 0)
		return complain(compiler, "Abschnitt nicht geschlossen", template->ops[open[depth - 1]].text,
		    template->ops[open[depth - 1]].length);
	return true;
}

/*
 * The source of a partial as it stands in the template that names it: each line indented like the tag. Done to the source,
 * so that lines within a value stay as they are. New memory.
 */
static char *
indented(const char *text, const struct tag *tag)
{
	size_t lines = 1, length = 0;
	const char *c;
	char *copy;

	for (c = text; *c != '\0'; c++)
		lines += *c == '\n';
	copy = malloc(strlen(text) + lines * tag->indent_length + 1);
	if (copy == NULL)
		abort();
	for (c = text; *c != '\0'; c++) {
		if (c == text || c[-1] == '\n') {
			memcpy(copy + length, tag->indent, tag->indent_length);
			length += tag->indent_length;
		}
		copy[length++] = *c;
	}
	copy[length] = '\0';
	return copy;
}

/* Compiles a source by name; `tag` is the partial tag that asked for it, or NULL. */
static struct template *
compile(struct compiler *compiler, const char *name, const struct tag *tag)
{
	const struct template_source *source;
	struct template *template;
	int i;

	for (source = compiler->sources; source->name != NULL; source++)
		if (strcmp(source->name, name) == 0)
			break;
	for (i = 0; i < compiler->depth; i++)
		if (strcmp(compiler->chain[i], name) == 0)
			break;
	if (source->name == NULL || i < compiler->depth || compiler->depth == DEPTH) {
		snprintf(compiler->message, compiler->message_size, "Vorlage „%s“: %s", name,
		    source->name == NULL ? "gibt es nicht" : "ruft sich selbst");
		return NULL;
	}
	template = calloc(1, sizeof(*template));
	if (template == NULL)
		abort();
	if (tag != NULL && tag->indent_length > 0)
		template->indented = indented(source->text, tag);
	compiler->chain[compiler->depth++] = source->name;
	if (!compile_text(compiler, template, template->indented != NULL ? template->indented : source->text)) {
		template_free(template);
		return NULL;
	}
	compiler->depth--;
	return template;
}

struct template *
template_compile(const struct template_source *sources, const char *name, const char **message)
{
	static char text[256];
	struct compiler compiler = { .sources = sources, .message = text, .message_size = sizeof(text) };

	*message = text;
	text[0] = '\0';
	return compile(&compiler, name, NULL);
}

void
template_free(struct template *template)
{
	size_t i;

	if (template == NULL)
		return;
	for (i = 0; i < template->count; i++)
		if (template->ops[i].kind == OP_PARTIAL)
			template_free(template->ops[i].partial);
	free(template->ops);
	free(template->indented);
	free(template);
}

/* One step of a dotted name in an object. "has_x" answers whether the list x has elements. */
static const json_t *
member(const json_t *object, const char *name, size_t length)
{
	const json_t *value;

	if (!json_is_object(object))
		return NULL;
	value = json_object_getn(object, name, length);
	if (value == NULL && length > 4 && strncmp(name, "has_", 4) == 0) {
		const json_t *list = json_object_getn(object, name + 4, length - 4);

		if (json_is_array(list))
			value = json_array_size(list) > 0 ? json_true() : json_false();
	}
	return value;
}

/* Finds a dotted name: the first part from the innermost scope outwards, the rest strictly inside. */
static const json_t *
lookup(const struct scope *scope, const char *name, size_t length)
{
	const json_t *value = NULL;
	size_t part;
	int i;

	if (length == 1 && *name == '.')
		return scope->stack[scope->depth - 1];
	part = memchr(name, '.', length) != NULL ? (size_t)((const char *)memchr(name, '.', length) - name) : length;
	for (i = scope->depth - 1; i >= 0 && value == NULL; i--)
		value = member(scope->stack[i], name, part);
	while (value != NULL && part < length) {
		const char *dot;

		name += part + 1;
		length -= part + 1;
		dot = memchr(name, '.', length);
		part = dot != NULL ? (size_t)(dot - name) : length;
		value = member(value, name, part);
	}
	return value;
}

static bool
truthy(const json_t *value)
{
	if (value == NULL)
		return false;
	switch (json_typeof(value)) {
	case JSON_NULL:
	case JSON_FALSE:
		return false;
	case JSON_STRING:
		return json_string_length(value) > 0;
	case JSON_ARRAY:
		return json_array_size(value) > 0;
	default:
		return true;
	}
}

/* A value on its way out, escaped for HTML text and double-quoted attribute values alike. */
static void
put(struct scope *scope, const char *text, size_t length)
{
	struct buffer *out = scope->out;
	size_t i, from = 0;

	for (i = 0; i < length && !scope->plain; i++) {
		const char *entity;

		switch (text[i]) {
		case '&': entity = "&amp;"; break;
		case '<': entity = "&lt;"; break;
		case '>': entity = "&gt;"; break;
		case '"': entity = "&quot;"; break;
		case '\'': entity = "&#39;"; break;
		default: continue;
		}
		buffer_append(out, text + from, i - from);
		buffer_puts(out, entity);
		from = i + 1;
	}
	buffer_append(out, text + from, length - from);
}

static void	render(struct scope *, const struct op *, size_t count);

static void
render_value(struct scope *scope, const struct op *op)
{
	const json_t *value = lookup(scope, op->text, op->length);

	if (value == NULL)
		return;
	if (json_is_string(value) && op->format == FORMAT_NONE) {
		put(scope, json_string_value(value), json_string_length(value));
		return;
	}
	scope->scratch.length = 0;
	format_value(&scope->scratch, value, op->format);
	put(scope, scope->scratch.data, scope->scratch.length);
}

static void
render_scoped(struct scope *scope, const json_t *value, const struct op *ops, size_t count)
{
	if (scope->depth == (int)(sizeof(scope->stack) / sizeof(scope->stack[0])))
		return;
	scope->stack[scope->depth++] = value;
	render(scope, ops, count);
	scope->depth--;
}

static void
render_section(struct scope *scope, const struct op *op)
{
	const json_t *value = lookup(scope, op->text, op->length);
	size_t i;

	if (!truthy(value))
		return;
	if (!json_is_array(value)) {
		render_scoped(scope, value, op + 1, op->skip);
		return;
	}
	for (i = 0; i < json_array_size(value); i++)
		render_scoped(scope, json_array_get(value, i), op + 1, op->skip);
}

static void
render(struct scope *scope, const struct op *ops, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct op *op = &ops[i];

		switch (op->kind) {
		case OP_TEXT:
			buffer_append(scope->out, op->text, op->length);
			break;
		case OP_VALUE:
			render_value(scope, op);
			break;
		case OP_SECTION:
			render_section(scope, op);
			i += op->skip;
			break;
		case OP_INVERTED:
			if (!truthy(lookup(scope, op->text, op->length)))
				render(scope, op + 1, op->skip);
			i += op->skip;
			break;
		case OP_PARTIAL:
			render(scope, op->partial->ops, op->partial->count);
			break;
		}
	}
}

static void
start(const struct template *template, const json_t *document, const json_t *globals, struct buffer *out, bool plain)
{
	struct scope scope = { .out = out, .plain = plain };

	buffer_init(&scope.scratch, out->arena, 64);
	if (document != NULL)
		scope.stack[scope.depth++] = document;
	if (globals != NULL)
		scope.stack[scope.depth++] = globals;
	if (scope.depth == 0)
		scope.stack[scope.depth++] = NULL;
	render(&scope, template->ops, template->count);
}

void
template_render(const struct template *template, const json_t *document, const json_t *globals, struct buffer *out)
{
	start(template, document, globals, out, false);
}

void
template_render_plain(const struct template *template, const json_t *document, const json_t *globals, struct buffer *out)
{
	start(template, document, globals, out, true);
}

static struct {
	struct template	**templates;
	size_t		  count;
} loaded;

bool
template_load_all(void)
{
	const char *message;
	size_t i;

	while (template_sources[loaded.count].name != NULL)
		loaded.count++;
	loaded.templates = calloc(loaded.count, sizeof(struct template *));
	if (loaded.templates == NULL)
		abort();
	for (i = 0; i < loaded.count; i++) {
		loaded.templates[i] = template_compile(template_sources, template_sources[i].name, &message);
		if (loaded.templates[i] == NULL) {
			fprintf(stderr, "Vorlage fehlerhaft: %s\n", message);
			return false;
		}
	}
	return true;
}

const struct template *
template_find(const char *name)
{
	size_t i;

	for (i = 0; i < loaded.count; i++)
		if (strcmp(template_sources[i].name, name) == 0)
			return loaded.templates[i];
	return NULL;
}
