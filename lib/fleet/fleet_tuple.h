/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_FLEET_TUPLE_H
#define FLEET_FLEET_TUPLE_H

/*
 * fleet_tuple - by what a tuple is known to all hosts
 *
 * SHA-256, cut to 128 bits, over those columns that are not at their default:
 * each as "NUMBER=BYTES:TEXT", its number being its place in
 * store_tuple_columns, to which columns are only added. So a tuple has one hash
 * in every layout that can hold it. tuples_add() of push.sql makes the same of
 * what it is given; which hash a host says is never taken for it.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/fleet/pg.h"
#include "lib/store/store_entry.h"

/* False: OpenSSL could not make it, for want of memory as a rule. */
bool fleet_tuple_hash(const struct store_tuple *tuple,
		      uint8_t hash[PG_UUID_BYTES]);

#endif
