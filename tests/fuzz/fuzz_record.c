/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_record.c - any bytes as a DMARC Policy Record
 *
 * Properties: no policy comes out that is stricter than one that stands in the
 * text behind p, sp or np; the same bytes give the same answer; what comes out
 * is printable and within its bounds.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/dmarc/record.h"

static size_t skip_blanks(struct span text, size_t at)
{
	while (at < text.length &&
	       (text.data[at] == ' ' || text.data[at] == '\t'))
		at++;
	return at;
}

/* "p = WORD" in any case; sp and np end in p as well. */
static bool stands_in(struct span text, const char *word)
{
	for (size_t i = 0; i < text.length; i++) {
		size_t at = skip_blanks(text, i + 1);
		if (ascii_lower(text.data[i]) != 'p' || at >= text.length ||
		    text.data[at] != '=')
			continue;
		at = skip_blanks(text, at + 1);
		if (span_starts_nocase(
			span_make(text.data + at, text.length - at), word))
			return true;
	}
	return false;
}

static bool is_printable(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < 0x20 || *text > 0x7e)
			return false;
	}
	return true;
}

static void check_policies(const struct record *r, struct span text)
{
	const enum request policies[] = {r->p, r->sp, r->np};

	for (size_t i = 0; i < 3; i++) {
		if (policies[i] > REQUEST_NONE)
			require(r->is_usable &&
				stands_in(text, request_text(policies[i])));
	}
	require(r->p != REQUEST_ABSENT);
}

static void check_uris(const struct text_list *uris)
{
	require(uris->count <= LIMIT_REPORT_URIS);
	for (size_t i = 0; i < uris->count; i++) {
		require(is_printable(uris->items[i]));
		require(strchr(uris->items[i], ':') != NULL);
		require(strpbrk(uris->items[i], ",;! ") == NULL);
	}
}

static bool are_same(const struct record *a, const struct record *b)
{
	return a->is_usable == b->is_usable && a->p == b->p && a->sp == b->sp &&
	       a->np == b->np && a->psd == b->psd && a->pct == b->pct &&
	       a->is_test_mode == b->is_test_mode &&
	       a->is_adkim_strict == b->is_adkim_strict &&
	       a->is_aspf_strict == b->is_aspf_strict &&
	       a->rua.count == b->rua.count && a->ruf.count == b->ruf.count &&
	       strcmp(a->fo, b->fo) == 0 && strcmp(a->text, b->text) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span text = span_make((const char *)data, size);
	struct span copy = span_make(mem_strndup(mem, text.data, size), size);

	if (record_has_version(text)) {
		const struct record *record = record_parse(mem, text);
		check_policies(record, text);
		check_uris(&record->rua);
		check_uris(&record->ruf);
		require(record->pct >= -1 && record->pct <= 100);
		require(is_printable(record->text) && is_printable(record->fo));
		require(record->problem == NULL ||
			is_printable(record->problem));
		require(are_same(record, record_parse(mem, copy)));
	}
	mem_free(mem);
	return 0;
}
