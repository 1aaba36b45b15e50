/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stand_in.c - what stands in for the MTA and the log
 */
#include "tests/simulate/stand_in.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "milter/log.h"

struct judged stand_in_judged;

static const char *on_macro(void *context, const char *name)
{
	(void)context;
	return strcmp(name, "i") == 0 ? "4XyZ1234567890" : NULL;
}

static bool on_delete(void *context, const char *name, unsigned index)
{
	(void)context;
	(void)name;
	return index > 0;
}

static bool on_pair(void *context, const char *name, const char *value)
{
	(void)context;
	return name != NULL && value != NULL;
}

static bool on_quarantine(void *context, const char *reason)
{
	(void)context;
	stand_in_judged.is_held = true;
	return reason != NULL;
}

static bool on_recipient(void *context, const char *recipient)
{
	(void)context;
	return recipient != NULL;
}

static bool on_reply(void *context, const char *code, const char *enhanced,
		     const char *text)
{
	(void)context;
	return code != NULL && enhanced != NULL && text != NULL;
}

const struct mta_ops stand_in_mta = {
    .macro = on_macro,
    .delete_header = on_delete,
    .insert_header = on_pair,
    .quarantine = on_quarantine,
    .delete_recipient = on_recipient,
    .add_recipient = on_recipient,
    .set_reply = on_reply,
};

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
