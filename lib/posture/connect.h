/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_CONNECT_H
#define POSTURE_CONNECT_H

/*
 * connect - servers that are to be looked for elsewhere than the DNS says
 *
 * "HOST:PORT=ADDRESS:PORT", an IPv6 address in brackets. Pure functions.
 */

#include "lib/base/error.h"
#include "lib/base/net.h"
#include "lib/base/text.h"

struct connect_rule {
	const char *host; /* inner form */
	long port;
	struct net_address address;
	long address_port;
};

struct connect_rules {
	size_t count;
	struct connect_rule *items;
};

/* Below `mem`. */
bool connect_read(TALLOC_CTX *mem, const struct text_list *texts,
		  struct connect_rules *rules, struct error *err)
    __attribute__((warn_unused_result));

/* All for that host and port, `most` of them at most; how many there are: 0
 * means that it is where the DNS says. */
size_t connect_find_all(const struct connect_rules *rules, const char *host,
			long port, const struct connect_rule **found,
			size_t most);

/* The first. NULL: where the DNS says. */
const struct connect_rule *connect_find(const struct connect_rules *rules,
					const char *host, long port);

#endif
