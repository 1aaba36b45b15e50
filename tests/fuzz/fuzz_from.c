/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_from.c - From fields: one Author Domain or an error, always the same
 *
 * Input: the values of the From fields, with an empty line between two.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/mail/from.h"

#define MAX_FIELDS 4

static size_t split(const uint8_t *data, size_t size, struct span *values)
{
	const char *text = (const char *)data;
	size_t count = 0;
	size_t start = 0;

	for (size_t i = 0; i + 1 < size && count < MAX_FIELDS - 1; i++) {
		if (text[i] == '\n' && text[i + 1] == '\n') {
			values[count++] = span_make(text + start, i - start);
			start = i + 2;
			i++;
		}
	}
	if (start < size)
		values[count++] = span_make(text + start, size - start);
	return count;
}

static void check_domains(const struct text_list *domains)
{
	require(domains->count <= LIMIT_FROM_ADDRESSES);
	for (size_t i = 0; i < domains->count; i++) {
		require(domain_is_valid(domains->items[i]));
		for (size_t k = 0; k < i; k++)
			require(!domain_equals(domains->items[i],
					       domains->items[k]));
	}
}

static void check_author(const struct author *author, size_t fields)
{
	require((author->error == AUTHOR_OK) == (author->domain != NULL));
	require((author->error == AUTHOR_NO_FROM) == (fields == 0));
	require((author->error == AUTHOR_SEVERAL_FROM) == (fields > 1));
	check_domains(&author->domains);
	if (author->error == AUTHOR_OK) {
		require(author->domains.count == 1);
		require(
		    domain_equals(author->domain, author->domains.items[0]));
	}
	if (author->error == AUTHOR_SEVERAL_DOMAINS)
		require(author->domains.count >= 2);
}

static void check_same(const struct author *a, const struct author *b)
{
	require(a->error == b->error);
	require(a->domains.count == b->domains.count);
	for (size_t i = 0; i < a->domains.count; i++)
		require(strcmp(a->domains.items[i], b->domains.items[i]) == 0);
}

/* A second mailbox behind a readable list is always seen. */
static void check_second(TALLOC_CTX *mem, const struct author *author,
			 struct span value)
{
	static const char second[] = ",x@second-mailbox.example";

	if (author->error != AUTHOR_OK)
		return;
	value = span_trim(value);
	size_t length = value.length + strlen(second);
	char *text = mem_array(mem, char, length);
	memcpy(text, value.data, value.length);
	memcpy(text + value.length, second, strlen(second));
	struct span longer = span_make(text, length);
	struct author both = from_author(mem, &longer, 1);
	require(both.error == AUTHOR_SEVERAL_DOMAINS ||
		both.error == AUTHOR_TOO_LONG ||
		domain_equals(author->domain, "second-mailbox.example"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span values[MAX_FIELDS];
	size_t count = split(data, size, values);
	struct author author = from_author(mem, values, count);
	struct author again = from_author(mem, values, count);

	check_author(&author, count);
	check_same(&author, &again);
	if (count == 1)
		check_second(mem, &author, values[0]);
	mem_free(mem);
	return 0;
}
