/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_KEY_H
#define STORE_STORE_KEY_H

/*
 * store_key - the key of the store's fingerprints
 *
 * Made with the store, it stays in it: a row is found again by the number of
 * its contents, also when these were erased (store_erase.h). alignd makes a new
 * one where it is lost (store_rows.c).
 */

#include "lib/base/error.h"
#include "lib/base/siphash.h"
#include "lib/store/store_db.h"

bool store_key_read(struct store_db *db, struct siphash_key *key,
		    struct error *err) __attribute__((warn_unused_result));

#endif
