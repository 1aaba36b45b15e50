/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_LOG_H
#define MILTER_LOG_H

/*
 * log - the daemon's log; the only place that writes it
 *
 * To syslog, the journal or standard error; as text or as one JSON object a
 * line. Until log_open() lines go to standard error as text. Foreign bytes
 * never get here raw: callers escape them. Any thread.
 */

#include "lib/app/config.h"
#include "lib/eval/verdict.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO };

/* Where and how lines are written from now on; again after a reload. */
void log_open(const struct log_settings *settings);

/* Does what libmilter writes to syslog stand on standard error as well? Until
 * log_open() or the opposite is said. */
void log_show_libmilter(bool is_shown);

void log_write(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The one line of a message that came to its end; `queue_id` may be NULL. The
 * line is left below `mem`, the message's. */
void log_verdict(TALLOC_CTX *mem, const struct verdict *verdict,
		 const char *queue_id);

/* For what may happen with every message: true once a minute. */
struct log_limit {
	_Atomic int64_t next_ms;
};
bool log_is_due(struct log_limit *limit);

#define LOG_SELDOM " (further ones within a minute are counted only)"

/* log_write() once a minute at each place that says so; what happened is
 * counted there. `format` is a literal. */
#define log_write_seldom(level, format, ...)                                   \
	do {                                                                   \
		static struct log_limit log_limit_here;                        \
		if (log_is_due(&log_limit_here))                               \
			log_write(level, format LOG_SELDOM, ##__VA_ARGS__);    \
	} while (0)

#endif
