/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCORECARD_DOMAIN_LIST_H
#define SCORECARD_DOMAIN_LIST_H

/*
 * domain_list - a file of domains, one a line
 *
 * "#" begins a comment. A name stands for itself and all below it.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

struct domain_list {
	const char *path; /* "": none was named */
	bool is_there;
	size_t count;
	const char **items; /* sorted, each once */
};

/* Below `mem`. A file that is not there is an empty list; one that says
 * something else than names is refused, with its line. */
bool domain_list_load(TALLOC_CTX *mem, const char *path,
		      struct domain_list *list, struct error *err)
    __attribute__((warn_unused_result));

/* The list of names that are known already. */
struct domain_list domain_list_of(TALLOC_CTX *mem,
				  const struct text_list *names);

/* Is the domain, any text, in the list or below one that is? */
bool domain_list_covers(const struct domain_list *list, const char *domain);

#endif
