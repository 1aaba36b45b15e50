/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * align_any.c - a mutant: every identifier is aligned with every author
 */
#include "lib/dmarc/align.h"

enum alignment __wrap_align_ask(TALLOC_CTX *mem, struct dns_session *session,
				enum tree_method method, const char *author,
				const char *author_org, const char *identifier,
				bool is_strict);

enum alignment __wrap_align_ask(TALLOC_CTX *mem, struct dns_session *session,
				enum tree_method method, const char *author,
				const char *author_org, const char *identifier,
				bool is_strict)
{
	(void)mem;
	(void)session;
	(void)method;
	(void)author;
	(void)author_org;
	(void)is_strict;
	return identifier != NULL && *identifier != '\0' ? ALIGNMENT_YES
							 : ALIGNMENT_NO;
}
