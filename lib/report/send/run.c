/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run.c - one run of sending: what its steps share
 */
#include "lib/report/send/run.h"

bool report_sender_is_stopping(const struct report_sender *sender)
{
	return sender->watcher.is_stopping != NULL &&
	       sender->watcher.is_stopping(sender->watcher.context);
}

void report_sender_begin(struct report_sender *sender)
{
	int64_t now_ms = clock_monotonic_ms(sender->clock);
	int64_t run_ms = sender->settings->run_time_ms;

	sender->render_until_ms = now_ms + run_ms / 2;
	sender->deliver_until_ms = now_ms + run_ms;
}

bool report_sender_is_past(const struct report_sender *sender, int64_t until_ms)
{
	return until_ms != 0 && clock_monotonic_ms(sender->clock) >= until_ms;
}

void report_sender_say(const struct report_sender *sender, const char *words)
{
	if (sender->watcher.said != NULL)
		sender->watcher.said(sender->watcher.context, words);
}

void report_sender_moved(const struct report_sender *sender, const char *step,
			 int64_t done)
{
	if (sender->watcher.moved != NULL)
		sender->watcher.moved(sender->watcher.context, step, done);
}
