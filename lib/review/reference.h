/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REVIEW_REFERENCE_H
#define REVIEW_REFERENCE_H

/*
 * reference - an incident's reference as people type it
 *
 * It was read out over the telephone, or copied from a bounce. References hold
 * no 0, 1, I and O; who types one has misheard or misread another letter.
 */

#include "lib/store/store.h"

/* In capitals, without blanks, with the hyphen in its place. */
const char *review_reference(TALLOC_CTX *mem, const char *typed);

#define REVIEW_NEAR_MAX 3

/* Those that are spelled nearly like it, the nearest first. `author_domain`:
 * of incidents of that one's mail, and of all below it, alone;
 * NULL: of all, those that were only counted among them. */
struct review_near {
	size_t count;
	size_t distances[REVIEW_NEAR_MAX]; /* 0: there is such a one */
	char references[REVIEW_NEAR_MAX][REFERENCE_TEXT];
};
bool review_reference_near(struct store_reader *reader, const char *reference,
			   const char *author_domain, struct review_near *near,
			   struct error *err)
    __attribute__((warn_unused_result));

/* Is it spelled as references are? */
bool review_reference_is_spelled(const char *reference);

/* Words about a reference that was not found: that other options left it out,
 * those that are spelled nearly like it, or how one is spelled. ERROR_INPUT;
 * returns false. */
bool review_reference_missing(TALLOC_CTX *mem, struct store_reader *reader,
			      const char *path, const char *reference,
			      struct error *err);

#endif
