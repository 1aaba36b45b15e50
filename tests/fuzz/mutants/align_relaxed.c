/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * align_relaxed.c - a mutant: adkim=s and aspf=s are not looked at
 */
#include "lib/dmarc/align.h"

enum alignment __real_align_ask(TALLOC_CTX *mem, struct dns_session *session,
				enum tree_method method, const char *author,
				const char *author_org, const char *identifier,
				bool is_strict);
enum alignment __wrap_align_ask(TALLOC_CTX *mem, struct dns_session *session,
				enum tree_method method, const char *author,
				const char *author_org, const char *identifier,
				bool is_strict);

enum alignment __wrap_align_ask(TALLOC_CTX *mem, struct dns_session *session,
				enum tree_method method, const char *author,
				const char *author_org, const char *identifier,
				bool is_strict)
{
	(void)is_strict;
	return __real_align_ask(mem, session, method, author, author_org,
				identifier, false);
}
