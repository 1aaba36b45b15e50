/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_SERVERS_H
#define DNS_DNS_SERVERS_H

/*
 * dns_servers - the resolvers to forward to, as text
 *
 * "192.0.2.1", "192.0.2.1@5353", "2001:db8::1", "::1@5353".
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

/* Is it one server? The check of the setting dns.servers. */
bool dns_servers_check(const char *value, struct error *err);

/*
 * The nameserver lines of a resolv.conf(5). A line that names no address is
 * passed over, as the C library does. None at all is an error: libunbound
 * would silently walk down from the root by itself.
 */
bool dns_servers_from_file(TALLOC_CTX *mem, const char *path,
			   struct text_list *servers, struct error *err)
    __attribute__((warn_unused_result));

#endif
