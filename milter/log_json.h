/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_LOG_JSON_H
#define MILTER_LOG_JSON_H

/*
 * log_json - lines of the log as JSON, under names of the Elastic Common Schema
 *
 * One object a line, ASCII only, keys flat and dotted as ECS has them: what it
 * has a name for stands under that, all else under "alignd.". A line of a
 * message has always the same keys, null where there is nothing; alignd(8)
 * lists them. Of the envelope sender only the domain is in it. Pure functions.
 */

#include "lib/eval/verdict.h"

/* `level` is "error", "warning" or "info"; `words` are clean. */
char *log_json_words(TALLOC_CTX *mem, const char *level, const char *words,
		     int64_t now_ms);

/* `queue_id` may be NULL. */
char *log_json_verdict(TALLOC_CTX *mem, const struct verdict *verdict,
		       const char *queue_id, int64_t now_ms);

#endif
