/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REVIEW_FILTER_H
#define REVIEW_FILTER_H

/*
 * filter - which incidents somebody asks for, from what he typed
 *
 * One table for the options of alignctl review and the fields of a page: the
 * same names, the same values, the same words about a wrong one.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/store/store_filter.h"

#define REVIEW_LIMIT_MAX 1000000000

struct review_field {
	const char *name;  /* "since"; NULL ends the table */
	const char *label; /* of a field on a page */
	const char *hint;  /* what may be typed; "" where words are offered */
	const char *const *words; /* the only ones, NULL at their end; NULL: any
				     text that the field takes */
	size_t offset;		  /* the member of struct store_filter */
	/* Fills that member; `text` outlives the filter. */
	bool (*take)(TALLOC_CTX *mem, const struct review_field *field,
		     const char *text, int64_t now_s,
		     struct store_filter *filter, struct error *err);
};

extern const struct review_field review_fields[];

/* The field of that name, or NULL. */
const struct review_field *review_field_find(const char *name);

/* Puts what was typed into the filter; `text` must stay. The words of a
 * refusal (ERROR_USAGE) say what was found and what is allowed, and do not name
 * the field. */
bool review_filter_set(TALLOC_CTX *mem, const struct review_field *field,
		       const char *text, int64_t now_s,
		       struct store_filter *filter, struct error *err)
    __attribute__((warn_unused_result));

#endif
