/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_bounce.c - a message as the bounce of one of our reports
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/report/bounce.h"

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
	    cmocka_unit_test(survives_anything),
	    cmocka_unit_test(a_long_line_is_one),
	    cmocka_unit_test(tokens_are_of_one_delivery),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
