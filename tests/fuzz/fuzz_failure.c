/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_failure.c - a failure report: four parts of a mail whatever a header
 * holds, and no recipient in it
 *
 * The first byte chooses the field, the rest is its value.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/mail/redact.h"
#include "lib/report/make/failure_mail.h"

#define ID "0123456789abcdef0123456789abcdef"

static const char *const names[] = {"jane.roe", "ann", "me"};
static const struct text_list locals = {.count = 3,
					.items = (const char **)names};
static const char *const fields[] = {
    "Subject",	      "To",	    "Received",	     "Return-Path",
    "DKIM-Signature", "Message-ID", "X-Never-Shown", "Content-Type"};

static bool is_word_byte(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c);
}

/* Does "NAME@" stand there, NAME being a whole word? */
static bool has_name(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *c = text; *c != '\0'; c++) {
		if (span_starts_nocase(span_of(c), name) && c[length] == '@' &&
		    (c == text || !is_word_byte(c[-1])))
			return true;
	}
	return false;
}

static void check_mail(const char *mail)
{
	size_t boundaries = 0;
	size_t line = 0;

	for (const char *c = mail; *c != '\0'; c++) {
		if (*c == '\r') {
			require(c[1] == '\n');
		} else if (*c == '\n') {
			require(c > mail && c[-1] == '\r');
			require(line < 999);
			line = 0;
			if (strncmp(c + 1, "--=_" ID, strlen("--=_" ID)) == 0)
				boundaries++;
			continue;
		} else {
			require(*c >= ' ' && *c <= '~');
		}
		line++;
	}
	require(boundaries == 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	TALLOC_CTX *mem = mem_context(NULL);
	struct span value = span_make((const char *)data + 1, size - 1);
	struct field field = {
	    span_of(fields[data[0] % (sizeof fields / sizeof fields[0])]),
	    value};
	struct field_list list = {.count = 1, .items = &field};
	const char *text = redact_text(mem, value, &locals);
	const char *header = redact_header(mem, &list, &locals);
	const struct store_failure failure = {
	    .reference = text,
	    .auth_failure = text,
	    .policy_domain = text,
	    .author_domain = text,
	    .source_ip = text,
	    .identity_alignment = text,
	    .delivery_result = text,
	    .authres = text,
	    .mail_from = text,
	    .rcpt_to = text,
	    .dkim_domain = text,
	    .dkim_identity = text,
	    .dkim_selector = text,
	    .spf_dns = text,
	    .subject = text,
	    .header = header,
	};
	const struct failure_mail mail = {.report_id = ID,
					  .org_name = "Own",
					  .contact = text,
					  .incidents = 2,
					  .failure = &failure};

	require(fuzz_is_line(text));
	for (size_t i = 0; i < locals.count; i++) {
		require(!has_name(text, names[i]));
		require(!has_name(header, names[i]));
	}
	check_mail(failure_mail_write(mem, &mail));
	mem_free(mem);
	return 0;
}
