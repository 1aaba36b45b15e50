/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_H
#define TOOLS_PRINT_H

/*
 * print - results for people, on standard output
 *
 * Long values go on below themselves, so that a terminal of 100 columns shows
 * them whole. Programs read --json instead.
 */

#include "lib/base/json.h"

/* "  LABEL          VALUE"; the second one formats the value. */
void tool_print_member(const char *label, const char *value);
void tool_print_words(TALLOC_CTX *mem, const char *label, const char *format,
		      ...) __attribute__((format(printf, 3, 4)));

/* Broken at blanks before `columns`; the cursor stands at `column`, where
 * further lines begin too. */
void tool_print_wrapped(const char *text, int column, int columns);

/* A sentence at `column`, and below itself where it is long. */
void tool_print_sentence(const char *text, int column);

/* DNS questions and answers, as questions_json() lists them. */
void tool_print_questions(TALLOC_CTX *mem, const struct json *questions);

/* The text as it stands, or escaped where it is no line of clean text: the
 * store's rows are checked no further than that they are text. */
const char *tool_shown(TALLOC_CTX *mem, const char *text);

/* "-" for NULL and "". */
const char *tool_or_dash(const char *text);

#endif
