/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_NET_H
#define BASE_NET_H

/*
 * net - internet addresses and networks as values
 *
 * An IPv4-mapped IPv6 address is the IPv4 address it maps (RFC 7208 5). Pure
 * functions.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"

#define NET_ADDRESS_TEXT 46 /* INET6_ADDRSTRLEN */
#define NET_BLOCK_TEXT 50   /* an address, "/128" */
#define NET_REVERSE_TEXT 74 /* 32 nibbles, dots, "ip6.arpa", NUL */

enum net_family {
	NET_NONE, /* no address: a unix socket, or nothing known */
	NET_IPV4,
	NET_IPV6,
};

struct net_address {
	enum net_family family;
	uint8_t bytes[16]; /* 4 or 16, network order */
};

/* A network: the first `prefix` bits of `address`. */
struct net_block {
	struct net_address address;
	unsigned prefix;
};

struct net_list {
	size_t count;
	struct net_block *items;
};

/* Reads "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"; false for all else. */
bool net_address_parse(const char *text, struct net_address *address);

/* From raw bytes; 16 mapped bytes become IPv4. */
struct net_address net_address_ipv4(const uint8_t bytes[4]);
struct net_address net_address_ipv6(const uint8_t bytes[16]);

/* Writes the text form (RFC 5952) or "unknown"; returns `text`. */
const char *net_address_text(const struct net_address *address,
			     char text[NET_ADDRESS_TEXT]);

/* The same below `mem`. */
char *net_address_copy(TALLOC_CTX *mem, const struct net_address *address);

/* The PTR owner name; returns `text`, empty for NET_NONE. */
const char *net_address_reverse(const struct net_address *address,
				char text[NET_REVERSE_TEXT]);

bool net_address_equals(const struct net_address *a,
			const struct net_address *b);
bool net_address_is_loopback(const struct net_address *address);

/* "192.0.2.0/24", "2001:db8::/32" or one address. Host bits set are refused:
 * the error says which network was meant. */
bool net_block_parse(const char *text, struct net_block *block,
		     struct error *err);

/* The network of that prefix length around an address. */
struct net_block net_block_around(const struct net_address *address,
				  unsigned prefix);

/* "192.0.2.0/24", always with the prefix; returns `text`. */
const char *net_block_text(const struct net_block *block,
			   char text[NET_BLOCK_TEXT]);

/* Are the first bits of two addresses the same? */
bool net_bits_equal(const uint8_t *a, const uint8_t *b, unsigned bits);

/* Are the first `prefix` bits of both the same, in the same family? */
bool net_block_contains(const struct net_block *block,
			const struct net_address *address);
bool net_list_contains(const struct net_list *list,
		       const struct net_address *address);

#endif
