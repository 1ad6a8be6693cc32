/* app/db/embed.awk and app/view/embed.awk: what becomes of statements and templates at build. */
#include "unit.h"

#include <unistd.h>

static char folder[] = "/tmp/jcap-embed-XXXXXX";

static void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(arena_printf(&arena, "%s/%s", folder, name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* The C that embed.awk makes of one statement. */
static const char *
embed(const char *sql, int *status)
{
	write_file("probe.sql", sql);
	return output_of(arena_printf(&arena, "awk -f app/db/embed.awk %s/probe.sql 2>&1", folder), status);
}

/* Checks that the table has this row: SQL (as a C literal) and number of parameters. */
static void
becomes(const char *sql, const char *row, const char *params)
{
	int status;
	const char *c = embed(sql, &status);

	assert_int_equal(status, 0);
	if (strstr(c, arena_printf(&arena, "{ \"probe\", \"web\", %s, params_probe }", row)) == NULL)
		fail_msg("%s becomes\n%s", sql, c);
	if (strstr(c, arena_printf(&arena, "params_probe[] = { %sNULL }", params)) == NULL)
		fail_msg("%s has other parameters\n%s", sql, c);
}

static void
named_parameters_become_numbers(void **state)
{
	(void)state;
	becomes("-- x\n-- role: web\n-- params: ort text\nselect :ort, :b2, :ort\n", "\"select $1, $2, $1\", 2", "\"ort\", \"b2\", ");
	becomes("-- role: web\nselect 1", "\"select 1\", 0", "");
	becomes("-- role: web\nselect :a+:b", "\"select $1+$2\", 2", "\"a\", \"b\", ");
	becomes("-- role: web\nselect f(:today)\n;\n", "\"select f($1)\", 1", "\"today\", ");
}

static void
casts_and_colons_in_strings_stay(void **state)
{
	(void)state;
	becomes("-- role: web\nselect :a::int, '1'::text, :b::text[]", "\"select $1::int, '1'::text, $2::text[]\", 2", "\"a\", \"b\", ");
	becomes("-- role: web\nselect 'a:b', 'it''s :not one', :c", "\"select 'a:b', 'it''s :not one', $1\", 1", "\"c\", ");
	becomes("-- role: web\nselect a[1:2], x := 3", "\"select a[1:2], x := 3\", 0", "");
	becomes("-- role: web\nselect \"Name\", '\\d', E'\\n'", "\"select \\\"Name\\\", '\\\\d', E'\\\\n'\", 0", "");
}

static void
comments_go(void **state)
{
	(void)state;
	becomes("-- what: it's :this\n-- role: web\n-- params: a text\n  -- inner 'quote\nselect 1, -- it :gone\n\t:a -- last\n",
	    "\"select 1,\\n$1\", 1", "\"a\", ");
	/* two minus signs in a string are no comment */
	becomes("-- role: web\nselect 'a -- b'", "\"select 'a -- b'\", 0", "");
	/* an apostrophe in a comment behind SQL does not open a string */
	becomes("-- role: web\nselect 'x', -- the visitor's :word\n  :a", "\"select 'x',\\n$1\", 1", "\"a\", ");
}

static void
mistakes_stop_the_build(void **state)
{
	int status;

	(void)state;
	assert_non_null(strstr(embed("select 1\n", &status), "role"));
	assert_int_not_equal(status, 0);
	assert_non_null(strstr(embed("-- role: web\n-- nothing\n", &status), "no statement"));
	assert_int_not_equal(status, 0);
	embed("-- role: everybody\nselect 1\n", &status);
	assert_int_not_equal(status, 0);
}

static void
two_files_make_two_rows_that_compile(void **state)
{
	int status;
	const char *out;

	(void)state;
	write_file("a_one.sql", "-- role: web\nselect :x\n");
	write_file("b_two.sql", "-- role: owner\nselect 2\n");
	out = output_of(arena_printf(&arena, "cd %s && awk -f \"$OLDPWD/app/db/embed.awk\" a_one.sql b_two.sql >s.c && "
	    "gcc -Wall -Werror -I\"$OLDPWD/app\" -c -o s.o s.c && strings s.o 2>&1", folder), &status);
	assert_int_equal(status, 0);
	assert_non_null(strstr(out, "select $1"));
	assert_non_null(strstr(out, "b_two"));
}

static void
templates_become_c_that_compiles(void **state)
{
	static const char text[] = "<p class=\"a\\b\">{{x}}\t%d ä</p>\r\n\n<b>'</b>";
	int status;
	const char *out;

	(void)state;
	write_file("one.mustache", text);
	write_file("two.mustache", "zwei");
	write_file("main.c", "#include <stdio.h>\n#include \"view/template.h\"\nint main(void){const struct template_source *s;"
	    "for(s=template_sources;s->name;s++)printf(\"[%s]%s\",s->name,s->text);return 0;}\n");
	out = output_of(arena_printf(&arena, "cd %s && awk -f \"$OLDPWD/app/view/embed.awk\" one.mustache two.mustache >t.c && "
	    "gcc -Wall -Werror -I\"$OLDPWD/app\" -o t t.c main.c && ./t 2>&1", folder), &status);
	assert_int_equal(status, 0);
	assert_string_equal(out, arena_printf(&arena, "[one]%s\n[two]zwei\n", text));
}

/* The same program embeds the schemas: other header, other table, names with a point in them. */
static void
documents_become_c_that_compiles(void **state)
{
	int status;
	const char *out;

	(void)state;
	write_file("a.json", "{\"pattern\": \"^\\\\d$\"}");
	write_file("a.geojson.json", "{}");
	write_file("d.c", "#include <stdio.h>\n#include \"openapi.h\"\nint main(void){const struct document_source *s;"
	    "for(s=document_sources;s->name;s++)printf(\"[%s]%s\",s->name,s->text);return 0;}\n");
	out = output_of(arena_printf(&arena, "cd %s && awk -v header=openapi.h -v struct=document_source -v table=document_sources -v ending=.json "
	    "-f \"$OLDPWD/app/view/embed.awk\" a.json a.geojson.json >g.c && gcc -Wall -Werror -I\"$OLDPWD/app\" -o d g.c d.c && ./d 2>&1", folder), &status);
	assert_int_equal(status, 0);
	assert_string_equal(out, "[a]{\"pattern\": \"^\\\\d$\"}\n[a.geojson]{}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("statements: named parameters become numbers, each name one", named_parameters_become_numbers),
		TEST("statements: casts, slices and colons in strings stay", casts_and_colons_in_strings_stay),
		TEST("statements: comments go, also those with apostrophes", comments_go),
		TEST("statements: a file without role, with an unknown one or without SQL stops the build", mistakes_stop_the_build),
		TEST("statements: two files make two rows that compile", two_files_make_two_rows_that_compile),
		TEST("templates: become C that gives back the same text", templates_become_c_that_compiles),
		TEST("schemas: any text comes back, names keep their points, the C compiles", documents_become_c_that_compiles),
	};
	int failed, status;

	if (mkdtemp(folder) == NULL)
		return 1;
	failed = cmocka_run_group_tests_name("embed", tests, NULL, NULL);
	arena_init(&arena);
	output_of(arena_printf(&arena, "rm -rf %s", folder), &status);
	arena_free(&arena);
	return failed;
}
