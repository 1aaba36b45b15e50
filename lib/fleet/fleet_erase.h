/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_FLEET_ERASE_H
#define FLEET_FLEET_ERASE_H

/*
 * fleet_erase - what the fleet's record has of somebody, told and taken out
 *
 * As store_erase.h does it for a host, of whatever host it came, and the
 * reports of the fleet, which come first: the counters say which of them tell
 * of somebody. By an operator's role (lib/fleet/sql/erase.sql), in transactions
 * of a thousand rows, or of a day's counters. What a host has of him it brings
 * again when a database of old is played back, or erases itself: a host that
 * is there has to erase too.
 */

#include "lib/fleet/pg.h"
#include "lib/store/store_erase.h"

/* What an erasure would find; texts below `mem`. */
enum pg_kind fleet_erasure_count(TALLOC_CTX *mem, struct pg *pg,
				 const struct store_subject *subject,
				 struct store_erasure *erasure,
				 struct error *err)
    __attribute__((warn_unused_result));

/* Erases; *erasure says what was done, also where it failed on the way.
 * is_space_given: tuples that no counter names any more are gone; false: they
 * go with the next upkeep. */
enum pg_kind fleet_erasure_run(TALLOC_CTX *mem, struct pg *pg,
			       const struct store_subject *subject,
			       struct store_erasure *erasure, struct error *err)
    __attribute__((warn_unused_result));

#endif
