/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_WOULD_H
#define STORE_STORE_WOULD_H

/*
 * store_would - what enforce mode would have done, as an incident has it
 *
 * decide() gives it with every decision, and it differs from what was applied
 * only where monitor mode let something go, which is an override. Then the
 * verdict that is kept has it ("explain", "enforced"): under the rules of that
 * moment, not those of today, which alignctl whatif is for.
 */

#include "lib/store/store_entry.h"

/* One of store_dispositions; NULL where it is not known: the verdict was cut
 * for want of room, or is none of ours. */
const char *store_would(const struct store_incident *incident);

/* The same in SQL, of a row of incidents: a text or NULL. It asks the function
 * would_of(VERDICT), which store_question_functions() adds. */
#define STORE_SQL_WOULD                                                        \
	"CASE WHEN applied = 'none' AND override_type <> '' "                  \
	"THEN would_of(verdict) ELSE applied END"

/* What that function gives. */
const char *store_would_of(const char *verdict);

#endif
