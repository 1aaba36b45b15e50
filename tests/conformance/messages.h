/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CONFORMANCE_MESSAGES_H
#define TESTS_CONFORMANCE_MESSAGES_H

/*
 * messages - rows of other projects' tables as replay cases
 *
 * Each function makes a row of its suite into a message with its DNS, and what
 * the row demands into wants. A row without wants speaks of something that
 * alignd does not have.
 */

#include <jansson.h>

#include "tests/replay/case.h"

/* What a row is read with. */
struct row_source {
	const char *folder; /* of the suite */
	json_t *file;	    /* its whole file */
	json_t *row;
};

/* Below `mem`; `c` comes as case_init() leaves it. False: the row cannot be
 * read. */
bool mailauth_row(TALLOC_CTX *mem, const struct row_source *source,
		  struct replay_case *c);
bool authheaders_row(TALLOC_CTX *mem, const struct row_source *source,
		     struct replay_case *c);
bool authheaders_from_row(TALLOC_CTX *mem, const struct row_source *source,
			  struct replay_case *c);
bool stalwart_row(TALLOC_CTX *mem, const struct row_source *source,
		  struct replay_case *c);
bool espoofer_row(TALLOC_CTX *mem, const struct row_source *source,
		  struct replay_case *c);

#endif
