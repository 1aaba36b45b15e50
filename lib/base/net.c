/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.c - internet addresses and networks as values
 */
#include "lib/base/net.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/text.h"

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0,    0,
					  0, 0, 0, 0, 0xff, 0xff};

struct net_address net_address_ipv4(const uint8_t bytes[4])
{
	struct net_address address = {.family = NET_IPV4};

	memcpy(address.bytes, bytes, 4);
	return address;
}

struct net_address net_address_ipv6(const uint8_t bytes[16])
{
	struct net_address address = {.family = NET_IPV6};

	if (memcmp(bytes, mapped_prefix, sizeof mapped_prefix) == 0)
		return net_address_ipv4(bytes + sizeof mapped_prefix);
	memcpy(address.bytes, bytes, 16);
	return address;
}

bool net_address_parse(const char *text, struct net_address *address)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, text, bytes) == 1) {
		*address = net_address_ipv4(bytes);
		return true;
	}
	if (inet_pton(AF_INET6, text, bytes) == 1) {
		*address = net_address_ipv6(bytes);
		return true;
	}
	return false;
}

const char *net_address_text(const struct net_address *address,
			     char text[NET_ADDRESS_TEXT])
{
	int family = address->family == NET_IPV4 ? AF_INET : AF_INET6;

	if (address->family == NET_NONE ||
	    inet_ntop(family, address->bytes, text, NET_ADDRESS_TEXT) == NULL)
		(void)snprintf(text, NET_ADDRESS_TEXT, "unknown");
	return text;
}

char *net_address_copy(TALLOC_CTX *mem, const struct net_address *address)
{
	char text[NET_ADDRESS_TEXT];

	return mem_strdup(mem, net_address_text(address, text));
}

static void reverse_ipv6(const struct net_address *address, char *text)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 16; i-- > 0;) {
		*text++ = hex[address->bytes[i] & 15];
		*text++ = '.';
		*text++ = hex[address->bytes[i] >> 4];
		*text++ = '.';
	}
	memcpy(text, "ip6.arpa", sizeof "ip6.arpa");
}

const char *net_address_reverse(const struct net_address *address,
				char text[NET_REVERSE_TEXT])
{
	const uint8_t *b = address->bytes;

	text[0] = '\0';
	if (address->family == NET_IPV4)
		(void)snprintf(text, NET_REVERSE_TEXT,
			       "%u.%u.%u.%u.in-addr.arpa", b[3], b[2], b[1],
			       b[0]);
	else if (address->family == NET_IPV6)
		reverse_ipv6(address, text);
	return text;
}

bool net_address_equals(const struct net_address *a,
			const struct net_address *b)
{
	return a->family == b->family &&
	       memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool net_address_is_loopback(const struct net_address *address)
{
	static const uint8_t loopback6[16] = {[15] = 1};

	if (address->family == NET_IPV4)
		return address->bytes[0] == 127;
	return address->family == NET_IPV6 &&
	       memcmp(address->bytes, loopback6, sizeof loopback6) == 0;
}

static unsigned family_bits(enum net_family family)
{
	return family == NET_IPV4 ? 32 : 128;
}

/* Clears the bits behind the prefix; true when any was set. */
static bool clear_host_bits(struct net_block *block)
{
	bool was_set = false;

	for (unsigned i = 0; i < sizeof block->address.bytes; i++) {
		unsigned kept =
		    block->prefix > i * 8 ? block->prefix - i * 8 : 0;
		uint8_t mask = (uint8_t)(kept >= 8 ? 0xffU : 0xff00U >> kept);
		uint8_t cleared = (uint8_t)(block->address.bytes[i] & mask);
		was_set = was_set || cleared != block->address.bytes[i];
		block->address.bytes[i] = cleared;
	}
	return was_set;
}

static bool refuse_host_bits(const char *text, const struct net_block *block,
			     struct error *err)
{
	char meant[NET_ADDRESS_TEXT];

	return error_set(err, ERROR_CONFIG,
			 "\"%.60s\" has bits set behind its prefix; write "
			 "%s/%u for the network",
			 text, net_address_text(&block->address, meant),
			 block->prefix);
}

bool net_block_parse(const char *text, struct net_block *block,
		     struct error *err)
{
	struct span head;
	struct span tail;
	char address[NET_ADDRESS_TEXT];
	struct net_block found;
	bool has_prefix = span_cut(span_of(text), '/', &head, &tail);

	if (head.length >= sizeof address)
		head.length = 0;
	(void)snprintf(address, sizeof address, "%.*s", (int)head.length,
		       head.data);
	if (!net_address_parse(address, &found.address))
		return error_set(err, ERROR_CONFIG,
				 "\"%.60s\" is no network; write 192.0.2.0/24, "
				 "2001:db8::/32 or one address",
				 text);
	long bits = (long)family_bits(found.address.family);
	long prefix = bits;
	if (has_prefix && !text_number(tail, 0, bits, &prefix))
		return error_set(err, ERROR_CONFIG,
				 "\"%.60s\" needs a prefix from 0 to %ld", text,
				 bits);
	found.prefix = (unsigned)prefix;
	if (clear_host_bits(&found))
		return refuse_host_bits(text, &found, err);
	*block = found;
	return true;
}

struct net_block net_block_around(const struct net_address *address,
				  unsigned prefix)
{
	struct net_block block = {.address = *address, .prefix = prefix};

	(void)clear_host_bits(&block);
	return block;
}

const char *net_block_text(const struct net_block *block,
			   char text[NET_BLOCK_TEXT])
{
	char address[NET_ADDRESS_TEXT];

	(void)snprintf(text, NET_BLOCK_TEXT, "%s/%u",
		       net_address_text(&block->address, address),
		       block->prefix);
	return text;
}

bool net_bits_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned rest = bits % 8;

	if (memcmp(a, b, bits / 8) != 0)
		return false;
	return rest == 0 || ((a[bits / 8] ^ b[bits / 8]) >> (8 - rest)) == 0;
}

bool net_block_contains(const struct net_block *block,
			const struct net_address *address)
{
	return block->address.family == address->family &&
	       address->family != NET_NONE &&
	       net_bits_equal(block->address.bytes, address->bytes,
			      block->prefix);
}

bool net_list_contains(const struct net_list *list,
		       const struct net_address *address)
{
	for (size_t i = 0; i < list->count; i++) {
		if (net_block_contains(&list->items[i], address))
			return true;
	}
	return false;
}
