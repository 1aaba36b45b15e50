/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_key.c - the key of the store's fingerprints
 * Tested by test_alignctl_privacy.
 */
#include "lib/store/store_key.h"

#include "lib/store/store_query.h"

bool store_key_read(struct store_db *db, struct siphash_key *key,
		    struct error *err)
{
	struct store_statement *rows;
	bool is_found = false;

	if (!store_query_open(db,
			      "SELECT bytes FROM store_key WHERE key_id = ?1 "
			      "AND typeof(bytes) = 'blob' AND length(bytes) "
			      "= 16",
			      STORE_VALUES(store_number(1)), &rows, err))
		return false;
	if (store_db_next(rows, err)) {
		struct span bytes =
		    store_db_column_bytes(rows, 0, SIPHASH_KEY_BYTES);
		*key = siphash_key((const uint8_t *)bytes.data);
		is_found = true;
	}
	if (!store_db_end(rows))
		return false;
	return is_found || error_set(err, ERROR_STORE,
				     "the key of its counters is missing; "
				     "alignd makes a new one when it starts");
}
