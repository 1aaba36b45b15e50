/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_report_mail.c - the mail that carries a report, byte for byte
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/report/make/mail.h"

#define ID "0123456789abcdef0123456789ab0000"
#define TOKEN "0123456789ab89abcdef012345670123"
#define L63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static struct report_mail example(void)
{
	return (struct report_mail){
	    .report_id = ID,
	    .policy_domain = "a.test",
	    .submitter = "own.test",
	    .file_name = "own.test!a.test!1!2!" ID ".xml.gz",
	    .org_name = "Own",
	    .from = "r@own.test",
	    .to = "agg@a.test",
	    .token = TOKEN,
	    .contact = "",
	    .begin_s = 1777507200,
	    .end_s = 1777593599,
	    .messages = 7,
	    .now_s = 1777636800,
	    .archive = {"\x1f\x8b\x08\xff", 4},
	};
}

static const char whole[] =
    "From: \"Own\" <r@own.test>\r\n"
    "To: <agg@a.test>\r\n"
    "Message-ID: <" ID ".89abcdef012345670123@own.test>\r\n"
    "Subject: Report Domain: a.test\r\n Submitter: own.test\r\n"
    " Report-ID: <" ID ">\r\n"
    "Date: Fri, 01 May 2026 12:00:00 +0000\r\n"
    "Auto-Submitted: auto-generated\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=\"=_" ID "\"\r\n"
    "\r\n"
    "--=_" ID "\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 7bit\r\n"
    "\r\n"
    "This is a DMARC aggregate report about mail with an author under the\r\n"
    "policy of a.test.\r\n"
    "\r\n"
    "  policy domain  a.test\r\n"
    "  from           2026-04-30T00:00:00Z\r\n"
    "  to             2026-04-30T23:59:59Z\r\n"
    "  messages       7\r\n"
    "  report id      " ID "\r\n"
    "  reported by    own.test\r\n"
    "\r\n"
    "The attached file is for programs. It was sent since the DMARC record "
    "of\r\nthat domain asks for reports to this address (rua).\r\n"
    "--=_" ID "\r\n"
    "Content-Type: application/gzip; name=\"own.test!a.test!1!2!" ID
    ".xml.gz\"\r\n"
    "Content-Disposition: attachment; filename=\"own.test!a.test!1!2!" ID
    ".xml.gz\"\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "H4sI/w==\r\n"
    "--=_" ID "--\r\n";

static void f16_every_byte(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct report_mail mail = example();

	(void)state;
	assert_string_equal(report_mail_write(mem, &mail), whole);
	mem_free(mem);
}

static void names_and_contacts_beyond_ascii(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct report_mail mail = example();
	const char *text;

	(void)state;
	mail.org_name = "A \"B\" \\ C";
	mail.contact = "https://own.test/dmarc";
	text = report_mail_write(mem, &mail);
	assert_non_null(strstr(text, "From: \"A \\\"B\\\" \\\\ C\" <r@own"));
	assert_non_null(strstr(text, "  contact        https://own.test/"));

	mail.org_name = "Bundesamt f\xc3\xbcr \xc3\x84rger und "
			"\xc3\x96"
			"ffentliche Post in \xc3\x9c"
			"bach";
	mail.contact = "\xc3\xbc";
	text = report_mail_write(mem, &mail);
	assert_non_null(strstr(text, "From: =?UTF-8?B?QnVuZGVzYW10"));
	assert_non_null(strstr(text, "?=\r\n =?UTF-8?B?"));
	assert_non_null(strstr(text, "?=\r\n <r@own.test>\r\n"));
	assert_null(strchr(text, '\xc3'));
	assert_non_null(
	    strstr(text, "Transfer-Encoding: base64\r\n\r\nVGhpcyB"));
	mem_free(mem);
}

/* The longest domains on both sides, and a larger file: no line above 998. */
static void lines_stay_short(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct report_mail mail = example();
	char bytes[100000];
	size_t length = 0;

	(void)state;
	memset(bytes, 0x55, sizeof bytes);
	mail.policy_domain = L63 "." L63 "." L63 ".aaaaaaaaaaaa.test";
	mail.submitter = mail.policy_domain;
	mail.file_name = report_mail_file_name(mem, mail.submitter,
					       mail.policy_domain, 1, 2, ID);
	mail.archive = span_make(bytes, sizeof bytes);
	const char *text = report_mail_write(mem, &mail);
	for (const char *c = text; *c != '\0'; c++) {
		length = *c == '\n' ? 0 : length + 1;
		assert_true(length <= 998);
		assert_true(*c != '\n' || (c > text && c[-1] == '\r'));
	}
	assert_string_equal(text + strlen(text) - strlen(ID "--\r\n"),
			    ID "--\r\n");
	mem_free(mem);
}

static void short_subjects_stay_on_a_line(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct report_mail mail = example();

	(void)state;
	mail.report_id = "1";
	assert_non_null(strstr(report_mail_write(mem, &mail),
			       "Subject: Report Domain: a.test Submitter: "
			       "own.test Report-ID: <1>\r\n"));
	mem_free(mem);
}

static void senders(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	assert_string_equal(report_mail_sender(mem, "r@own.test", "", TOKEN),
			    "r@own.test");
	assert_string_equal(report_mail_sender(mem, "r@own.test", "+", TOKEN),
			    "r+" TOKEN "@own.test");
	/* 64 bytes at most (RFC 5321 4.5.3.1.1); one more, and it is left. */
	assert_string_equal(
	    report_mail_sender(mem, "a234567890123456789012345678901@own.test",
			       "-", TOKEN),
	    "a234567890123456789012345678901-" TOKEN "@own.test");
	assert_string_equal(
	    report_mail_sender(mem, "a2345678901234567890123456789012@own.test",
			       "-", TOKEN),
	    "a2345678901234567890123456789012@own.test");
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(f16_every_byte),
	    cmocka_unit_test(names_and_contacts_beyond_ascii),
	    cmocka_unit_test(lines_stay_short),
	    cmocka_unit_test(short_subjects_stay_on_a_line),
	    cmocka_unit_test(senders),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
