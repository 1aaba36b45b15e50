/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REVIEW_INCIDENT_H
#define REVIEW_INCIDENT_H

/*
 * incident - one incident, as a row and whole, for people and programs
 */

#include "lib/show/show.h"
#include "lib/store/store_acts.h"

#define REVIEW_COLUMNS 25

/* Those of a row, which TABLE_END ends: JSON and CSV have all that a list
 * tells, people a line. */
extern const struct table_column review_columns[REVIEW_COLUMNS + 1];

/* The same at the same places, where the record is a fleet's: people read the
 * host of each as well. */
extern const struct table_column review_fleet_columns[REVIEW_COLUMNS + 1];

/* Those that fit what is read. */
const struct table_column *review_columns_of(const struct store_reader *reader);

/* The row's values; what they need is below `mem`, or the incident's. `would`
 * is its store_would(). */
void review_cells(TALLOC_CTX *mem, const struct store_incident *incident,
		  const char *would, struct value cells[REVIEW_COLUMNS]);

/* All that is kept of it, with what was done about it. Below `mem`. */
bool review_incident_show(TALLOC_CTX *mem, struct store_reader *reader,
			  const struct store_incident *incident,
			  struct show **show, struct error *err)
    __attribute__((warn_unused_result));

/* A copy below `mem`, which outlives the reading. */
struct store_incident review_copy(TALLOC_CTX *mem,
				  const struct store_incident *incident);

#endif
