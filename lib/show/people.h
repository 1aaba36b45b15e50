/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SHOW_PEOPLE_H
#define SHOW_PEOPLE_H

/*
 * people - lines that a terminal shows whole
 *
 * Long values go on below themselves, so that 100 columns are enough. What is
 * no line of clean text (text_is_line) is escaped: rows of the store are
 * checked no further than that they are text.
 */

#include <stdio.h>

#include "lib/base/mem.h"

#define PEOPLE_COLUMNS 100

/* The text as it stands, or escaped. */
const char *people_clean(TALLOC_CTX *mem, const char *text);

/* "-" for NULL and "". */
const char *people_or_dash(const char *text);

/* The text alone, however long. */
void people_line(FILE *file, const char *text);

/* "  LABEL          VALUE", the value below itself where it is long. */
void people_member(FILE *file, const char *label, const char *value);

/* A sentence at `column`, and below itself. */
void people_sentence(FILE *file, int column, const char *text);

/* Broken at blanks before `columns`; the cursor stands at `column`, where
 * further lines begin too. */
void people_wrapped(FILE *file, const char *text, int column, int columns);

#endif
