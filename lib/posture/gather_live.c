/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_live.c - what the hosts that take the domain's mail show of themselves
 *
 * At each of their addresses, since another machine may stand behind each: at
 * those of --connect, where it names the host, else at those of the DNS.
 * Tested by test_alignctl_posture_live.
 */
#include "lib/posture/gather_private.h"

#include "lib/base/limits.h"
#include "lib/posture/prober.h"

#define SMTP_PORT 25

struct places {
	size_t count; /* there are more where it is past the room */
	struct probe_place items[LIMIT_PROBE_ADDRESSES];
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void add_place(struct places *places, const struct probe_place *place)
{
	if (places->count < COUNT_OF(places->items))
		places->items[places->count] = *place;
	places->count++;
}

static void add_rules(const struct connect_rule *const *rules, size_t count,
		      struct places *places)
{
	for (size_t i = 0; i < count; i++) {
		const struct probe_place place = {
		    .address = rules[i]->address,
		    .port = rules[i]->address_port,
		    .is_named = true,
		};
		add_place(places, &place);
	}
}

static void add_answer(const struct dns_answer *answer, bool is_ipv4,
		       struct places *places)
{
	for (size_t i = 0; i < answer->count; i++) {
		const unsigned char *bytes = answer->records[i].address;
		const struct probe_place place = {
		    .address = is_ipv4 ? net_address_ipv4(bytes)
				       : net_address_ipv6(bytes),
		    .port = SMTP_PORT,
		};
		add_place(places, &place);
	}
}

static void find_places(const struct gathering *gathering,
			const struct posture_host *host, struct places *places)
{
	const struct connect_rule *rules[LIMIT_PROBE_ADDRESSES];
	size_t count =
	    connect_find_all(gathering->sources->connects, host->name,
			     SMTP_PORT, rules, COUNT_OF(rules));

	places->count = 0;
	if (count > 0) {
		add_rules(rules, least(count, COUNT_OF(rules)), places);
		places->count = count;
		return;
	}
	add_answer(host->addresses[0], true, places);
	add_answer(host->addresses[1], false, places);
}

/* At `room` addresses at most. */
static void look_at(struct gathering *gathering, struct posture_host *host,
		    size_t room)
{
	struct places places;

	find_places(gathering, host, &places);
	host->address_count = places.count;
	host->probe_count =
	    least(least(places.count, COUNT_OF(places.items)), room);
	host->probes = mem_array(gathering->mem, const struct posture_probe *,
				 host->probe_count);
	for (size_t i = 0; i < host->probe_count; i++)
		host->probes[i] = prober_look(gathering->sources->prober,
					      host->name, &places.items[i]);
}

void gather_live(struct gathering *gathering)
{
	struct posture_hosts *hosts = &gathering->facts->hosts;
	size_t room = LIMIT_PROBE_DOMAIN_ADDRESSES;

	for (size_t i = 0;
	     gathering->sources->prober != NULL && i < hosts->mx_count; i++) {
		look_at(gathering, &hosts->mxs[i], room);
		room -= hosts->mxs[i].probe_count;
	}
}
