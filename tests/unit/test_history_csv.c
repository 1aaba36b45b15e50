/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_history_csv.c - a table that cannot be read to its end is no whole table
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/import/history_csv.h"

/* A file of which nothing can be read past a place, as on a bad disk. */
struct bad_file {
	const char *text;
	size_t place; /* of the failure; past the end: none */
	size_t at;
};

static ssize_t read_bad(void *cookie, char *buffer, size_t size)
{
	struct bad_file *bad = cookie;
	size_t left = strlen(bad->text) - bad->at;
	size_t length = size < left ? size : left;

	if (bad->at == bad->place) {
		errno = EIO;
		return -1;
	}
	if (bad->at < bad->place && length > bad->place - bad->at)
		length = bad->place - bad->at;
	memcpy(buffer, bad->text + bad->at, length);
	bad->at += length;
	return (ssize_t)length;
}

static FILE *open_bad(struct bad_file *bad)
{
	const cookie_io_functions_t calls = {.read = read_bad};
	FILE *file = fopencookie(bad, "r", calls);

	assert_non_null(file);
	return file;
}

static const char messages[] =
    "id,date,jobid,reporter,policy,disp,ip,env_domain,from_domain,"
    "policy_domain,spf,align_dkim,align_spf\n"
    "1,2026-05-01 10:00:00,A1,mx.test,15,2,192.0.2.5,a.test,a.test,a.test,0,"
    "5,4\n"
    "2,2026-05-01 10:00:01,A2,mx.test,15,2,192.0.2.5,a.test,a.test,a.test,0,"
    "5,4\n";
static const char requests[] = "domain,policy,spolicy\na.test,114,114\n"
			       "b.test,114,114\n";
static const char signatures[] = "message,domain,selector,pass\n"
				 "1,a.test,s1,0\n2,a.test,s1,0\n";

static bool count_message(void *context, const struct history_message *message,
			  struct error *err)
{
	int *count = context;

	(void)message;
	(void)err;
	(*count)++;
	return true;
}

static bool is_not_torn(void *context, long line, const char *why,
			struct error *err)
{
	(void)context;
	(void)err;
	fail_msg("line %ld: %s", line, why);
	return true;
}

#define WHOLE ((size_t)-1)

/* Each table up to a line, or whole. */
static bool read_tables(const size_t places[HISTORY_TABLES], int *count,
			struct error *err)
{
	struct bad_file bad[HISTORY_TABLES] = {
	    [HISTORY_MESSAGES] = {messages, places[HISTORY_MESSAGES], 0},
	    [HISTORY_REQUESTS] = {requests, places[HISTORY_REQUESTS], 0},
	    [HISTORY_SIGNATURES] = {signatures, places[HISTORY_SIGNATURES], 0},
	};
	const struct history_handler handler = {count_message, is_not_torn,
						count};
	struct history_csv csv = {.files = {NULL}};
	bool ok;

	*count = 0;
	for (size_t i = 0; i < HISTORY_TABLES; i++) {
		if (bad[i].text != NULL)
			csv.files[i] = open_bad(&bad[i]);
	}
	ok = history_csv_read(&csv, &handler, err);
	for (size_t i = 0; i < HISTORY_TABLES; i++) {
		if (csv.files[i] != NULL)
			(void)fclose(csv.files[i]);
	}
	return ok;
}

static size_t lines_of(const char *text, int lines)
{
	const char *at = text;

	while (lines-- > 0)
		at = strchr(at, '\n') + 1;
	return (size_t)(at - text);
}

static void a_failed_read_is_no_end(void **state)
{
	static const struct {
		enum history_table table;
		const char *text;
		const char *words;
	} rows[] = {
	    {HISTORY_MESSAGES, messages,
	     "table messages: cannot read on after line 2"},
	    {HISTORY_REQUESTS, requests,
	     "table requests: cannot read on after line 2"},
	    {HISTORY_SIGNATURES, signatures,
	     "table signatures: cannot read on after line 2"},
	};
	struct error err;
	int count;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t places[HISTORY_TABLES] = {WHOLE, WHOLE, WHOLE, WHOLE};
		places[rows[i].table] = lines_of(rows[i].text, 2);
		assert_false(read_tables(places, &count, &err));
		assert_non_null(strstr(err.words, rows[i].words));
		assert_non_null(strstr(err.words, strerror(EIO)));
	}
}

static void whole_tables_are_read(void **state)
{
	const size_t places[HISTORY_TABLES] = {WHOLE, WHOLE, WHOLE, WHOLE};
	struct error err;
	int count;

	(void)state;
	assert_true(read_tables(places, &count, &err));
	assert_int_equal(count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_failed_read_is_no_end),
	    cmocka_unit_test(whole_tables_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
