/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REVIEW_CHOICE_H
#define TOOLS_REVIEW_CHOICE_H

/*
 * choice - on which incidents an act is done
 */

#include "tools/review/review.h"

struct review_choice {
	int64_t *ids; /* each once */
	size_t count;
	size_t missing; /* references that lead to none, or to several */
	int status;	/* of the last of these; they were told */
};

/*
 * With references those that they lead to, within the filter; without any all
 * that the filter finds, once their number was confirmed. At most `max`. False:
 * nothing is to be done; a reference that is wrong is no reason for that.
 */
bool review_choose(struct review *review, const struct text_list *references,
		   const char *verb, size_t max, struct review_choice *choice,
		   struct error *err) __attribute__((warn_unused_result));

#endif
