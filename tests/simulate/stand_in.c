/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stand_in.c - what stands in for the log
 */
#include "tests/simulate/stand_in.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "milter/log.h"

struct judged stand_in_judged;

void log_open(const struct log_settings *settings)
{
	(void)settings;
}

/* What the daemon has to say of itself, none of it good. */
void log_write(enum log_level level, const char *format, ...)
{
	va_list args;

	if (level > LOG_LEVEL_ERROR)
		return;
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

void log_verdict(TALLOC_CTX *mem, const struct verdict *verdict,
		 const char *queue_id)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;

	(void)mem;
	(void)queue_id;
	stand_in_judged.applied = verdict->decision.applied;
	for (size_t i = 0; i < dkim->count; i++) {
		if (dkim->items[i].doubt == DOUBT_REPLAYED)
			stand_in_judged.is_replayed = true;
	}
}

bool log_is_due(struct log_limit *limit)
{
	(void)limit;
	return true;
}
