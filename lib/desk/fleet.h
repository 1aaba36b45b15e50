/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_FLEET_H
#define DESK_FLEET_H

/*
 * fleet - the record of a fleet, as pages read it
 *
 * One connection to PostgreSQL, which stays from page to page and is in no
 * transaction between them; one page at a time. A connection that was lost is
 * made anew. Where none can be made it is said again without trying for
 * DESK_FLEET_REST_MS, so that many who look keep a server that is in trouble
 * from nothing.
 */

#include "lib/fleet/fleet_hosts.h"
#include "lib/policy/override.h"
#include "lib/store/store_reader.h"
#include "lib/store/store_report.h"

#define DESK_FLEET_REST_MS 3000
#define DESK_FLEET_NAME "the fleet's record"

struct desk_fleet;

/* By a connection string of libpq, with a reader's role. Connects to nobody
 * yet. `setting` is what people mend where it is wrong. */
struct desk_fleet *desk_fleet_new(TALLOC_CTX *mem, const char *conninfo,
				  const char *setting);

/* Connects, where it is not connected. */
bool desk_fleet_connect(struct desk_fleet *fleet, int64_t limit_ms,
			struct error *err) __attribute__((warn_unused_result));

/* For a page: store_reader_begin_page() of a reader of the fleet's record; it
 * is freed before anything else is asked for. `own` is the file of this host,
 * for what a fleet does not share, or NULL; it outlives the reader. */
bool desk_fleet_begin(struct desk_fleet *fleet, TALLOC_CTX *mem,
		      struct store_reader *own, int64_t limit_ms,
		      struct store_reader **reader, struct error *err)
    __attribute__((warn_unused_result));

/* The reports, likewise, in place of such a reader. */
bool desk_fleet_reports(struct desk_fleet *fleet, TALLOC_CTX *mem,
			int64_t limit_ms, struct store_reports **reports,
			struct error *err) __attribute__((warn_unused_result));

/* The hosts, by the reader of the page and within what it may take. */
bool desk_fleet_hosts(struct desk_fleet *fleet, TALLOC_CTX *mem,
		      struct fleet_host_list *list, struct error *err)
    __attribute__((warn_unused_result));

/* The overrides that all hosts have, likewise; the set's path says which. */
bool desk_fleet_overrides(struct desk_fleet *fleet, TALLOC_CTX *mem,
			  struct override_set **set, struct error *err)
    __attribute__((warn_unused_result));

#endif
