/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_own_name.c - a mutant: a policy says nothing about names below it
 */
#include <string.h>

#include "lib/dmarc/tree.h"

enum request __real_tree_policy(const struct discovery *found,
				const char *author);
enum request __wrap_tree_policy(const struct discovery *found,
				const char *author);

enum request __wrap_tree_policy(const struct discovery *found,
				const char *author)
{
	bool is_own = found->policy_domain != NULL &&
		      strcmp(found->policy_domain, author) == 0;

	return is_own ? __real_tree_policy(found, author) : REQUEST_NONE;
}
