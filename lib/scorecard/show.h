/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCORECARD_SHOW_H
#define SCORECARD_SHOW_H

/*
 * show - a card for a terminal, for programs and for spreadsheets
 */

#include <stdio.h>

#include "lib/scorecard/card.h"
#include "lib/show/show.h"

/* One object, or lines for people. */
void card_show(struct show *show, const struct card *card);

/* One table, a figure a row: month, part, class, name, measure, count, percent,
 * words. So months can be put below each other, and each figure found by its
 * columns. */
void card_write_csv(FILE *file, const struct card *card);

#endif
