/* view/format: how values look in German pages. */
#include "unit.h"

#include <math.h>

#include "view/format.h"

static const char *
number(double value)
{
	struct buffer *out = new_buffer();

	format_number(out, value);
	return buffer_text(out);
}

static const char *
km(double value)
{
	struct buffer *out = new_buffer();

	format_km(out, value);
	return buffer_text(out);
}

static const char *
date(const char *iso)
{
	struct buffer *out = new_buffer();

	format_date(out, iso);
	return buffer_text(out);
}

static void
numbers(void **state)
{
	static const struct { double value; const char *text; } cases[] = {
		{ 0, "0" }, { -0.0, "0" }, { 1, "1" }, { 999, "999" }, { 1000, "1.000" }, { 194501, "194.501" }, { 83456789, "83.456.789" },
		{ 3.5, "3,5" }, { 0.1, "0,1" }, { 0.25, "0,25" }, { 1234.5, "1.234,5" }, { 999.999, "1.000" }, { 0.001, "0" },
		{ -0.001, "0" }, { -1, "\u22121" }, { -1234.56, "\u22121.234,56" }, { 1e15, "1.000.000.000.000.000" },
		{ 1e16, "" }, { 1.0 / 3, "0,33" }, { 100, "100" }, { 10.10, "10,1" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (strcmp(number(cases[i].value), cases[i].text) != 0)
			fail_msg("%f is %s, not %s", cases[i].value, number(cases[i].value), cases[i].text);
	assert_string_equal(number((double)INFINITY), "");
	assert_string_equal(number((double)NAN), "");
}

static void
kilometres(void **state)
{
	static const struct { double value; const char *text; } cases[] = {
		{ 0, "0\xc2\xa0km" }, { 0.04, "0\xc2\xa0km" }, { 0.05, "0,1\xc2\xa0km" }, { 3.42, "3,4\xc2\xa0km" }, { 9.94, "9,9\xc2\xa0km" },
		{ 9.95, "10\xc2\xa0km" }, { 9.96, "10\xc2\xa0km" }, { 10, "10\xc2\xa0km" }, { 10.4, "10\xc2\xa0km" },
		{ 17.6, "18\xc2\xa0km" }, { 1234.5, "1.235\xc2\xa0km" }, { 5, "5\xc2\xa0km" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (strcmp(km(cases[i].value), cases[i].text) != 0)
			fail_msg("%f km is %s, not %s", cases[i].value, km(cases[i].value), cases[i].text);
}

static void
dates(void **state)
{
	static const char *const others[] = { "", "2", "2024", "2024-", "2024-5-7", "2024-05-0", "2024/05/07", "07.05.2024", "gestern", "2024-05-xx" };
	size_t i;

	(void)state;
	assert_string_equal(date("2024-05-07"), "07.05.2024");
	assert_string_equal(date("2024-05-07T12:30:00+02:00"), "07.05.2024");
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_string_equal(date(others[i]), others[i]);
}

static void
names(void **state)
{
	enum format format;

	(void)state;
	assert_true(format_by_name("km", 2, &format));
	assert_int_equal(format, FORMAT_KM);
	assert_true(format_by_name("dates", 4, &format));
	assert_int_equal(format, FORMAT_DATE);
	assert_false(format_by_name("kmx", 3, &format));
	assert_false(format_by_name("", 0, &format));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("format: numbers with German marks, negative, rounded, too large", numbers),
		TEST("format: kilometres with one decimal below ten, 9.95 is 10", kilometres),
		TEST("format: dates, and texts that are none stay", dates),
		TEST("format: names of formatters are matched in full", names),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
