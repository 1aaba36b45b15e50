/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_PATH_H
#define MAIL_PATH_H

/*
 * path - envelope addresses (RFC 5321 4.1.2, RFC 6531)
 *
 * "<a@b.example>", "a@b.example", "<>", "<@relay:a@b.example>" (the route is
 * dropped), quoted local-parts. The domain is in domain.h's inner form.
 */

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

struct path {
	bool is_null;		/* "<>" or nothing given */
	const char *local_part; /* as given, quotes kept; "" when absent;
				   NULL when is_null or not a mailbox */
	const char *domain;	/* NULL when is_null or not a mailbox */
};

/* Reads an address; one that is no mailbox has both texts NULL and is_null
 * false. Texts belong to `mem`. */
struct path path_parse(TALLOC_CTX *mem, struct span text);

/* Is it one mailbox, without brackets? For settings. */
bool path_is_mailbox(const char *text);

#endif
