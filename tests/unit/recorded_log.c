/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recorded_log.c - stands in for milter/log.c and remembers the lines
 */
#include "tests/unit/recorded_log.h"

#include <stdio.h>
#include <string.h>

#include "milter/log.h"

#define LINES_KEPT 64
#define LINE_BYTES 512

static char lines[LINES_KEPT][LINE_BYTES];
static size_t count;

void recorded_log_clear(void)
{
	count = 0;
}

size_t recorded_log_count(const char *text)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += strstr(lines[i], text) != NULL;
	return found;
}

void log_open(const struct log_settings *settings)
{
	(void)settings;
}

void log_write(enum log_level level, const char *format, ...)
{
	va_list args;

	(void)level;
	if (count == LINES_KEPT)
		return;
	va_start(args, format);
	(void)vsnprintf(lines[count++], LINE_BYTES, format, args);
	va_end(args);
}

void log_verdict(TALLOC_CTX *mem, const struct verdict *verdict,
		 const char *queue_id)
{
	log_write(LOG_LEVEL_INFO, "%s",
		  verdict_log_line(mem, verdict, queue_id));
}

/* Every line is due. */
bool log_is_due(struct log_limit *limit)
{
	(void)limit;
	return true;
}
