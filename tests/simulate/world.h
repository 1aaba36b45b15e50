/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SIMULATE_WORLD_H
#define TESTS_SIMULATE_WORLD_H

/*
 * world - who sends mail to us, from where, and what their zones say
 *
 * Made from a seed, and never changed afterwards. IPv4 addresses are of
 * 240.0.0.0/4, which nobody has; a network is a /24 of it, or a /48 of
 * 2001:db8::/32. Names end in .example.
 *
 *   d17.example   an author domain           l3.example   a mailing list
 *   e2.example    a provider that sends for others (newsletters)
 *   r1.example    a relay that authors' own mail leaves by
 *   h4.example    a hoster of web sites       f5.example   a forwarder
 *   s0.example    a service that writes in our name
 *   x2.example    an attacker's               own.example  we ourselves
 */

#include "lib/base/mem.h"
#include "lib/base/strbuf.h"
#include "lib/base/text.h"
#include "tests/simulate/dice.h"
#include "tests/unit/sign.h"

#define WORLD_NAME 32
#define WORLD_KEYS 16

#define OWN_DOMAIN "own.example"
#define OWN_BRAND "brand.example" /* ours too */

/* How the mail of an author domain comes, when all is well. */
enum shape {
	SHAPE_DIRECT,	  /* own server, SPF and DKIM */
	SHAPE_SPF,	  /* own server, SPF alone */
	SHAPE_RELAY,	  /* a relay's server, DKIM alone */
	SHAPE_NEWSLETTER, /* a provider's server, DKIM alone */
	SHAPE_HOSTED,	  /* a hoster's shared server, SPF alone */
	SHAPE_BARE,	  /* neither, and no policy */
	SHAPES,
};

enum policy { POLICY_ABSENT, POLICY_NONE, POLICY_QUARANTINE, POLICY_REJECT };

struct domain {
	char name[WORLD_NAME];
	enum shape shape;
	enum policy policy;
	unsigned network;  /* of its own server */
	unsigned moved;	   /* where that moves to (SHAPE_SPF) */
	unsigned provider; /* number of its relay, provider or hoster */
	/* Days on which a fault of its own begins and ends; equal: none. */
	unsigned fault_day;
	unsigned mended_day;
};

/* Whoever handles the mail of others. */
struct provider {
	char name[WORLD_NAME];
	unsigned networks[2];
	unsigned network_count;
	bool has_ipv6; /* the second network */
	bool has_name; /* hosts' names are confirmed */
};

/* What a list does with a post. */
enum list_kind {
	LIST_FOOTER,   /* lines at the end */
	LIST_TAG,      /* and a mark in Subject */
	LIST_MUNGED,   /* its own address in From */
	LIST_PLAIN,    /* nothing */
	LIST_PERSONAL, /* lines of each subscriber's own at the end */
	LIST_SEALED,   /* lines at the end, and an ARC seal */
	LIST_KINDS,
};

/* What a forwarder does. */
enum forwarder_kind {
	FORWARDER_PLAIN,  /* keeps the envelope sender */
	FORWARDER_SRS,	  /* an envelope sender of its own */
	FORWARDER_BANNER, /* and lines at the top */
	FORWARDER_KINDS,
};

#define WORLD_LISTS 12
#define WORLD_FORWARDERS 12
#define WORLD_SENDERS 6 /* of newsletters; of relays; of hosters */
#define WORLD_SERVICES 2
#define WORLD_ATTACKERS 8
#define WORLD_WAVES 12

/* Attackers' names and networks. */
enum {
	ATTACKER_NEIGHBOUR,   /* rents hosts beside others' */
	ATTACKER_NEWSLETTERS, /* subscribed to 25, and passes them on */
	ATTACKER_SIGNER,      /* with the three behind it: domains of his own */
	ATTACKER_REPLAY = ATTACKER_SIGNER + 4,
};

struct wave {
	unsigned day;
	unsigned second;
	unsigned target; /* an author domain */
	unsigned first_network;
};

struct world {
	uint64_t seed;
	unsigned days;
	unsigned domain_count;
	struct domain *domains;
	/* The numbers of the domains of each shape, in their order. */
	unsigned *of_shape[SHAPES];
	unsigned shape_count[SHAPES];
	struct provider lists[WORLD_LISTS];
	struct provider forwarders[WORLD_FORWARDERS];
	struct provider senders[WORLD_SENDERS];
	struct provider relays[WORLD_SENDERS];
	struct provider hosters[WORLD_SENDERS];
	struct provider services[WORLD_SERVICES];
	struct provider attackers[WORLD_ATTACKERS];
	struct provider own;
	struct wave waves[WORLD_WAVES];
	struct sign_key *keys[WORLD_KEYS];
};

struct world *world_new(TALLOC_CTX *mem, uint64_t seed, unsigned days,
			unsigned domains);

enum list_kind world_list_kind(unsigned list);
enum forwarder_kind world_forwarder_kind(unsigned forwarder);

/* The signing key of a name; all are published under the selector "s1". */
const struct sign_key *world_key(const struct world *world, const char *domain);

/* A domain of that shape, those with small numbers more often. */
const struct domain *world_pick(const struct world *world, struct dice *dice,
				enum shape shape);

/* One whose mail is worth forging: it has a policy that asks for something. */
const struct domain *world_victim(const struct world *world, struct dice *dice);

/* The text of an address; returns `text`. */
#define WORLD_ADDRESS 48
const char *world_address(unsigned network, unsigned host, bool is_ipv6,
			  char text[WORLD_ADDRESS]);

/* A network that nobody of the world has. */
unsigned world_stray_network(struct dice *dice);

/* All zones, as dns.fixture reads them; below `mem`. */
const char *world_zone(TALLOC_CTX *mem, const struct world *world);

#endif
