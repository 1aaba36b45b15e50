/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reply_text.c - the placeholders in policy.reply_text and policy.contact
 * Tested by test_policy_settings.
 */
#include "lib/policy/reply_text.h"

#include <string.h>

#include "lib/base/text.h"

#define SHOWN_MAX 40

static const char *const placeholders[REPLY_PLACEHOLDERS] = {
    [REPLY_DOMAIN] = "{domain}",
    [REPLY_POLICY_DOMAIN] = "{policy_domain}",
    [REPLY_REFERENCE] = "{reference}",
    [REPLY_REASON] = "{reason}",
    [REPLY_CLIENT] = "{client}",
    [REPLY_CONTACT] = "{contact}",
};

size_t reply_placeholder_at(const char *text,
			    enum reply_placeholder *placeholder)
{
	struct span rest = span_of(text);

	for (int i = 0; i < REPLY_PLACEHOLDERS; i++) {
		if (span_starts_nocase(rest, placeholders[i])) {
			*placeholder = (enum reply_placeholder)i;
			return strlen(placeholders[i]);
		}
	}
	return 0;
}

bool reply_has(const char *text, enum reply_placeholder placeholder)
{
	for (; *text != '\0'; text++) {
		if (span_starts_nocase(span_of(text),
				       placeholders[placeholder]))
			return true;
	}
	return false;
}

/* "{domian}", or "{domain" where no brace closes it. */
static struct span brace_text(const char *text)
{
	const char *end = strchr(text, '}');
	size_t length = end == NULL ? strlen(text) : (size_t)(end - text) + 1;

	return span_make(text, length);
}

static bool refuse_placeholder(const char *text, bool is_contact,
			       struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)error_set(
	    err, ERROR_CONFIG,
	    "unknown placeholder %s (allowed: {domain}, {policy_domain}, "
	    "{reference}, {reason}, {client}%s)",
	    text_escape(mem, brace_text(text), SHOWN_MAX, true),
	    is_contact ? "" : ", {contact}");
	mem_free(mem);
	return false;
}

bool reply_text_check(const char *text, bool is_contact, struct error *err)
{
	for (text = strchr(text, '{'); text != NULL; text = strchr(text, '{')) {
		enum reply_placeholder placeholder;
		size_t length = reply_placeholder_at(text, &placeholder);
		/* A contact within itself would have no end. */
		if (length == 0 || (is_contact && placeholder == REPLY_CONTACT))
			return refuse_placeholder(text, is_contact, err);
		text += length;
	}
	return true;
}
