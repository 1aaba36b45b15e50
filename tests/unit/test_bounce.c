/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_bounce.c - a message as the bounce of one of our reports
 */
#include "tests/unit/unit.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/report/read/bounce.h"

#define ID "0123456789abcdef0123456789ab0000"
#define DIGEST "89abcdef0123456789ab"
#define TOKEN "0123456789ab" DIGEST
#define ADDRESS "y@b.test"

#define TYPE                                                                   \
	"Content-Type: multipart/report; report-type=delivery-status;\n"       \
	"\tboundary=\"=_b\"\n"
#define STATUS                                                                 \
	"\n--=_b\nContent-Type: message/delivery-status\n\n"                   \
	"Reporting-MTA: dns; mx.b.test\n\n"
#define FINAL "Final-Recipient: rfc822; y@b.test\n"
#define FAILED FINAL "Action: failed\nStatus: 5.1.1\n"
#define RETURNED                                                               \
	"\n--=_b\nContent-Type: text/rfc822-headers\n\n"                       \
	"Message-ID: <" ID "." DIGEST "@own.test>\n\n--=_b--\n"

static const struct {
	const char *name;
	const char *text;
	const char *token; /* the first; "" for none */
	const char *words; /* of ADDRESS; NULL: no failure for good */
} cases[] = {
    {"by Message-ID", TYPE STATUS FAILED RETURNED, TOKEN, "5.1.1"},
    {"by the address it came to",
     TYPE "To: <r+" TOKEN "@own.test>\n" STATUS FAILED "\n--=_b--\n", TOKEN,
     "5.1.1"},
    {"by what it answers",
     TYPE "References: <" ID "." DIGEST "@own.test>\n" STATUS FAILED, TOKEN,
     "5.1.1"},
    {"a token in upper case, CRLF, folded",
     "content-type: Multipart/Report;\r\n boundary==_b;\r\n "
     "report-type=Delivery-Status\r\nTO:\r\n "
     "<r+0123456789AB89ABCDEF0123456789AB@own.test>\r\n\r\n"
     "--=_b\r\ncontent-type: Message/Delivery-Status\r\n\r\n"
     "FINAL-RECIPIENT: rfc822;\r\n Y@B.test\r\nACTION: Failed\r\n",
     TOKEN, ""},
    {"the report's id is no token",
     TYPE STATUS FAILED "\n--=_b\nContent-Type: message/rfc822\n\n"
			"Message-ID: <" ID "@own.test>\n",
     ID, "5.1.1"},
    {"a longer run of digits is none",
     TYPE "To: <r+" TOKEN "0@own.test>\n" STATUS FAILED, "", "5.1.1"},
    {"a token in the words is none",
     TYPE "Subject: " TOKEN "\n\n" TOKEN "\n" STATUS FAILED, "", "5.1.1"},
    {"F10 an absence notice that quotes us",
     "Auto-Submitted: auto-replied\nContent-Type: text/plain\nTo: <r+" TOKEN
     "@own.test>\n\nI am away\n\n" FAILED,
     NULL, NULL},
    {"F10 a disposition notification",
     "Content-Type: multipart/report; report-type=disposition-notification; "
     "boundary==_b\nTo: <r+" TOKEN "@own.test>\n" STATUS FAILED,
     NULL, NULL},
    {"multipart/report without the part",
     TYPE "To: <r+" TOKEN "@own.test>\n\n--=_b\n\n" FAILED, NULL, NULL},
    {"a status part of a mixed message",
     "Content-Type: multipart/mixed; boundary=\"=_b\"\n" STATUS FAILED RETURNED,
     NULL, NULL},
    {"another boundary",
     "Content-Type: multipart/report; "
     "report-type=delivery-status; "
     "boundary=other\n" STATUS FAILED RETURNED,
     NULL, NULL},
    {"F10 a delay",
     TYPE STATUS FINAL "Action: delayed\nStatus: 5.0.0\n" RETURNED, TOKEN,
     NULL},
    {"passed on", TYPE STATUS FINAL "Action: relayed\n" RETURNED, TOKEN, NULL},
    {"to a list", TYPE STATUS FINAL "Action: expanded\n" RETURNED, TOKEN, NULL},
    {"delivered", TYPE STATUS FINAL "Action: delivered\n" RETURNED, TOKEN,
     NULL},
    {"Action with a comment",
     TYPE STATUS FINAL
     "Action: failed (no such user)\nStatus: 5.1.1 (x)\n" RETURNED,
     TOKEN, "5.1.1 (x)"},
    {"a comment is no Action",
     TYPE STATUS FINAL "Action: (failed) delayed (failed)\n" RETURNED, TOKEN,
     NULL},
    {"without Action", TYPE STATUS FINAL "Status: 5.1.1\n" RETURNED, TOKEN,
     NULL},
    {"another word", TYPE STATUS FINAL "Action: failed-not\n" RETURNED, TOKEN,
     NULL},
    {"the last Action does not win",
     TYPE STATUS FINAL "Action: delayed\nAction: failed\n" RETURNED, TOKEN,
     NULL},
    {"nor the first",
     TYPE STATUS FINAL "Action: failed\nAction: delayed\n" RETURNED, TOKEN,
     NULL},
    {"only another recipient failed",
     TYPE STATUS FINAL "Action: delivered\n\nFinal-Recipient: rfc822; "
		       "z@b.test\nAction: failed\n" RETURNED,
     TOKEN, NULL},
    {"another was reached",
     TYPE STATUS FAILED "\nFinal-Recipient: rfc822; z@b.test\n"
			"Action: delivered\n" RETURNED,
     TOKEN, "5.1.1"},
    {"Original-Recipient is read",
     TYPE STATUS
     "Original-Recipient: rfc822;Y@b.test\nFinal-Recipient: "
     "rfc822; inner@host.b.test\nAction: failed\nStatus: 5.2.1\n"
     "Diagnostic-Code: smtp; 550 no\n"
     "\nFinal-Recipient: rfc822; z@b.test\nAction: delayed\n" RETURNED,
     TOKEN, "550 no"},
    {"passed on, and all failed",
     TYPE STATUS "Final-Recipient: rfc822; p@c.test\nAction: failed\n"
		 "Status: 5.7.1\n" RETURNED,
     TOKEN, "5.7.1"},
    {"passed on, and one was reached",
     TYPE STATUS
     "Final-Recipient: rfc822; p@c.test\nAction: failed\n\n"
     "Final-Recipient: rfc822; q@c.test\nAction: delivered\n" RETURNED,
     TOKEN, NULL},
    {"no recipient at all", TYPE STATUS RETURNED, TOKEN, NULL},
    {"control bytes",
     TYPE STATUS FINAL
     "Action: failed\nDiagnostic-Code: x; \x1b[31m\n" RETURNED,
     TOKEN, "\\x1b[31m"},
    {"beyond ASCII (RFC 6533)",
     TYPE "\n--=_b\nContent-Type: message/global-delivery-status\n\n" FAILED
	  "\n--=_b\nContent-Type: message/global-headers\n\nMessage-ID: <" ID
	  "." DIGEST "@own.test>\n",
     TOKEN, "5.1.1"},
};

/* As each of them lays a notification out. */
static const struct {
	const char *name;
	const char *text;
	const char *words;
} forms[] = {
    {"Postfix",
     "From MAILER-DAEMON  Fri May  1 12:00:00 2026\n"
     "Return-Path: <>\nTo: r@own.test\nAuto-Submitted: auto-replied\n"
     "MIME-Version: 1.0\nContent-Type: multipart/report; "
     "report-type=delivery-status;\n"
     "\tboundary=\"4F3A21234.1777629600/mail.own.test\"\n"
     "Content-Transfer-Encoding: 8bit\n\n"
     "This is a MIME-encapsulated message.\n\n"
     "--4F3A21234.1777629600/mail.own.test\n"
     "Content-Description: Notification\n"
     "Content-Type: text/plain; charset=utf-8\n\n<y@b.test>: host said no\n\n"
     "--4F3A21234.1777629600/mail.own.test\n"
     "Content-Description: Delivery report\n"
     "Content-Type: message/delivery-status\n\n"
     "Reporting-MTA: dns; mail.own.test\nX-Postfix-Queue-ID: 4F3A21234\n"
     "X-Postfix-Sender: rfc822; r@own.test\n\n"
     "Final-Recipient: rfc822; y@b.test\n"
     "Original-Recipient: rfc822;y@b.test\nAction: failed\nStatus: 5.1.1\n"
     "Remote-MTA: dns; mx.b.test\n"
     "Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n"
     "--4F3A21234.1777629600/mail.own.test\n"
     "Content-Description: Undelivered Message Headers\n"
     "Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: 8bit\n\n"
     "Return-Path: <r@own.test>\nMessage-ID: <" ID "." DIGEST "@own.test>\n\n"
     "--4F3A21234.1777629600/mail.own.test--\n",
     "550 5.1.1 no such user"},
    {"Sendmail",
     "MIME-Version: 1.0\nContent-Type: multipart/report; "
     "report-type=delivery-status;\n"
     "\tboundary=\"6419xK012345.1777629600/mail.own.test\"\n\n"
     "This is a MIME-encapsulated message\n\n"
     "--6419xK012345.1777629600/mail.own.test\n\n"
     "   ----- The following addresses had permanent fatal errors -----\n"
     "<y@b.test>\n\n--6419xK012345.1777629600/mail.own.test\n"
     "Content-Type: message/delivery-status\n\n"
     "Reporting-MTA: dns; mail.own.test\nReceived-From-MTA: DNS; own.test\n\n"
     "Final-Recipient: RFC822; y@b.test\nAction: failed\nStatus: 5.1.1\n"
     "Remote-MTA: DNS; mx.b.test\nDiagnostic-Code: SMTP; 550 5.1.1 unknown\n"
     "\n--6419xK012345.1777629600/mail.own.test\n"
     "Content-Type: message/rfc822\n\nReturn-Path: <r@own.test>\n"
     "Message-Id: <" ID "." DIGEST "@own.test>\n\nbody\n\n"
     "--6419xK012345.1777629600/mail.own.test--\n",
     "550 5.1.1 unknown"},
    {"Exim",
     "X-Failed-Recipients: y@b.test\nAuto-Submitted: auto-replied\n"
     "Content-Type: multipart/report; report-type=delivery-status; "
     "boundary=1777629600-eximdsn-1804289383\nMIME-Version: 1.0\n\n"
     "--1777629600-eximdsn-1804289383\n"
     "Content-type: text/plain; charset=us-ascii\n\nThis message was "
     "created automatically.\n\n--1777629600-eximdsn-1804289383\n"
     "Content-type: message/delivery-status\n\n"
     "Reporting-MTA: dns; mx.b.test\n\nAction: failed\n"
     "Final-Recipient: rfc822;y@b.test\nStatus: 5.0.0\n\n"
     "--1777629600-eximdsn-1804289383\nContent-type: message/rfc822\n\n"
     "Return-path: <r@own.test>\nMessage-ID: <" ID "." DIGEST
     "@own.test>\n\n\n--1777629600-eximdsn-1804289383--\n",
     "5.0.0"},
    {"Microsoft",
     "MIME-Version: 1.0\r\nContent-Type: multipart/report; "
     "report-type=delivery-status;\r\n\tboundary=\"7d5b-4c1e\"\r\n"
     "In-Reply-To: <" ID "." DIGEST "@own.test>\r\n\r\n--7d5b-4c1e\r\n"
     "Content-Type: multipart/alternative; "
     "differences=Content-Type;\r\n\tboundary=\"9a1f-77e0\"\r\n\r\n"
     "--9a1f-77e0\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n"
     "Content-Transfer-Encoding: base64\r\n\r\nbm8=\r\n\r\n"
     "--9a1f-77e0--\r\n\r\n--7d5b-4c1e\r\n"
     "Content-Type: message/delivery-status\r\n\r\n"
     "Reporting-MTA: dns;x.prod.outlook.test\r\n"
     "Received-From-MTA: dns;mail.own.test\r\n\r\n"
     "Final-Recipient: rfc822;y@b.test\r\nAction: failed\r\n"
     "Status: 5.1.10\r\nDiagnostic-Code: smtp;550 5.1.10 "
     "RESOLVER.ADR.RecipientNotFound; not found\r\n\r\n--7d5b-4c1e\r\n"
     "Content-Type: message/rfc822\r\n\r\nReceived: from x\r\n by y\r\n"
     "Message-ID: <" ID "." DIGEST "@own.test>\r\n\r\n--7d5b-4c1e--\r\n",
     "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found"},
    {"Gmail",
     "Content-Type: multipart/report; boundary=\"00000000000061b4e1\"; "
     "report-type=delivery-status\nReferences: <x@own.test>\n\n"
     "--00000000000061b4e1\nContent-Type: multipart/related; "
     "boundary=\"00000000000061b4e1a\"\n\n--00000000000061b4e1a\n"
     "Content-Type: text/html; charset=\"UTF-8\"\n\n<html></html>\n"
     "--00000000000061b4e1a--\n--00000000000061b4e1\n"
     "Content-Type: message/delivery-status\n\n"
     "Reporting-MTA: dns; googlemail.test\nX-Original-Message-ID: <" ID
     "." DIGEST "@own.test>\n\nFinal-Recipient: rfc822; y@b.test\n"
     "Action: failed\nStatus: 5.1.1\n"
     "Diagnostic-Code: smtp; 550-5.1.1 does not exist.\n 550 5.1.1 bye\n"
     "Last-Attempt-Date: Fri, 01 May 2026 12:00:00 +0000\n\n"
     "--00000000000061b4e1\nContent-Type: message/rfc822\n\n"
     "X-Received: by x\nMessage-ID: <" ID "." DIGEST "@own.test>\n\n"
     "--00000000000061b4e1--\n",
     "550-5.1.1 does not exist. 550 5.1.1 bye"},
};

struct seen {
	size_t count;
	bool is_notification;
	size_t tokens;
	size_t recipients;
	char token[DELIVERY_TOKEN_TEXT];
	bool has_failed;
	char words[300];
};

static void keep(void *context, const struct bounce *bounce)
{
	struct seen *seen = context;
	const char *words = bounce_failure(bounce, ADDRESS);

	seen->count++;
	seen->is_notification = bounce->is_notification;
	seen->tokens = bounce->token_count;
	seen->recipients = bounce->recipient_count;
	(void)snprintf(seen->token, sizeof seen->token, "%s",
		       bounce->token_count == 0 ? "" : bounce->tokens[0]);
	seen->has_failed = words != NULL;
	(void)snprintf(seen->words, sizeof seen->words, "%s",
		       words == NULL ? "" : words);
}

static struct seen read_text(const char *text, size_t length)
{
	struct seen seen = {.count = 0};
	struct error err;
	FILE *file = fmemopen((void *)(uintptr_t)text, length, "r");

	assert_non_null(file);
	assert_true(bounce_read(file, keep, &seen, &err));
	assert_int_equal(fclose(file), 0);
	return seen;
}

static void reads(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct seen got =
		    read_text(cases[i].text, strlen(cases[i].text));
		bool is_one = cases[i].token != NULL;
		if (got.count != 1 || got.is_notification != is_one)
			fail_msg("%s: a notification: %d", cases[i].name,
				 got.is_notification);
		if (is_one && (strcmp(got.token, cases[i].token) != 0 ||
			       got.has_failed != (cases[i].words != NULL)))
			fail_msg("%s: %s %d", cases[i].name, got.token,
				 got.has_failed);
		if (is_one && cases[i].words != NULL)
			assert_string_equal(got.words, cases[i].words);
	}
}

static void real_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		struct seen got =
		    read_text(forms[i].text, strlen(forms[i].text));
		if (got.count != 1 || !got.is_notification || !got.has_failed ||
		    strcmp(got.token, TOKEN) != 0)
			fail_msg("%s: %zu %d %d %s", forms[i].name, got.count,
				 got.is_notification, got.has_failed,
				 got.token);
		assert_string_equal(got.words, forms[i].words);
	}
}

static void an_mbox_is_several(void **state)
{
	static const char text[] =
	    "From a@b Fri May  1 12:00:00 2026\n" TYPE STATUS FAILED RETURNED
	    "\nFrom here on: 1\n\n"
	    "From c@d Fri May  1 12:00:00 2026\nSubject: x\n"
	    "\n>From e\nFrom not after a blank line\n";
	struct seen seen = read_text(text, sizeof text - 1);

	(void)state;
	assert_int_equal(seen.count, 2);
	assert_false(seen.is_notification);
}

/* However many there are of each, only so many are kept; one that did not fail
 * past the limit still counts. */
static void bounded(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *text = mem_strdup(mem, TYPE "To: ");

	(void)state;
	for (int i = 0; i < 20; i++)
		text = mem_printf(mem, "%s<r+%032d@own.test>,", text, i);
	text = mem_printf(mem, "%s\n" STATUS, text);
	for (int i = 0; i < 200; i++)
		text = mem_printf(mem,
				  "%sFinal-Recipient: x; %d@c.test\nAction: "
				  "failed\n\n",
				  text, i);
	struct seen seen = read_text(text, strlen(text));
	assert_int_equal(seen.tokens, LIMIT_BOUNCE_TOKENS);
	assert_int_equal(seen.recipients, LIMIT_BOUNCE_RECIPIENTS);
	assert_true(seen.has_failed);
	text = mem_printf(mem,
			  "%sFinal-Recipient: x; a@c.test\nAction: "
			  "delivered\n\n",
			  text);
	assert_false(read_text(text, strlen(text)).has_failed);
	mem_free(mem);
}

static char *run_of(TALLOC_CTX *mem, size_t length)
{
	char *text = mem_zeroed(mem, length + 1, 1, "run");

	memset(text, 'x', length);
	return text;
}

/* A boundary of RFC 2046's length parts the message, a longer one does not. */
static void bounds_the_boundary(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		const char *mark =
		    run_of(mem, LIMIT_BOUNCE_BOUNDARY_BYTES + more);
		const char *text = mem_printf(
		    mem,
		    "Content-Type: multipart/report;\n "
		    "report-type=delivery-status; boundary=%s\n\n--%s\n"
		    "Content-Type: message/delivery-status\n\n" FAILED,
		    mark, mark);
		assert_int_equal(read_text(text, strlen(text)).is_notification,
				 more == 0);
	}
	mem_free(mem);
}

/* A token within so many bytes of a line, and of a field, is seen. */
static void bounds_lines_and_fields(void **state)
{
	static const char field[] = "To: ";
	TALLOC_CTX *mem = mem_context(NULL);
	size_t room = LIMIT_BOUNCE_LINE_BYTES -
		      strlen("<r+" TOKEN "@own.test>") - strlen(field) - 2;

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		const char *text = mem_printf(
		    mem, "%s%s <r+" TOKEN "@own.test>\n" TYPE STATUS FAILED,
		    field, run_of(mem, room + more * strlen(TOKEN)));
		assert_int_equal(read_text(text, strlen(text)).tokens,
				 more == 0);
	}
	for (size_t lines = 1; lines < 5; lines += 3) {
		char *text = mem_strdup(mem, field);
		for (size_t i = 0; i < lines; i++)
			text = mem_printf(
			    mem, "%s%s,\n ", text,
			    run_of(mem, LIMIT_BOUNCE_FIELD_BYTES / 4));
		text = mem_printf(
		    mem, "%s<r+" TOKEN "@own.test>\n" TYPE STATUS FAILED, text);
		assert_int_equal(read_text(text, strlen(text)).tokens,
				 lines == 1);
	}
	mem_free(mem);
}

#define NOBODY "Status: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n\n"
#define MANY_BYTES ((size_t)8 * 1024 * 1024)

static void keep_room(void *context, const struct bounce *bounce)
{
	size_t *blocks = context;

	(void)bounce;
	*blocks = mallinfo2().uordblks;
}

/* Groups of fields without a recipient are kept nowhere. */
static void takes_no_room(void **state)
{
	char *text = malloc(MANY_BYTES);
	size_t length = strlen(TYPE STATUS);
	size_t before;
	size_t after = 0;
	struct error err;

	(void)state;
	assert_non_null(text);
	memcpy(text, TYPE STATUS, length);
	for (; length + strlen(NOBODY) <= MANY_BYTES; length += strlen(NOBODY))
		memcpy(text + length, NOBODY, strlen(NOBODY));
	FILE *file = fmemopen(text, length, "r");
	assert_non_null(file);
	before = mallinfo2().uordblks;
	assert_true(bounce_read(file, keep_room, &after, &err));
	assert_true(after < before + (size_t)256 * 1024);
	assert_int_equal(fclose(file), 0);
	free(text);
}

/* Any cut, and any byte, anywhere. */
static void survives_anything(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *text = cases[3].text;
	size_t length = strlen(text);

	(void)state;
	for (size_t cut = 1; cut <= length; cut++) {
		char *copy = mem_strndup(mem, text, cut);
		(void)read_text(copy, cut);
		copy[cut - 1] = '\0';
		(void)read_text(copy, cut);
		copy[cut - 1] = '\xff';
		(void)read_text(copy, cut);
	}
	char *line = mem_array(mem, char, 100001);
	memset(line, 'f', 100000);
	(void)read_text(line, 100000);
	mem_free(mem);
}

/* A line longer than the buffer does not begin anew in its middle. */
static void a_long_line_is_one(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *line = mem_array(mem, char, 4096);

	(void)state;
	memset(line, 'x', 4095);
	char *text =
	    mem_printf(mem, "%sTo: <r+" TOKEN "@own.test>\n" TYPE STATUS, line);
	assert_int_equal(read_text(text, strlen(text)).tokens, 0);
	mem_free(mem);
}

/* Nor does a NUL take the next line away, or begin one. */
static void a_nul_hides_nothing(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	static const char box[] =
	    "From a@b Fri May  1 12:00:00 2026\nSubject: x\n\nx\0x\n\n"
	    "From c@d Fri May  1 12:00:00 2026\n" TYPE STATUS FAILED RETURNED;
	char *line = mem_array(mem, char, 4096);

	(void)state;
	struct seen seen = read_text(box, sizeof box - 1);
	assert_int_equal(seen.count, 2);
	assert_string_equal(seen.token, TOKEN);
	memset(line, 'x', 4095);
	char *text =
	    mem_printf(mem, "%sTo: <r+" TOKEN "@own.test>\n" TYPE STATUS, line);
	size_t length = strlen(text);
	text[0] = '\0';
	assert_int_equal(read_text(text, length).tokens, 0);
	mem_free(mem);
}

static void tokens_are_of_one_delivery(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct delivery_key *key =
	    delivery_key_of(mem, "0123456789abcdef0123456789abcdef");
	const struct delivery_key *other =
	    delivery_key_of(mem, "0123456789abcdef0123456789abcdeg");
	char a[DELIVERY_TOKEN_TEXT];
	char b[DELIVERY_TOKEN_TEXT];

	(void)state;
	/* printf 'alignd report ID to y@b.test' | openssl dgst -sha256 -hmac
	 * KEY */
	assert_string_equal(delivery_token(key, ID, ADDRESS, a),
			    "0123456789abda51495cf50194ce064c");
	assert_string_equal(delivery_token(key, ID, "Y@B.test", b), a);
	assert_string_not_equal(delivery_token(key, ID, "z@b.test", b), a);
	assert_string_not_equal(delivery_token(other, ID, ADDRESS, b), a);
	assert_string_equal(delivery_message_id(mem, ID, TOKEN, "own.test"),
			    ID "." DIGEST "@own.test");
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads),
	    cmocka_unit_test(an_mbox_is_several),
	    cmocka_unit_test(bounded),
	    cmocka_unit_test(bounds_the_boundary),
	    cmocka_unit_test(bounds_lines_and_fields),
	    cmocka_unit_test(takes_no_room),
	    cmocka_unit_test(real_forms),
	    cmocka_unit_test(survives_anything),
	    cmocka_unit_test(a_long_line_is_one),
	    cmocka_unit_test(a_nul_hides_nothing),
	    cmocka_unit_test(tokens_are_of_one_delivery),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
