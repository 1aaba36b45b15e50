/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_desk_request.c - what may be asked of the desk, and addresses that it
 * writes
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/desk/request.h"

static const struct {
	const char *target;
	const char *path; /* NULL: refused */
	const char *name;
	const char *value; /* NULL: none */
} rows[] = {
    {"/", "/", "q", NULL},
    {"/incidents?from=a.test&limit=5", "/incidents", "limit", "5"},
    {"/incident/K7QX-2M4D", "/incident/K7QX-2M4D", "q", NULL},
    {"/search?q=a%40b.test+x", "/search", "q", "a@b.test x"},
    {"/search?q=%20K7QX%202M4D%20", "/search", "q", "K7QX 2M4D"},
    {"/search?q=", "/search", "q", NULL},
    {"/search?&&q=1&", "/search", "q", "1"},
    {"/search?q", "/search", "q", NULL},
    {"/search?q=b%C3%BCcher", "/search", "q",
     "b\xc3\xbc"
     "cher"},
    {"/search?q=a=b", "/search", "q", "a=b"},
    {"/search?q=1&q=2", NULL, "", NULL},
    {"/search?q=1&%71=2", NULL, "", NULL},
    {"/search?q=%", NULL, "", NULL},
    {"/search?q=%4", NULL, "", NULL},
    {"/search?q=%zz", NULL, "", NULL},
    {"/search?q=%00", NULL, "", NULL},
    {"/search?q=%0d%0aX", NULL, "", NULL},
    {"/search?q=%ff", NULL, "", NULL},
    {"/search?q=%c2%85", NULL, "", NULL},
    {"", NULL, "", NULL},
    {"incidents", NULL, "", NULL},
    {"//etc/passwd", NULL, "", NULL},
    {"/../desk.conf", NULL, "", NULL},
    {"/incident/..", NULL, "", NULL},
    {"/%2e%2e/", NULL, "", NULL},
    {"/incident/K7QX%002M4D", NULL, "", NULL},
    {"/a\\b", NULL, "", NULL},
    {"http://a.test/", NULL, "", NULL},
};

static void reads_targets(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct desk_request request;
		struct error err = {.kind = ERROR_NONE};
		bool ok =
		    desk_request_read(mem, rows[i].target, &request, &err);
		if (ok != (rows[i].path != NULL))
			fail_msg("%s", rows[i].target);
		if (ok) {
			const char *value =
			    desk_request_value(&request, rows[i].name);
			assert_string_equal(request.path, rows[i].path);
			assert_int_equal(value == NULL, rows[i].value == NULL);
			if (value != NULL)
				assert_string_equal(value, rows[i].value);
		} else {
			assert_int_equal(err.kind, ERROR_USAGE);
			assert_true(err.words[0] != '\0');
		}
		mem_free(mem);
	}
}

static void refuses_too_much(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct desk_request request;
	struct error err;
	struct strbuf target;

	(void)state;
	strbuf_init(&target, mem, 2 * LIMIT_DESK_TARGET_BYTES);
	strbuf_add_text(&target, "/search?");
	for (int i = 0; i < LIMIT_DESK_PARAMETERS; i++)
		strbuf_printf(&target, "p%d=1&", i);
	assert_true(
	    desk_request_read(mem, strbuf_text(&target), &request, &err));
	strbuf_add_text(&target, "one=more");
	assert_false(
	    desk_request_read(mem, strbuf_text(&target), &request, &err));
	while (target.length <= LIMIT_DESK_TARGET_BYTES)
		strbuf_add_char(&target, 'x');
	assert_false(
	    desk_request_read(mem, strbuf_text(&target), &request, &err));
	assert_non_null(strstr(err.words, "longer than"));
	mem_free(mem);
}

static void writes_addresses(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf url;

	(void)state;
	strbuf_init(&url, mem, 100);
	desk_url_add(&url, "a-b_c.d/\"<&\xc3\xbc ");
	assert_string_equal(strbuf_text(&url), "a-b_c.d%2F%22%3C%26%C3%BC%20");
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_targets),
	    cmocka_unit_test(refuses_too_much),
	    cmocka_unit_test(writes_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
