/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REPORT_SHARED_H
#define TOOLS_REPORT_SHARED_H

/*
 * shared - what the actions of alignctl report share
 */

#include "lib/base/json.h"
#include "lib/store/store_delivery.h"
#include "tools/tool.h"

/* The configuration and its store's reports. */
bool report_open(struct tool *tool, enum store_db_mode mode,
		 struct config **config, struct store_reports **reports,
		 struct error *err) __attribute__((warn_unused_result));

/* --day as 00:00:00 UTC, 0 without; false: usage, printed. */
bool report_read_day(struct tool *tool, int64_t *day_s);

/* "2026-05-01"; returns `text`. */
const char *report_day_text(int64_t day_s, char text[CLOCK_TEXT]);

/* RFC 3339, null for 0. */
void report_put_time(struct json *object, const char *key, int64_t time_s);

/* null for "". */
void report_put_text(struct json *object, const char *key, const char *text);

/* "for good", or the time. Below `mem`. */
const char *report_until_text(TALLOC_CTX *mem, int64_t until_s);

/* A delivery as list and send show it: an object, and a line. */
struct json *report_delivery_json(TALLOC_CTX *mem,
				  const struct store_delivery *delivery);

/* Is the text a report's id? */
bool report_is_id(const char *text);

#endif
