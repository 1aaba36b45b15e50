/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INBOX_SERVICES_H
#define INBOX_SERVICES_H

/*
 * services - which known service a source is
 *
 * A file of the operator's, one service a line:
 *
 *	NAME = what it is known by ...
 *
 * Known by a network ("192.0.2.0/24"), or by a domain at or below which the
 * source's confirmed host name is, or a domain that passes SPF or DKIM there
 * without being aligned. The first line that fits counts. "#" begins a comment.
 * A name is a hint for people, and decides nothing. A file of the same form,
 * of domains alone, says which domains are of one reporter (claim.h); that one
 * decides what is proved.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/net.h"
#include "lib/base/text.h"

struct inbox_services;

/* What a line may know a service by. */
enum inbox_known_by { INBOX_BY_DOMAIN, INBOX_BY_DOMAIN_OR_NETWORK };

/* Below `mem`. A file that is not there has none; `path` "" likewise. */
bool inbox_services_load(TALLOC_CTX *mem, const char *path,
			 enum inbox_known_by by,
			 struct inbox_services **services, struct error *err)
    __attribute__((warn_unused_result));

/* The name, as long as the services live; "" where it is none. `host` is the
 * confirmed host name or "", `domains` those that pass there. */
const char *inbox_services_find(const struct inbox_services *services,
				const char *address, const char *host,
				const struct text_list *domains);

/* The name of the line that has this domain or one above it; "" likewise. */
const char *inbox_services_of(const struct inbox_services *services,
			      const char *domain);

#endif
