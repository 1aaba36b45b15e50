/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reference.c - the short name of an incident, fit for the telephone
 * Tested by test_session, test_reference.
 */
#include "lib/base/reference.h"

#include <string.h>

#include "lib/base/strbuf.h"

/* No 0, 1, I, O: the reference is read out over the telephone. */
static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

#define HALF (REFERENCE_LETTERS / 2)
#define SLIPS_MAX 512 /* eight places of 32 letters, and seven exchanges */

char *reference_make(const struct random_source *random,
		     char text[REFERENCE_TEXT])
{
	uint8_t bytes[8];

	random->fill(random, bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		text[i + i / 4] = letters[bytes[i] & 31];
	text[4] = '-';
	text[REFERENCE_TEXT - 1] = '\0';
	return text;
}

/* --- slips --- */

static void add_reference(struct strbuf *list, const char *eight)
{
	if (strspn(eight, letters) != REFERENCE_LETTERS)
		return;
	if (list->length > 0)
		strbuf_add_char(list, ',');
	strbuf_printf(list, "%.*s-%s", HALF, eight, eight + HALF);
}

static void add_wrong(struct strbuf *list, const char *typed)
{
	char eight[REFERENCE_LETTERS + 1];

	for (size_t at = 0; at < REFERENCE_LETTERS; at++) {
		memcpy(eight, typed, sizeof eight);
		for (const char *letter = letters; *letter != '\0'; letter++) {
			eight[at] = *letter;
			add_reference(list, eight);
		}
		if (at + 1 == REFERENCE_LETTERS)
			continue;
		eight[at] = typed[at + 1];
		eight[at + 1] = typed[at];
		add_reference(list, eight);
	}
}

static void add_missing(struct strbuf *list, const char *typed)
{
	char eight[REFERENCE_LETTERS + 1];

	for (size_t at = 0; at < REFERENCE_LETTERS; at++) {
		memcpy(eight, typed, at);
		memcpy(eight + at + 1, typed + at, REFERENCE_LETTERS - at);
		for (const char *letter = letters; *letter != '\0'; letter++) {
			eight[at] = *letter;
			add_reference(list, eight);
		}
	}
}

static void add_too_much(struct strbuf *list, const char *typed)
{
	char eight[REFERENCE_LETTERS + 1];

	for (size_t at = 0; at <= REFERENCE_LETTERS; at++) {
		memcpy(eight, typed, at);
		memcpy(eight + at, typed + at + 1, REFERENCE_LETTERS + 1 - at);
		add_reference(list, eight);
	}
}

char *reference_slips(TALLOC_CTX *mem, const char *typed)
{
	char plain[REFERENCE_LETTERS + 3];
	struct strbuf list;
	size_t length = 0;

	for (; *typed != '\0' && length < sizeof plain - 1; typed++) {
		if (*typed != '-')
			plain[length++] = *typed;
	}
	plain[length] = '\0';
	strbuf_init(&list, mem, (size_t)SLIPS_MAX * REFERENCE_TEXT);
	if (length == REFERENCE_LETTERS)
		add_wrong(&list, plain);
	else if (length + 1 == REFERENCE_LETTERS)
		add_missing(&list, plain);
	else if (length == REFERENCE_LETTERS + 1)
		add_too_much(&list, plain);
	return strbuf_text(&list);
}
