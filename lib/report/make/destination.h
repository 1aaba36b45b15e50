/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_DESTINATION_H
#define REPORT_MAKE_DESTINATION_H

/*
 * destination - the addresses a rua names (RFC 9989 4.8, RFC 6068)
 *
 * In the published order. The obsolete size ("!10m") was dropped with the
 * record's reading; %2C and the like are decoded here; what stands behind "?"
 * is ignored. An address has its domain in the inner form and a local-part
 * that SMTP can carry: printable ASCII, quoted where it must be. It holds no
 * control bytes, so it cannot become a second SMTP command.
 */

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

struct destination_list {
	struct text_list addresses; /* "local@domain", no two the same */
	struct text_list notes;	    /* what was left out and why, clean words */
};

/* The first `max` addresses of the URIs; others are noted. Below `mem`. */
struct destination_list
destination_list(TALLOC_CTX *mem, const struct text_list *uris, long max);

/* The domain of such an address. */
const char *destination_host(const char *address);

/* Is the address, or its domain, or one above it, among the excluded? Items
 * are addresses or domains. */
bool destination_is_excluded(const char *address,
			     const struct text_list *excluded);

/* Is the domain one of the list, or below one? */
bool destination_is_domain_in(const char *domain,
			      const struct text_list *domains);

#endif
