/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_FROM_H
#define MAIL_FROM_H

/*
 * from - the Author Domain (RFC 9989 3.2.2, 5.3.1; RFC 5322 3.6.2; RFC 6854)
 *
 * There is exactly one Author Domain or there is an error value that says why
 * not; "the first one" is never taken. Handles groups, nested comments, quoted
 * strings, obsolete routes, folding, 8-bit display names, U-labels. Display
 * names are never decoded to find an address. What a mail reader could
 * understand otherwise than we do is malformed and has no Author Domain. What
 * is malformed, and read alike by all of them, has one (from_tolerant.h).
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

enum author_error {
	AUTHOR_OK,
	AUTHOR_NO_FROM,		/* no From field */
	AUTHOR_SEVERAL_FROM,	/* more than one From field */
	AUTHOR_SEVERAL_DOMAINS, /* one field, several author domains */
	AUTHOR_NO_ADDRESS,	/* empty field, or a group without members */
	AUTHOR_UNPARSABLE,	/* RFC 5322 cannot read it */
	AUTHOR_BAD_DOMAIN,	/* an address whose domain is no DNS name */
	AUTHOR_TOO_LONG,	/* past LIMIT_FROM_BYTES or _ADDRESSES */
	AUTHOR_OVER_LIMIT,	/* the message is past a header limit */
};

struct author {
	enum author_error error;
	const char *domain; /* inner form; NULL unless AUTHOR_OK */
	/* Every author domain found, each once, in order; with
	 * AUTHOR_SEVERAL_DOMAINS at least two. */
	struct text_list domains;
	/* With AUTHOR_OK: RFC 5322 cannot read the field, and there is only one
	 * way to read it otherwise. */
	bool is_malformed;
};

/* From the values of all From fields, top down, as received (folded or not,
 * with the blank behind the colon or without). Texts belong to `mem`. */
struct author from_author(TALLOC_CTX *mem, const struct span *values,
			  size_t count);

/* What to say of a field that is_malformed. */
#define AUTHOR_MALFORMED_TEXT "From is malformed: specials outside quotes"

/* A stable word for JSON and logs ("several From fields" and so on); NULL for
 * AUTHOR_OK. */
const char *author_error_text(enum author_error error);
/* The value of a recorded text, or -1. */
int author_error_find(const char *text);

#endif
