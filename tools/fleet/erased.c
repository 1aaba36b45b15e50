/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * erased.c - what was erased on this host is erased in the fleet
 *
 * Told until it is known to be gone there, and all of it once more where the
 * fleet has lost something: a backup that was played back has it again.
 * Tested by test_fleet_forward.
 */
#include "tools/fleet/forwarder.h"

#include <string.h>

#include "lib/report/send/stop_point.h"

struct erasing {
	size_t count;
	int64_t last_id;
	struct fleet_erased rows[FORWARD_ROWS];
};

static bool see_erased(void *context,
		       const struct store_erased_incident *erased)
{
	struct erasing *erasing = context;
	struct fleet_erased *row = &erasing->rows[erasing->count];

	memcpy(row->ident, erased->ident, FLEET_IDENT);
	row->incident_id = erased->incident_id;
	erasing->last_id = erased->id;
	return ++erasing->count < FORWARD_ROWS;
}

static bool erase_some(struct forwarder *forwarder, struct erasing *erasing,
		       struct error *err)
{
	int64_t now_s = forward_now_s(forwarder);

	erasing->count = 0;
	if (!forward_local(
		forwarder,
		store_segments_erased(forwarder->segments, erasing->last_id,
				      !forwarder->must_erase_all, FORWARD_ROWS,
				      see_erased, erasing, err)))
		return false;
	if (erasing->count == 0)
		return true;
	if (!forward_pg(forwarder, fleet_erase(forwarder->pg, erasing->rows,
					       erasing->count, err)))
		return false;
	stop_point("fleet-erased");
	return forward_local(
	    forwarder, store_segments_mark_erased(
			   forwarder->segments, erasing->last_id, now_s, err));
}

bool forward_erased(struct forwarder *forwarder, struct error *err)
{
	struct erasing *erasing = mem_new(NULL, struct erasing);
	bool is_done;

	do
		is_done = erase_some(forwarder, erasing, err);
	while (is_done && erasing->count > 0 &&
	       !forward_is_stopping(forwarder));
	mem_free(erasing);
	if (is_done && !forward_is_stopping(forwarder))
		forwarder->must_erase_all = false;
	return is_done;
}
