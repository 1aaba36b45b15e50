/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outage_is_none.c - a mutant: a policy that could not be asked for is none
 */
#include "lib/dmarc/tree.h"

struct discovery __real_tree_discover(TALLOC_CTX *mem,
				      struct dns_session *session,
				      enum tree_method method,
				      const char *author);
struct discovery __wrap_tree_discover(TALLOC_CTX *mem,
				      struct dns_session *session,
				      enum tree_method method,
				      const char *author);

struct discovery __wrap_tree_discover(TALLOC_CTX *mem,
				      struct dns_session *session,
				      enum tree_method method,
				      const char *author)
{
	struct discovery found =
	    __real_tree_discover(mem, session, method, author);

	if (!found.is_complete) {
		found.is_complete = true;
		found.org_domain = author;
		found.policy_domain = NULL;
		found.record = NULL;
	}
	return found;
}
