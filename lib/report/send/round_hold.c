/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * round_hold.c - the fleet's round that a run works at is its own for a while
 * Tested by test_fleet_report_faults.
 */
#include "lib/report/send/round_hold.h"

#define RENEW_MS 60000

bool report_round_keep(struct report_sender *sender, enum store_round_step step,
		       bool *is_ours, struct error *err)
{
	sender->round_kept_ms = clock_monotonic_ms(sender->clock);
	return store_round_keep(sender->reports, sender->round, sender->owner,
				ROUND_LEASE_S, step, is_ours, err);
}

bool report_round_goes_on(struct report_sender *sender, struct error *err)
{
	bool is_ours;

	if (sender->round == NULL || clock_monotonic_ms(sender->clock) <
					 sender->round_kept_ms + RENEW_MS)
		return true;
	return report_round_keep(sender, STORE_ROUND_GOES_ON, &is_ours, err) &&
	       (is_ours ||
		error_set(err, ERROR_STORE,
			  "another host went on with the reports of this day: "
			  "this one had been silent for %d minutes",
			  ROUND_LEASE_S / 60));
}
