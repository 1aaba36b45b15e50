/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_show.c - what is said once is read by people and by programs
 */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/show/csv.h"
#include "lib/show/people.h"
#include "lib/show/questions.h"
#include "lib/show/show.h"

#define OUTPUT_MAX 4096
#define LONG_NAME                                                              \
	"a-label-of-a-name-that-is-as-long-as-it-may-be.and-another.test"

/* What was written since the last call; the file begins anew. */
static const char *written(FILE *file)
{
	static char text[OUTPUT_MAX];
	long length = ftell(file);

	rewind(file);
	assert_true(length >= 0 && length < OUTPUT_MAX);
	assert_int_equal(fread(text, 1, (size_t)length, file), length);
	text[length] = '\0';
	rewind(file);
	return text;
}

static void assert_said(const struct show *show, const char *json,
			const char *text)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	show_write(file, SHOW_JSON, show);
	assert_string_equal(written(file), json);
	show_write(file, SHOW_TEXT, show);
	assert_string_equal(written(file), text);
	(void)fclose(file);
}

/* --- values --- */

static void says_each_kind_to_both(void **state)
{
	static const char *names[] = {"a", "b"};
	const struct text_list list = {.count = 2, .items = names};
	const struct text_list empty = {.count = 0};
	struct show *show = show_new(NULL);

	(void)state;
	show_put(show, "none", "none", value_none());
	show_put(show, "null", "null", value_text(NULL));
	show_put(show, "empty", "empty", value_text(""));
	show_put(show, "not given", "not given", value_given(""));
	show_put(show, "text", "text", value_given("reject"));
	show_put(show, "words", "words",
		 value_words(value_text("reject"), "refused"));
	show_put(show, "number", "number", value_number(INT64_MIN));
	show_put(show, "flag", "flag", value_flag(true));
	show_put(show, "time", "time", value_time(0));
	show_put(show, "day", "day", value_day(86400));
	show_put(show, "no time", "no time", value_time_given(0));
	show_put(show, "list", "list", value_list(&list, " and "));
	show_put(show, "no list", "no list", value_list(&empty, " "));
	show_put(show, "json", "json", value_json(json_new_object(show)));
	show_put(show, "absent", "absent",
		 value_words(value_none(), "not known"));
	show_put(show, NULL, "people", value_flag(false));
	show_put(show, "programs", NULL, value_number(1));
	assert_said(show,
		    "{\"none\":null,\"null\":null,\"empty\":\"\","
		    "\"not given\":null,\"text\":\"reject\","
		    "\"words\":\"reject\",\"number\":-9223372036854775808,"
		    "\"flag\":true,\"time\":\"1970-01-01T00:00:00Z\","
		    "\"day\":\"1970-01-02\",\"no "
		    "time\":null,\"list\":[\"a\",\"b\"],\"no list\":[],"
		    "\"json\":{},\"absent\":null,\"programs\":1}\n",
		    "  empty          \n"
		    "  text           reject\n"
		    "  words          refused\n"
		    "  number         -9223372036854775808\n"
		    "  flag           yes\n"
		    "  time           1970-01-01T00:00:00Z\n"
		    "  day            1970-01-02\n"
		    "  list           a and b\n"
		    "  absent         not known\n"
		    "  people         no\n");
	mem_free(show);
}

/* What is borrowed may change or go once it was put. */
static void copies_what_is_put(void **state)
{
	static const struct table_column columns[] = {
	    {.key = "name", .title = "name"}, TABLE_END};
	char text[] = "before";
	const struct value cell = value_text(text);
	struct show *show = show_new(NULL);

	(void)state;
	show_put(show, "key", text, value_text(text));
	show_sentence(show, 2, text);
	table_add(show_table(show, "rows", text, columns), &cell, 1);
	memset(text, 'x', sizeof text - 1);
	assert_said(show,
		    "{\"key\":\"before\",\"rows\":[{\"name\":\"before\"}]}\n",
		    "  before         before\n  before\n\nbefore\n  name\n"
		    "  before\n");
	mem_free(show);
}

/* --- lines --- */

/* A name in the store may hold what a terminal would obey. */
static void escapes_for_terminals(void **state)
{
	struct show *show = show_new(NULL);

	(void)state;
	show_line(show, "%s", "a\033[2J");
	show_line(show, "%s", "b\xc3\xbc");
	show_member(show, "from", "%s\n%s", "a", "next line");
	show_sentence(show, 1, "\xff");
	assert_said(show, "{}\n",
		    "a\\x1b[2J\nb\xc3\xbc\n  from           a\\x0anext line\n"
		    " \\xff\n");
	mem_free(show);
}

static void breaks_long_values_at_blanks(void **state)
{
	char word[PEOPLE_COLUMNS + 1];
	struct show *show = show_new(NULL);
	char want[3 * PEOPLE_COLUMNS];

	(void)state;
	memset(word, 'w', PEOPLE_COLUMNS);
	word[PEOPLE_COLUMNS] = '\0';
	show_member(show, "long", "a %s b", word);
	(void)snprintf(want, sizeof want, "  long           a\n%17s%s\n%17sb\n",
		       "", word, "");
	assert_said(show, "{}\n", want);
	mem_free(show);
}

/* --- parts --- */

static void nests_for_programs_only(void **state)
{
	struct show *show = show_new(NULL);
	struct show *object = show_object(show, "object");
	struct show *list = show_list(show, "list");

	(void)state;
	show_put(object, "inner", "inner", value_number(1));
	show_put(show_add(list), "item", "item", value_number(2));
	show_put(show_add(list), "item", "item", value_number(3));
	show_put(show, "outer", "outer", value_number(4));
	assert_said(show,
		    "{\"object\":{\"inner\":1},\"list\":[{\"item\":2},"
		    "{\"item\":3}],\"outer\":4}\n",
		    "  inner          1\n  item           2\n"
		    "  item           3\n  outer          4\n");
	mem_free(show);
}

static void keeps_an_order_for_each(void **state)
{
	struct show *show = show_new(NULL);
	struct show *apart = show_apart(show);
	struct show *quiet = show_quiet(show);

	(void)state;
	show_put(apart, "first", "last", value_number(1));
	show_put(quiet, "unsaid", "unsaid", value_number(2));
	show_put(show_object(quiet, "in"), "it", "it", value_number(3));
	show_put(show, "last", "first", value_number(4));
	show_join(show, apart);
	show_join(show, show_apart(quiet));
	assert_said(show,
		    "{\"first\":1,\"unsaid\":2,\"in\":{\"it\":3},\"last\":4}\n",
		    "  first          4\n  last           1\n");
	mem_free(show);
}

/* What a row of the store lacks is told as a dash; a name that is far longer
 * than the others does not push their answers aside. */
static void lists_questions(void **state)
{
	struct show *show = show_new(NULL);
	struct json *questions = json_read(
	    show,
	    "[{\"type\":\"TXT\",\"name\":\"_dmarc.example.test\",\"status\":"
	    "\"ok\",\"ttl\":300,\"records\":[\"v=DMARC1; p=none\"]},"
	    "{\"type\":\"A\",\"name\":\"x.test\",\"status\":\"nxdomain\"},"
	    "{\"type\":\"TXT\",\"name\":\"" LONG_NAME "\"},{}]");

	(void)state;
	show_questions(show, questions);
	assert_said(show, "{}\n",
		    "    TXT   _dmarc.example.test  ok, 1 record, ttl 300 s\n"
		    "            v=DMARC1; p=none\n"
		    "    A     x.test               nxdomain\n"
		    "    TXT   " LONG_NAME "  -\n"
		    "    -     -                    -\n");
	mem_free(show);
}

/* --- tables --- */

static const struct table_column columns[] = {
    {.key = "domain", .title = "from", .csv = "author", .width = 6},
    {.key = "hidden"},
    {.csv = "flat"},
    {.key = "count", .title = "n", .csv = "count", .is_right = true},
    {.key = "why", .title = "reason"},
    {.key = "last"},
    TABLE_END,
};

static void add_both(void (*add)(void *to, const struct value *cells,
				 size_t count),
		     void *to)
{
	const struct value long_row[] = {
	    value_given("example.test"),
	    value_number(1),
	    value_flag(true),
	    value_number(-20),
	    value_words(value_text("reject"), "refused, so"),
	    value_text("for programs")};
	const struct value bare_row[] = {value_given(""),
					 value_none(),
					 value_none(),
					 value_number(3),
					 value_text("=cmd, \"x\""),
					 value_none()};

	add(to, long_row, COUNT_OF(long_row));
	add(to, bare_row, COUNT_OF(bare_row));
}

static void add_to_table(void *to, const struct value *cells, size_t count)
{
	table_add(to, cells, count);
}

static void add_to_rows(void *to, const struct value *cells, size_t count)
{
	rows_add(to, cells, count);
}

#define ROW_1                                                                  \
	"{\"domain\":\"example.test\",\"hidden\":1,\"count\":-20,"             \
	"\"why\":\"reject\",\"last\":\"for programs\"}"
#define ROW_2                                                                  \
	"{\"domain\":null,\"hidden\":null,\"count\":3,"                        \
	"\"why\":\"=cmd, \\\"x\\\"\",\"last\":null}"

static void lines_up_what_it_gathered(void **state)
{
	struct show *show = show_new(NULL);
	const struct value last[] = {value_text("for.programs.alone.test"),
				     value_none(),
				     value_none(),
				     value_none(),
				     value_none(),
				     value_none()};

	(void)state;
	(void)show_table(show, "empty", "not told", columns);
	struct table *table = show_table(show, "rows", "Rows", columns);
	add_both(add_to_table, table);
	assert_int_equal(table_rows(table), 2);
	assert_said(show, "{\"empty\":[],\"rows\":[" ROW_1 "," ROW_2 "]}\n",
		    "\nRows\n"
		    "  from            n  reason\n"
		    "  example.test  -20  refused, so\n"
		    "  -               3  =cmd, \"x\"\n");
	table_add_quietly(table, last, COUNT_OF(last));
	assert_int_equal(table_rows(table), 2);
	assert_int_equal(json_count(table_json(table)), 3);
	mem_free(show);
}

/* A cell may be foreign and long: in a table it is cut, in rows it is whole,
 * and neither lets a terminal obey it. */
static void bounds_foreign_cells(void **state)
{
	static const struct table_column narrow[] = {
	    {.title = "a", .width = 4}, {.title = "b"}, TABLE_END};
	char text[LIMIT_ADDRESS_BYTES + 2] = {0};
	const struct value cells[] = {value_text("\033"), value_text(text)};
	char want[LIMIT_ADDRESS_BYTES + 64];
	struct show *show = show_new(NULL);
	FILE *file = tmpfile();
	struct rows rows = {.file = file, .columns = narrow};

	(void)state;
	memset(text, 'x', sizeof text - 1);
	table_add(show_table(show, NULL, NULL, narrow), cells, COUNT_OF(cells));
	(void)snprintf(want, sizeof want, "\n  a     b\n  \\x1b  %.*s...\n",
		       LIMIT_ADDRESS_BYTES - 3, text);
	assert_said(show, "{}\n", want);
	rows_add(&rows, cells, COUNT_OF(cells));
	(void)snprintf(want, sizeof want, "a     b\n\\x1b  %s\n", text);
	assert_string_equal(written(file), want);
	(void)fclose(file);
	mem_free(show);
}

/* The titles alone are narrower than the column is to be. */
static void keeps_columns_wide(void **state)
{
	static const struct table_column wide[] = {
	    {.title = "a", .width = 4}, {.title = "b"}, TABLE_END};
	const struct value cells[] = {value_text("1"), value_text("2")};
	struct show *show = show_new(NULL);

	(void)state;
	table_add(show_table(show, NULL, "Wide", wide), cells, COUNT_OF(cells));
	assert_said(show, "{}\n", "\nWide\n  a     b\n  1     2\n");
	mem_free(show);
}

static void writes_rows_as_they_come(void **state)
{
	static const char *const want[] = {
	    [SHOW_TEXT] = "from    n  reason\n"
			  "example.test  -20  refused, so\n"
			  "-       3  =cmd, \"x\"\n",
	    [SHOW_JSON] = ROW_1 "\n" ROW_2 "\n",
	    [SHOW_CSV] = ("author,flat,count\r\nexample.test,yes,-20\r\n"
			  ",,3\r\n"),
	};
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	for (int form = SHOW_TEXT; form <= SHOW_CSV; form++) {
		struct rows rows = {.file = file,
				    .form = (enum show_form)form,
				    .columns = columns};
		rows_begin(&rows);
		assert_int_equal(rows.count, 0);
		add_both(add_to_rows, &rows);
		assert_int_equal(rows.count, 2);
		assert_string_equal(written(file), want[form]);
	}
	(void)fclose(file);
}

/* How a process ends that adds so many cells, by the signal. */
static int signal_of(void (*add)(void *to, const struct value *cells,
				 size_t count),
		     void *to, size_t count)
{
	const struct value cells[COUNT_OF(columns)] = {{.kind = VALUE_NONE}};
	int status;
	pid_t child = fork();

	if (child == 0) {
		(void)signal(SIGABRT, SIG_DFL); /* cmocka has a handler */
		(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0});
		(void)close(STDERR_FILENO);
		add(to, cells, count);
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* One cell too few would be read from what lies behind them. */
static void takes_no_row_of_another_width(void **state)
{
	const size_t right = COUNT_OF(columns) - 1;
	struct table *table = table_new(NULL, columns);
	FILE *file = tmpfile();

	(void)state;
	for (size_t count = right - 1; count <= right + 1; count++) {
		int want = count == right ? 0 : SIGABRT;
		assert_int_equal(signal_of(add_to_table, table, count), want);
		for (int form = SHOW_TEXT; form <= SHOW_CSV; form++) {
			struct rows rows = {.file = file,
					    .form = (enum show_form)form,
					    .columns = columns};
			assert_int_equal(signal_of(add_to_rows, &rows, count),
					 want);
		}
	}
	(void)fclose(file);
	mem_free(table);
}

/* Without a row people get no titles, a spreadsheet does. */
static void begins_without_rows(void **state)
{
	FILE *file = tmpfile();

	(void)state;
	for (int form = SHOW_TEXT; form <= SHOW_CSV; form++) {
		struct rows rows = {.file = file,
				    .form = (enum show_form)form,
				    .columns = columns};
		rows_begin(&rows);
		assert_string_equal(written(file), form == SHOW_CSV
						       ? "author,flat,count\r\n"
						       : "");
	}
	(void)fclose(file);
}

/* Nor does a spreadsheet, where it is to be quiet; with a row it does. */
static void is_quiet_without_rows(void **state)
{
	static const struct table_column one[] = {{.csv = "cell"}, TABLE_END};
	FILE *file = tmpfile();
	struct rows rows = {
	    .file = file, .form = SHOW_CSV, .columns = one, .is_quiet = true};
	struct value cell = value_text("a");

	(void)state;
	rows_begin(&rows);
	assert_string_equal(written(file), "");
	rows_add(&rows, &cell, 1);
	rows_add(&rows, &cell, 1);
	assert_string_equal(written(file), "cell\r\na\r\na\r\n");
	(void)fclose(file);
}

/* "=HYPERLINK(...)" in a spreadsheet is a formula, quotes or not. */
static void disarms_formulas(void **state)
{
	static const struct table_column one[] = {{.csv = "cell"}, TABLE_END};
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
	    {"plain", "plain\r\n"},
	    {"a,b", "\"a,b\"\r\n"},
	    {"say \"a\"", "\"say \"\"a\"\"\"\r\n"},
	    {"a\r\nb", "\"a\r\nb\"\r\n"},
	    {"=1+1", "\"'=1+1\"\r\n"},
	    {"@SUM", "\"'@SUM\"\r\n"},
	    {"-1", "\"'-1\"\r\n"},
	    {"\r\n=1", "\"'\r\n'=1\"\r\n"},
	    {"a=b", "a=b\r\n"},
	    /* For who separates by semicolons or tabs, a cell begins there. */
	    {"a;b", "\"a;b\"\r\n"},
	    {"a;=1", "\"a;'=1\"\r\n"},
	    {"a;\"=1", "\"a;\"\"'=1\"\r\n"},
	    {"a\r\n@SUM", "\"a\r\n'@SUM\"\r\n"},
	};
	FILE *file = tmpfile();
	struct rows rows = {.file = file, .form = SHOW_CSV, .columns = one};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct value cell =
		    value_words(value_text(cases[i].text), "never here");
		rows_add(&rows, &cell, 1);
		assert_string_equal(written(file), cases[i].want);
	}
	(void)fclose(file);
}

/* A row's JSON may hold what its columns may not. */
static void escapes_in_spreadsheets(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
	    {"b\xc3\xbc", "b\xc3\xbc\r\n"},
	    {"a\033[2J", "a\\x1b[2J\r\n"},
	    {"\xc2\x9b\x31m", "\\xc2\\x9b1m\r\n"},
	    {"\t=1", "\\x09=1\r\n"},
	    {"a\rb", "a\\x0db\r\n"},
	    {"\x7f,\n\r\n\xff\n", "\"\\x7f,\n\r\n\\xff\n\"\r\n"},
	};
	FILE *file = tmpfile();
	struct csv_row row = {.file = file};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		csv_add(&row, value_text(cases[i].text));
		csv_end(&row);
		assert_string_equal(written(file), cases[i].want);
	}
	csv_add_quoted(&row, "\a");
	assert_string_equal(written(file), "\"\\x07\"");
	(void)fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(says_each_kind_to_both),
	    cmocka_unit_test(copies_what_is_put),
	    cmocka_unit_test(escapes_for_terminals),
	    cmocka_unit_test(breaks_long_values_at_blanks),
	    cmocka_unit_test(nests_for_programs_only),
	    cmocka_unit_test(keeps_an_order_for_each),
	    cmocka_unit_test(lists_questions),
	    cmocka_unit_test(lines_up_what_it_gathered),
	    cmocka_unit_test(bounds_foreign_cells),
	    cmocka_unit_test(keeps_columns_wide),
	    cmocka_unit_test(writes_rows_as_they_come),
	    cmocka_unit_test(takes_no_row_of_another_width),
	    cmocka_unit_test(begins_without_rows),
	    cmocka_unit_test(is_quiet_without_rows),
	    cmocka_unit_test(disarms_formulas),
	    cmocka_unit_test(escapes_in_spreadsheets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
