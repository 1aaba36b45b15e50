/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_rua.c - any bytes as the rua of a record, and as a bounce
 *
 * Properties: an address that comes out is one that SMTP can carry in a
 * command of its own, no two are the same, and what is said of others stands
 * on a line. What is read from a bounce is bounded and clean.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/dmarc/record_uri.h"
#include "lib/mail/path.h"
#include "lib/report/read/bounce.h"
#include "lib/report/make/destination.h"

#define MAX 10

static void check_address(TALLOC_CTX *mem, const char *address)
{
	struct path path = path_parse(mem, span_of(address));

	require(strlen(address) <= LIMIT_MAILBOX_BYTES);
	for (const char *c = address; *c != '\0'; c++)
		require(*c >= ' ' && *c <= '~');
	require(domain_is_valid(destination_host(address)));
	require(path.domain != NULL);
	require(domain_equals(path.domain, destination_host(address)));
}

static void check_rua(TALLOC_CTX *mem, struct span text)
{
	bool has_bad = false;
	struct text_list uris = record_uri_list(mem, text, &has_bad);
	struct destination_list list = destination_list(mem, &uris, MAX);
	const struct text_list *addresses = &list.addresses;

	require(addresses->count <= MAX);
	require(addresses->count + list.notes.count == uris.count);
	for (size_t i = 0; i < addresses->count; i++) {
		check_address(mem, addresses->items[i]);
		for (size_t j = 0; j < i; j++)
			require(!text_equals_nocase(addresses->items[i],
						    addresses->items[j]));
	}
	for (size_t i = 0; i < list.notes.count; i++)
		require(fuzz_is_line(list.notes.items[i]));
}

static void check_bounce(void *context, const struct bounce *bounce)
{
	const char *words = bounce_failure(bounce, "r@b.test");

	(void)context;
	require(bounce->token_count <= LIMIT_BOUNCE_TOKENS);
	require(bounce->recipient_count <= LIMIT_BOUNCE_RECIPIENTS);
	for (size_t i = 0; i < bounce->token_count; i++)
		require(strspn(bounce->tokens[i], "0123456789abcdef") ==
			DELIVERY_TOKEN_TEXT - 1);
	for (size_t i = 0; i < bounce->recipient_count; i++) {
		require(fuzz_is_line(bounce->recipients[i].original));
		require(fuzz_is_line(bounce->recipients[i].final));
		require(fuzz_is_line(bounce->recipients[i].words));
	}
	require(words == NULL || bounce->recipient_count > 0);
	require(bounce->recipient_count == 0 || bounce->is_notification);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span text = span_make((const char *)data, size);
	struct error err;

	check_rua(mem, text);
	if (size > 0) {
		FILE *file =
		    fmemopen(mem_strndup(mem, text.data, size), size, "r");
		require(file != NULL);
		require(bounce_read(file, check_bounce, NULL, &err));
		(void)fclose(file);
	}
	mem_free(mem);
	return 0;
}
