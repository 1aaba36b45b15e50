/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * waiting.c - what waits in the store, asked now and then
 * Tested by test_wire_metrics.
 */
#include "milter/waiting.h"

#define DAY_S 86400
#define HELD_DAYS 30 /* who has not looked by then will not */

static bool is_due(const struct waiting *waiting, int64_t now_s)
{
	return waiting->asked_s == 0 || now_s < waiting->asked_s ||
	       now_s >= waiting->asked_s + WAITING_ASKED_S;
}

struct store_waiting waiting_ask(struct waiting *waiting,
				 const struct config *config, int64_t now_s)
{
	struct error untold; /* the writer tells of the store's troubles */
	const char *path = config->store.sqlite;

	if (path != NULL && *path != '\0' && is_due(waiting, now_s)) {
		waiting->asked_s = now_s;
		(void)!store_waiting_read(path,
					  now_s - (int64_t)HELD_DAYS * DAY_S,
					  &waiting->found, &untold);
	}
	struct store_waiting shown = waiting->found;
	if (config->policy.quarantine_action != QUARANTINE_HOLD)
		shown.held = shown.held_oldest_s = 0;
	if (*config->report.from == '\0') {
		shown.run_started_s = shown.run_ended_s = 0;
		shown.has_run_failed = false;
	}
	if (!notice_is_set(&config->digest.to))
		shown.digest = (struct store_notice_run){.started_s = 0};
	if (!notice_is_set(&config->alert.to))
		shown.alert = (struct store_notice_run){.started_s = 0};
	return shown;
}
