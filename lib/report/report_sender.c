/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_sender.c - one run of sending: what its steps share
 */
#include "lib/report/report_sender.h"

bool report_sender_is_stopping(const struct report_sender *sender)
{
	return sender->watcher.is_stopping != NULL &&
	       sender->watcher.is_stopping(sender->watcher.context);
}

void report_sender_moved(const struct report_sender *sender, const char *step,
			 int64_t done)
{
	if (sender->watcher.moved != NULL)
		sender->watcher.moved(sender->watcher.context, step, done);
}
