/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_NET_LOOKUP_H
#define TOOLS_NET_LOOKUP_H

/*
 * net_lookup - where a host is, as this machine's C library has it
 */

#include "lib/base/net.h"

/* Its addresses below `mem`, by /etc/hosts or the DNS; none where it has none.
 * An mta_lookup. */
struct net_list tool_net_lookup(TALLOC_CTX *mem, const char *name);

#endif
