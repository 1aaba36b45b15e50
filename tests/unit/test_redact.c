/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_redact.c - what a stranger may see of a header
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/mail/redact.h"

static const char *const names[] = {"jane.roe", "jane roe", "Ann", "me"};
static const struct text_list locals = {.count = 4,
					.items = (const char **)names};

static const struct row {
	const char *name;
	const char *value;
	const char *want; /* the line without its LF; "" for dropped */
} rows[] = {
    {"From", " x <x@a.test>", "From: x <x@a.test>"},
    {"fRoM ", " x@a.test", "From: x@a.test"},
    {"To", " \"Jane\" <jane.roe@a.test>,\r\n\tb@b.test (B)",
     "To: redacted@a.test, redacted@b.test"},
    {"To", " undisclosed-recipients:;", "To: redacted"},
    {"Cc", " @", "Cc: redacted"},
    {"Cc", " jane@jane.roe.test", "Cc: redacted@redacted.test"},
    {"Bcc", " jane.roe@a.test", ""},
    {"Delivered-To", " jane.roe@a.test", ""},
    {"X-Anything", " at all", ""},
    {"Subject:x", " s", ""},
    {"Received", " from a by b for <other@a.test>; date",
     "Received: from a by b for <redacted@a.test>; date"},
    {"Received", " for \"o ther\"@a.test; for x@[192.0.2.1]",
     "Received: for redacted@a.test; for redacted@[192.0.2.1]"},
    {"Received", " @@", "Received: redacted@redacted@"},
    {"Received", " \"@x", "Received: redacted@x"},
    {"Subject", " for JANE.ROE, jane roe", "Subject: for redacted, redacted"},
    /* A word of its own, not a part of one. */
    {"Subject", " ann, anna, hann ann-x",
     "Subject: redacted, anna, hann "
     "redacted-x"},
    {"Subject", " me and me@a.test", "Subject: me and redacted@a.test"},
    {"Return-Path", " <b+jane.roe=a.test@l.test>",
     "Return-Path: <b+redacted=a.test@l.test>"},
    {"DKIM-Signature", " h=ann:to; i=ann@a.test; b=me=40/Ann%40",
     "DKIM-Signature: h=ann:to; i=redacted@a.test; b=redacted=40/"
     "redacted%40"},
    {"DKIM-Signature", " z=Subject:=20ann",
     "DKIM-Signature: "
     "z=Subject:=20ann"},
    {"DKIM-Signature", " z=Subject: ann",
     "DKIM-Signature: z=Subject: "
     "redacted"},
    {"Subject", " =?utf-8?B?amFuZQ==?= x =?utf-8?Q?=41?=",
     "Subject: [encoded] x [encoded]"},
    {"Subject", " =?never ends", "Subject: [encoded]"},
    {"Subject", " HTTPS://a.test http:x shttp",
     "Subject: hxxpS://a.test hxxp:x shttp"},
    {"Subject", " a\rBcc: x\r\n\r\n--=_b\nTo: y\x01\xff",
     "Subject: a Bcc: x --=_b To: y??"},
    {"Subject", "\t", "Subject: "},
};

static void takes_out_whom_it_must(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct field field = {span_of(rows[i].name),
				      span_of(rows[i].value)};
		struct field_list list = {.count = 1, .items = &field};
		const char *want = *rows[i].want == '\0'
				       ? ""
				       : mem_printf(mem, "%s\n", rows[i].want);
		assert_string_equal(redact_header(mem, &list, &locals), want);
		mem_free(mem);
	}
}

static void a_nul_is_a_byte_like_others(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	assert_string_equal(redact_text(mem, span_make("a\0ann\0", 6), &locals),
			    "a?redacted?");
	mem_free(mem);
}

/* The cut must not leave the first half of a name. */
static void a_long_value_is_cut_at_a_word(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *value = mem_array(mem, char, LIMIT_FAILURE_FIELD_BYTES + 100);

	(void)state;
	memset(value, 'x', LIMIT_FAILURE_FIELD_BYTES + 99);
	assert_string_equal(redact_plain(mem, span_of(value)), "");
	memcpy(value + LIMIT_FAILURE_FIELD_BYTES - 5, " jane.roe@", 10);
	assert_int_equal(strlen(redact_plain(mem, span_of(value))),
			 LIMIT_FAILURE_FIELD_BYTES - 5);
	mem_free(mem);
}

static void a_header_has_its_bounds(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct field_list list = {.count = 0};
	const char *value = mem_strndup(mem, "", 0);

	(void)state;
	for (int i = 0; i < 8; i++)
		value = mem_printf(mem, "%s http://=?x?= @ @ %s", value, value);
	for (int i = 0; i < 500; i++)
		field_list_add(
		    mem, &list,
		    (struct field){span_of("Received"), span_of(value)});
	const char *text = redact_header(mem, &list, &locals);
	size_t lines = 0;
	for (const char *c = text; *c != '\0'; c++)
		lines += *c == '\n';
	assert_true(lines <= LIMIT_FAILURE_FIELDS);
	assert_true(strlen(text) <= LIMIT_FAILURE_HEADER_BYTES);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_out_whom_it_must),
	    cmocka_unit_test(a_nul_is_a_byte_like_others),
	    cmocka_unit_test(a_long_value_is_cut_at_a_word),
	    cmocka_unit_test(a_header_has_its_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
