/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NOTICE_SHOW_H
#define NOTICE_SHOW_H

/*
 * show - a notice for people and for programs
 *
 * The same facts in the same order, printable ASCII throughout. Lines stay
 * below LIMIT_NOTICE_LINE_BYTES, so that a mail carries them as they are; the
 * HTML names no address, no picture and no script. Below `mem`.
 */

#include "lib/base/json.h"
#include "lib/notice/notice.h"

/* "digest of mx.example: 3 to look at", "alert ...", "... nothing to tell". */
const char *notice_subject(TALLOC_CTX *mem, const struct notice *notice);

/* Lines ended by LF. */
const char *notice_text(TALLOC_CTX *mem, const struct notice *notice);

/* A whole page, likewise. */
const char *notice_html(TALLOC_CTX *mem, const struct notice *notice);

/* The object that a webhook gets (tests/tools/notice.schema.json). */
struct json *notice_json(TALLOC_CTX *mem, const struct notice *notice);

/* --- what the forms share --- */

/* "3 new sources ..., since 2026-05-01 12:00 UTC", with what it counts. */
const char *notice_fact_text(TALLOC_CTX *mem, const struct notice_fact *fact);

/* "from ... to ..."; "at ..." of an alert. */
const char *notice_period_text(TALLOC_CTX *mem, const struct notice *notice);

/* "2026-05-01 12:00 UTC" */
const char *notice_time_text(TALLOC_CTX *mem, int64_t time_s);

#endif
