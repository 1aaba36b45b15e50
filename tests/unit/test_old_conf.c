/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_old_conf.c - files of OpenDMARC, OpenDKIM and policyd-spf, line by line
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/import/old_conf.h"
#include "lib/import/old_list.h"

static char folder[] = "/tmp/test_old_conf.XXXXXX";

static const char *put(const char *name, const char *text, size_t length)
{
	static char path[4][128];
	static int turn;
	char *at = path[turn++ % 4];

	(void)snprintf(at, sizeof path[0], "%s/%s", folder, name);
	FILE *file = fopen(at, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	return at;
}

static struct old_conf *read_text(TALLOC_CTX *mem, const enum old_kind *kind,
				  const char *text)
{
	struct old_conf *conf = NULL;
	struct error err = {.words = ""};

	if (!old_conf_read(mem, put("conf", text, strlen(text)), kind, &conf,
			   &err))
		fail_msg("%s", err.words);
	return conf;
}

static const char *value_of(const struct old_conf *conf, const char *name)
{
	const struct old_line *line = old_conf_find(conf, name);

	return line == NULL ? "" : line->value;
}

/* Each line: its kind, what is read of it, or the words of its fault. */
static void lines(void **state)
{
	static const struct {
		enum old_kind kind;
		const char *text;
		const char *name;
		const char *value; /* "": a fault */
		const char *words; /* of it */
		bool is_hole;
	} rows[] = {
	    {OLD_OPENDMARC, "AuthservID  mx.test \t# ours", "AuthservID",
	     "mx.test", "", false},
	    {OLD_OPENDMARC, "authservid mx.test", "AuthservID", "mx.test", "",
	     false},
	    {OLD_OPENDMARC, "Userid opendmarc", "UserID", "opendmarc", "",
	     false},
	    {OLD_OPENDMARC, "RejectFailures true\r", "RejectFailures", "true",
	     "", false},
	    {OLD_OPENDMARC, "\xef\xbb\xbfRejectFailures yes", "RejectFailures",
	     "yes", "", false},
	    {OLD_OPENDMARC, "  Socket\tinet:8893@localhost", "Socket",
	     "inet:8893@localhost", "", false},
	    {OLD_OPENDMARC, "Syslog yes # caf\xe9", "Syslog", "yes", "", false},
	    {OLD_OPENDMARC, "RejectFailures", "", "", "the value is missing",
	     true},
	    {OLD_OPENDMARC, "PidFile", "", "", "the value is missing", false},
	    {OLD_OPENDMARC, "RejectFailure true", "", "",
	     "RejectFailures may be meant", true},
	    {OLD_OPENDMARC, "SyslogFacilit mail", "", "",
	     "SyslogFacility may be meant", false},
	    {OLD_OPENDMARC, "Frobnicate 7", "", "", "no such setting", false},
	    {OLD_OPENDMARC, "Include /etc/more", "", "", "no such setting",
	     true},
	    {OLD_OPENDMARC, "AuthservID mx\x01.test", "", "", "no clean UTF-8",
	     false},
	    {OLD_OPENDMARC, "\xff\xfe!", "", "", "no clean UTF-8", true},
	    {OLD_OPENDKIM, "On-BadSignature reject", "On-BadSignature",
	     "reject", "", false},
	    {OLD_OPENDKIM, "Include /nowhere/at/all", "", "",
	     "No such file or directory", true},
	    {OLD_POLICYD_SPF, "HELO_reject = Fail", "HELO_reject", "Fail", "",
	     false},
	    {OLD_POLICYD_SPF, "helo_reject = Fail", "", "",
	     "HELO_reject may be meant", false},
	    {OLD_POLICYD_SPF, "HELO_reject Fail", "", "", "passes over", false},
	    {OLD_POLICYD_SPF, "Whitelist = a = b", "", "", "passes over",
	     false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		const struct old_conf *conf =
		    read_text(mem, &rows[i].kind, rows[i].text);
		bool is_fault = *rows[i].value == '\0';
		assert_int_equal(conf->faults.count, is_fault ? 1 : 0);
		assert_int_equal(conf->count, is_fault ? 0 : 1);
		if (is_fault) {
			assert_non_null(
			    strstr(conf->faults.items[0].why, rows[i].words));
			assert_int_equal(conf->faults.items[0].is_hole,
					 rows[i].is_hole);
			assert_int_equal(conf->faults.items[0].line, 1);
		} else {
			assert_string_equal(value_of(conf, rows[i].name),
					    rows[i].value);
		}
		mem_free(mem);
	}
}

static void the_last_line_counts(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct old_conf *conf = read_text(
	    mem, NULL, "RejectFailures true\n\n# x\nRejectFailures false\n");

	(void)state;
	assert_int_equal(conf->kind, OLD_OPENDMARC);
	assert_int_equal(conf->count, 2);
	assert_string_equal(value_of(conf, "RejectFailures"), "false");
	assert_int_equal(old_conf_find(conf, "RejectFailures")->line, 4);
	mem_free(mem);
}

static void kinds(void **state)
{
	static const struct {
		const char *text;
		enum old_kind kind;
		bool is_seen;
	} rows[] = {
	    {"Socket local:/x\nPublicSuffixList /y\n", OLD_OPENDMARC, true},
	    {"Syslog yes\nCanonicalization simple\n", OLD_OPENDKIM, true},
	    {"debugLevel = 1\nSocket = local:/x\n", OLD_POLICYD_SPF, true},
	    {"Syslog yes\nSocket local:/x\n", OLD_OPENDMARC, false},
	    {"", OLD_OPENDMARC, false},
	    {"mode = enforce\n", OLD_OPENDMARC, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct old_conf *conf = NULL;
		struct error err;
		bool is_read = old_conf_read(
		    mem, put("conf", rows[i].text, strlen(rows[i].text)), NULL,
		    &conf, &err);
		assert_int_equal(is_read, rows[i].is_seen);
		if (is_read)
			assert_int_equal(conf->kind, rows[i].kind);
		else
			assert_int_equal(err.kind, ERROR_USAGE);
		mem_free(mem);
	}
}

static void includes(void **state)
{
	const enum old_kind kind = OLD_OPENDKIM;
	static const char outer[] = "Include inner\nMode v\n";
	static const char inner[] = "MinimumKeyBits 2048\nInclude conf\n";
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	(void)put("inner", inner, strlen(inner));
	const struct old_conf *conf = read_text(mem, &kind, outer);
	assert_string_equal(value_of(conf, "MinimumKeyBits"), "2048");
	assert_string_equal(value_of(conf, "Mode"), "v");
	assert_int_equal(conf->faults.count, 1);
	assert_string_equal(conf->faults.items[0].why,
			    "the file includes itself");
	assert_non_null(strstr(conf->faults.items[0].file, "/inner"));
	assert_true(conf->faults.items[0].is_hole);
	mem_free(mem);
}

/* Five levels as there; the sixth is refused. */
static void include_depth(void **state)
{
	const enum old_kind kind = OLD_OPENDKIM;
	TALLOC_CTX *mem = mem_context(NULL);
	char name[8];
	char text[64];

	(void)state;
	for (int i = 1; i <= LIMIT_IMPORT_INCLUDES + 1; i++) {
		(void)snprintf(name, sizeof name, "d%d", i);
		(void)snprintf(text, sizeof text, "Include d%d\nMode v\n",
			       i + 1);
		(void)put(name, text, strlen(text));
	}
	const struct old_conf *conf =
	    read_text(mem, &kind, "Include d1\nSyslog yes\n");
	assert_int_equal(conf->faults.count, 1);
	assert_non_null(strstr(conf->faults.items[0].why, "too deep"));
	assert_int_equal(conf->count, LIMIT_IMPORT_INCLUDES + 1);
	mem_free(mem);
}

/* Files that add no line end as well: each includes three times, nested five
 * deep, what holds nothing. */
static void included_files(void **state)
{
	const enum old_kind kind = OLD_OPENDKIM;
	TALLOC_CTX *mem = mem_context(NULL);
	const char *text = "";
	char name[8];

	(void)state;
	(void)put("d5", "# none\n", 7);
	for (int i = 4; i >= 1; i--) {
		const char *inner =
		    mem_printf(mem, "Include d%d\nInclude d%d\nInclude d%d\n",
			       i + 1, i + 1, i + 1);
		(void)snprintf(name, sizeof name, "d%d", i);
		(void)put(name, inner, strlen(inner));
	}
	for (int i = 0; i < 3; i++)
		text = mem_printf(mem, "%sInclude d1\n", text);
	const struct old_conf *conf = read_text(mem, &kind, text);
	assert_int_equal(conf->count, 0);
	assert_true(conf->faults.count > 0);
	for (size_t i = 0; i < conf->faults.count; i++) {
		assert_string_equal(
		    conf->faults.items[i].why,
		    "more than " LIMIT_WORD(LIMIT_IMPORT_INCLUDED) " files are "
								   "included");
		assert_true(conf->faults.items[i].is_hole);
	}
	mem_free(mem);
}

/* A file that is included time and again is in memory once at most. */
static void an_included_file_is_let_go(void **state)
{
	const enum old_kind kind = OLD_OPENDKIM;
	TALLOC_CTX *mem = mem_context(NULL);
	char *blank = mem_array(mem, char, LIMIT_IMPORT_CONF_BYTES);
	size_t before;

	(void)state;
	memset(blank, '#', LIMIT_IMPORT_CONF_BYTES);
	(void)put("big", blank, LIMIT_IMPORT_CONF_BYTES);
	before = talloc_total_size(mem);
	const struct old_conf *conf =
	    read_text(mem, &kind, "Include big\nInclude big\nInclude big\n");
	assert_int_equal(conf->faults.count, 0);
	assert_true(talloc_total_size(mem) - before < LIMIT_IMPORT_CONF_BYTES);
	mem_free(mem);
}

static void bounds(void **state)
{
	const enum old_kind kind = OLD_OPENDMARC;
	TALLOC_CTX *mem = mem_context(NULL);
	size_t room = LIMIT_IMPORT_CONF_BYTES + 1;
	char *text = mem_array(mem, char, room);
	struct old_conf *conf = NULL;
	struct error err;

	(void)state;
	memset(text, 'x', room);
	assert_false(
	    old_conf_read(mem, put("big", text, room), &kind, &conf, &err));
	assert_true(old_conf_read(mem,
				  put("big", text, LIMIT_IMPORT_LINE_BYTES + 1),
				  &kind, &conf, &err));
	assert_int_equal(conf->faults.count, 1);
	assert_true(conf->faults.items[0].is_hole);
	for (size_t i = 0; i < room - 1; i++)
		text[i] = "A x\n"[i % 4];
	assert_true(
	    old_conf_read(mem, put("big", text, room - 1), &kind, &conf, &err));
	assert_int_equal(conf->faults.count, LIMIT_IMPORT_LINES + 1);
	mem_free(mem);
}

/* --- lists --- */

static void check_list(enum old_list_form form, const char *value,
		       const char *want)
{
	const enum old_kind kind = OLD_OPENDKIM;
	TALLOC_CTX *mem = mem_context(NULL);
	char text[256];
	struct old_list list = {0};
	struct error err = {.words = ""};
	char got[512] = "";

	(void)snprintf(text, sizeof text, "PeerList %s\n", value);
	const struct old_conf *conf = read_text(mem, &kind, text);
	if (!old_list_read(mem, conf, old_conf_find(conf, "PeerList"), form,
			   &list, &err))
		(void)snprintf(got, sizeof got, "! %s", err.words);
	for (size_t i = 0; i < list.count; i++) {
		size_t length = strlen(got);
		(void)snprintf(got + length, sizeof got - length, "%s%s",
			       length == 0 ? "" : " ", list.items[i].text);
	}
	if (strncmp(got, want, strlen(want)) != 0)
		fail_msg("%s: %s", value, got);
	mem_free(mem);
}

static void lists(void **state)
{
	static const char file[] = "\xef\xbb\xbf"
				   "192.0.2.1\r\n\r\n# none\n"
				   "  *.example.test  value:more # x\n"
				   "!10.0.0.1";

	(void)state;
	(void)put("list", file, strlen(file));
	check_list(OLD_LIST_DATASET, "a.test, b.test,,", "a.test b.test");
	check_list(OLD_LIST_DATASET, "csl:a.test,b.test", "a.test b.test");
	check_list(OLD_LIST_DATASET, "file:list",
		   "192.0.2.1 *.example.test !10.0.0.1");
	check_list(OLD_LIST_DATASET, "refile:list",
		   "192.0.2.1 *.example.test !10.0.0.1");
	check_list(OLD_LIST_FILE, "list", "192.0.2.1 *.example.test !10.0.0.1");
	check_list(OLD_LIST_COMMAS, "1.2.3.4,::1", "1.2.3.4 ::1");
	check_list(OLD_LIST_DATASET, "db:/x/y",
		   "! a data set of the form db: cannot be read");
	check_list(OLD_LIST_DATASET, "/x/y.db",
		   "! a data set of the form .db cannot be read");
	check_list(OLD_LIST_DATASET, "mysql.db",
		   "! a data set of the form .db");
	check_list(OLD_LIST_FILE, "nowhere", "! ");
	(void)put("list", "a.test\nb\x01\n", 9);
	check_list(OLD_LIST_FILE, "list", "! ");
}

static void too_many_items(void **state)
{
	const enum old_kind kind = OLD_OPENDKIM;
	TALLOC_CTX *mem = mem_context(NULL);
	size_t length = 2 * (LIMIT_IMPORT_ITEMS + 1);
	char *text = mem_array(mem, char, length);
	struct old_list list = {0};
	struct error err;

	(void)state;
	for (size_t i = 0; i < length; i++)
		text[i] = "a\n"[i % 2];
	(void)put("many", text, length);
	const struct old_conf *conf = read_text(mem, &kind, "PeerList many\n");
	assert_false(old_list_read(mem, conf, old_conf_find(conf, "PeerList"),
				   OLD_LIST_FILE, &list, &err));
	assert_int_equal(list.count, LIMIT_IMPORT_ITEMS);
	mem_free(mem);
}

/* --- tables --- */

static void tables_are_whole(void **state)
{
	(void)state;
	for (int kind = 0; kind < OLD_KINDS; kind++) {
		enum old_kind named;
		assert_true(
		    old_kind_named(old_kind_text((enum old_kind)kind), &named));
		assert_int_equal(named, kind);
		for (const struct old_setting *row =
			 old_settings_of((enum old_kind)kind);
		     row->name != NULL; row++) {
			assert_ptr_equal(
			    old_setting_named((enum old_kind)kind, row->name),
			    row);
			assert_non_null(row->why);
			assert_non_null(old_fate_text(row->fate));
			/* who is not taken says why */
			assert_true(row->fate == OLD_TAKEN ||
				    row->why[0] != '\0');
		}
	}
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
	static const char *const names[] = {"conf", "inner", "big", "list",
					    "many", "d1",    "d2",  "d3",
					    "d4",   "d5",    "d6"};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines),
	    cmocka_unit_test(the_last_line_counts),
	    cmocka_unit_test(kinds),
	    cmocka_unit_test(includes),
	    cmocka_unit_test(include_depth),
	    cmocka_unit_test(included_files),
	    cmocka_unit_test(an_included_file_is_let_go),
	    cmocka_unit_test(bounds),
	    cmocka_unit_test(lists),
	    cmocka_unit_test(too_many_items),
	    cmocka_unit_test(tables_are_whole),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder) != 0;
}
