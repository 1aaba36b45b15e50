/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_tuple.c - by what a tuple is known to all hosts
 *
 * Tested by test_push.
 */
#include "lib/fleet/fleet_tuple.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/auth/digest.h"
#include "lib/store/store_columns.h"

#define NUMBER_TEXT 24

static void add_part(struct digest *digest, size_t number, struct span text)
{
	char head[2 * NUMBER_TEXT];

	if (text.length == 0)
		return;
	(void)snprintf(head, sizeof head, "%zu=%zu:", number, text.length);
	digest_add(digest, span_of(head));
	digest_add(digest, text);
}

static void add_column(struct digest *digest, size_t number,
		       const struct store_column *column,
		       const struct store_tuple *tuple)
{
	char text[NUMBER_TEXT] = "";

	if (store_column_is_text(column)) {
		add_part(digest, number,
			 span_of(store_column_text(column, tuple)));
		return;
	}
	int64_t value = store_column_number(column, tuple);
	if (value != 0)
		(void)snprintf(text, sizeof text, "%" PRId64, value);
	add_part(digest, number, span_of(text));
}

bool fleet_tuple_hash(const struct store_tuple *tuple,
		      uint8_t hash[PG_UUID_BYTES])
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct digest *digest = digest_new(mem);

	for (size_t i = 0; i < store_tuple_columns.count; i++)
		add_column(digest, i + 1, &store_tuple_columns.items[i], tuple);
	struct digest_value value = digest_finish(digest);
	memcpy(hash, value.bytes, PG_UUID_BYTES);
	mem_free(mem);
	return value.is_good;
}
