/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_SETTINGS_ROW_H
#define BASE_SETTINGS_ROW_H

/*
 * settings_row - one value read by its row; shared by settings*.c only
 */

#include "lib/base/settings.h"

/*
 * Reads a value, or one item of a list, as a file spells it without quotes.
 * *number is the flag (0 or 1), the number, the milliseconds or the choice's
 * value; 0 for text. The words say what was found and what is allowed.
 */
bool setting_read(const struct setting *row, const char *text, int64_t *number,
		  struct error *err) __attribute__((warn_unused_result));

/* Stores what setting_read took; texts are copied below `mem`. */
void setting_store(TALLOC_CTX *mem, const struct setting *row, const char *text,
		   int64_t number, void *section_values);
void setting_store_list(TALLOC_CTX *mem, const struct setting *row,
			const struct text_list *items, void *section_values);

/* The default of a LIST row, cut into its items below `mem`. */
struct text_list setting_initial_items(TALLOC_CTX *mem,
				       const struct setting *row);

/* A list as a file spells it: {"a", "b"}. */
char *setting_list_text(TALLOC_CTX *mem, const struct text_list *items);

/* A NUMBER or DURATION as a file spells it: "12", "90s". */
char *setting_amount_text(TALLOC_CTX *mem, const struct setting *row,
			  int64_t amount);

/* "1s to 30s", "enforce, monitor", "yes, no"; "" for text and lists. */
char *setting_allowed_text(TALLOC_CTX *mem, const struct setting *row);

/* Words about a name that no row has, in the section called `section`: what
 * was probably meant, or what is known there. */
char *settings_unknown_name(TALLOC_CTX *mem,
			    const struct setting_section *sections,
			    const struct setting_section *section,
			    const char *name);

/* One for each row in the order of the tables, with its value, at line 0. */
struct setting_origin *
setting_origins_new(TALLOC_CTX *mem, const struct setting_section *sections,
		    const void *values, size_t *count);

/* "timeout" in section dns is "dns.timeout". */
char *settings_full_name(TALLOC_CTX *mem, const char *section,
			 const char *name);

#endif
