/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REVIEW_READING_H
#define REVIEW_READING_H

/*
 * reading - what is read of the store, and where and how it is written
 */

#include "lib/show/taker.h"
#include "lib/store/store.h"

struct review_reading {
	FILE *file;
	enum show_form form;
	struct store_reader *reader;
	const char *path; /* of the store, for people */
	int64_t now_s;
	const struct show_taker *taker; /* of what people read; NULL: the file
					   has it */
	bool has_scope; /* for who may see one domain's mail alone: what was
			   only counted names no owner, and is left out */
	size_t likely_max; /* of review_candidates.max */
	bool is_quiet; /* where nothing matches, nothing is written */
	struct store_filter filter;
};

#endif
