/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_pair.c - whose mail it is: a client network and an author's
 * organization
 * Tested by test_store.
 */
#include "lib/store/store_pair.h"

#include <stdio.h>

#include "lib/base/suffix.h"
#include "lib/store/store_entry.h"

#define PREFIX_IPV4 24
#define PREFIX_IPV6 48

const char *store_network(const char *client_ip, char network[NET_BLOCK_TEXT])
{
	struct net_address address;

	if (!net_address_parse(client_ip, &address)) {
		(void)snprintf(network, NET_BLOCK_TEXT, "%s", client_ip);
		return network;
	}
	struct net_block block = net_block_around(
	    &address, address.family == NET_IPV4 ? PREFIX_IPV4 : PREFIX_IPV6);
	return net_block_text(&block, network);
}

struct store_pair store_pair(const char *client_ip, const char *author_domain)
{
	struct store_pair pair = {.author =
				      author_domain[0] == '\0'
					  ? ""
					  : suffix_registrable(author_domain)};

	(void)store_network(client_ip, pair.network);
	return pair;
}

static uint64_t number_of(const struct siphash_key *key, const char *first,
			  const char *second)
{
	struct siphash hash;

	siphash_init(&hash, key);
	siphash_add_text(&hash, first);
	siphash_add_text(&hash, second);
	return siphash_end(&hash);
}

struct store_pair_numbers store_pair_numbers(const struct store_pair *pair,
					     const struct siphash_key *key)
{
	return (struct store_pair_numbers){
	    .pair = number_of(key, pair->network, pair->author),
	    .network = number_of(key, pair->network, "network"),
	    .author = number_of(key, "author", pair->author),
	};
}

int64_t store_hour_of(int64_t time_s)
{
	return time_s - time_s % STORE_HOUR_S;
}

bool store_hour_begins(int64_t time_s, int64_t *hour_s)
{
	int64_t begin_s = store_hour_of(time_s);

	if (begin_s == *hour_s || begin_s == *hour_s - STORE_HOUR_S)
		return false;
	*hour_s = begin_s;
	return true;
}
