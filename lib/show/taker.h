/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SHOW_TAKER_H
#define SHOW_TAKER_H

/*
 * taker - who is handed what people are told, as data, in place of a file
 *
 * What writes for a terminal (SHOW_TEXT) writes for a page as well: it says the
 * same in the same words, and the taker sets it.
 */

#include "lib/show/show.h"

struct show_taker {
	void *context;
	/* A row of a table that is said row by row (rows.h). */
	void (*row)(void *context, const struct table_column *columns,
		    const struct value *cells);
	/* A thing that is said between such rows or by itself. */
	void (*show)(void *context, const struct show *show);
};

/* Writes the show (show.h), or hands it on: for people, where `taker` is not
 * NULL. */
void show_give(const struct show_taker *taker, FILE *file, enum show_form form,
	       const struct show *show);

/* A line for people, which ends with no line feed. */
void show_give_line(const struct show_taker *taker, FILE *file,
		    const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
