/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heartbeat.c - what this host says of itself now and then, and the answer
 *
 * PostgreSQL's clock decides what time it is: the answer has it, and how far
 * this host's is from it is told, and shown by fleet status. Tested by
 * test_fleet_forward.
 */
#include "tools/fleet/forwarder.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/base/net.h"
#include "lib/base/strbuf.h"
#include "lib/report/send/stop_point.h"
#include "lib/store/store_report.h"

#define EVERY_MS 15000
#define ADDRESSES_MAX 16
#define ADDRESSES_BYTES 1024

/* --- what is said --- */

/* One that this host alone has: not of loopback, nor of one link. */
static bool read_own(const struct sockaddr *socket, struct net_address *address)
{
	if (socket != NULL && socket->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)socket;
		uint32_t host = ntohl(in->sin_addr.s_addr);
		*address = net_address_ipv4((const void *)&in->sin_addr);
		return host >> 24 != 127 && host >> 16 != 0xa9fe;
	}
	if (socket == NULL || socket->sa_family != AF_INET6)
		return false;
	const struct sockaddr_in6 *in6 = (const void *)socket;
	*address = net_address_ipv6((const void *)&in6->sin6_addr);
	return !IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr) &&
	       !IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr);
}

static void add_address(struct strbuf *text, const char *address)
{
	if (text->length > 0)
		strbuf_add_char(text, ' ');
	strbuf_add_text(text, address);
}

static void add_interfaces(struct strbuf *text)
{
	struct ifaddrs *all = NULL;
	size_t count = 0;

	if (getifaddrs(&all) != 0)
		return;
	for (const struct ifaddrs *at = all;
	     at != NULL && count < ADDRESSES_MAX; at = at->ifa_next) {
		struct net_address address;
		char words[NET_ADDRESS_TEXT];
		if (!read_own(at->ifa_addr, &address))
			continue;
		add_address(text, net_address_text(&address, words));
		count++;
	}
	freeifaddrs(all);
}

static const char *addresses_text(TALLOC_CTX *mem, const struct config *config)
{
	const struct text_list *given = &config->fleet.addresses;
	struct strbuf text;

	strbuf_init(&text, mem, ADDRESSES_BYTES);
	for (size_t i = 0; i < given->count && i < ADDRESSES_MAX; i++)
		add_address(&text, given->items[i]);
	if (given->count == 0)
		add_interfaces(&text);
	return strbuf_text(&text);
}

static int64_t journal_bytes(TALLOC_CTX *mem, const struct config *config)
{
	struct stat found;

	return stat(mem_printf(mem, "%s-wal", config->store.sqlite), &found) ==
		       0
		   ? (int64_t)found.st_size
		   : 0;
}

/* Every segment of an hour below it is with the fleet. What the hour is, is for
 * PostgreSQL to say where this clock is ahead. Which hours are closed is asked
 * before what waits: a segment that is sealed between the two is open in the one
 * or waits in the other. */
static bool find_sealed_until(struct forwarder *forwarder,
			      struct store_segments_lag *lag, int64_t *hour_s,
			      struct error *err)
{
	int64_t now_s = forward_now_s(forwarder);
	int64_t there_s = forwarder->answer.now_ms / 1000;

	if (there_s > 0 && there_s < now_s)
		now_s = there_s;
	if (!forward_local(forwarder,
			   store_segments_closed_below(forwarder->segments,
						       now_s, hour_s, err)))
		return false;
	stop_point("fleet-hours-closed");
	if (!forward_local(forwarder, store_segments_lag(forwarder->segments,
							 lag, err)))
		return false;
	if (lag->waiting > 0 && lag->oldest_hour_s < *hour_s)
		*hour_s = lag->oldest_hour_s;
	return true;
}

static int64_t real_now_ms(const struct forwarder *forwarder)
{
	struct timespec now;

	if (clock_is_fixed(&forwarder->tool->clock))
		return forward_now_s(forwarder) * 1000;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Days before that this host has reported itself. PostgreSQL keeps what the
 * first heartbeat of a host that joins says; later it is what note_taken()
 * wrote down. */
static bool find_reported_until(const struct forwarder *forwarder,
				int64_t *until_s, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_reports *reports;
	struct store_run run;
	bool ok = store_reports_open(mem, forwarder->config->store.sqlite,
				     STORE_DB_READ, &reports, err) &&
		  store_run_get(mem, reports, &run, err);

	if (ok)
		*until_s = run.collected_until_s;
	mem_free(mem);
	return ok;
}

/* A host that leaves goes on behind the days that the fleet reported. */
static bool note_taken(struct forwarder *forwarder, struct error *err)
{
	int64_t taken_until_s = forwarder->answer.taken_until_s;
	TALLOC_CTX *mem;
	struct store_reports *reports;

	if (taken_until_s <= forwarder->state.reported_until_s)
		return true;
	mem = mem_context(NULL);
	bool ok = store_reports_open(mem, forwarder->config->store.sqlite,
				     STORE_DB_WRITE, &reports, err) &&
		  store_run_advance(reports, taken_until_s, err);
	if (ok)
		forwarder->state.reported_until_s = taken_until_s;
	mem_free(mem);
	return ok;
}

static bool gather(struct forwarder *forwarder, TALLOC_CTX *mem,
		   struct fleet_heartbeat *heartbeat, struct error *err)
{
	const struct config *config = forwarder->config;
	const struct fleet_state *state = &forwarder->state;
	struct store_segments_lag lag;
	int64_t sealed_until_s = 0;
	int64_t reported_until_s = 0;

	if (!find_sealed_until(forwarder, &lag, &sealed_until_s, err) ||
	    !forward_local(forwarder, find_reported_until(
					  forwarder, &reported_until_s, err)))
		return false;
	*heartbeat = (struct fleet_heartbeat){
	    .version = PACKAGE_VERSION,
	    .sealed_until_s = sealed_until_s,
	    .reported_until_s = reported_until_s,
	    .waiting = lag.waiting,
	    .oldest_s = lag.oldest_hour_s,
	    .let_go = lag.let_go,
	    .aside = state->aside,
	    .journal_bytes = journal_bytes(mem, config),
	    .now_ms = real_now_ms(forwarder),
	    .override_version = state->overrides,
	    .last_error = *state->overrides_fault != '\0'
			      ? state->overrides_fault
			      : state->fault,
	    .last_error_s = state->fault_s,
	    .authserv_id = config_authserv_id(mem, config),
	    .addresses = addresses_text(mem, config),
	};
	return true;
}

/* --- the answer --- */

static void take_answer(struct forwarder *forwarder,
			const struct fleet_heartbeat *said)
{
	const struct fleet_answer *answer = &forwarder->answer;

	forwarder->heartbeat_ms = forward_now_ms();
	forwarder->has_pushed = false;
	forwarder->state.heard_s = forward_now_s(forwarder);
	forwarder->state.offset_ms = said->now_ms - answer->now_ms;
	forwarder->state.overrides_newest = answer->override_version;
}

bool forward_heartbeat(struct forwarder *forwarder, struct error *err)
{
	int64_t since_ms = forward_now_ms() - forwarder->heartbeat_ms;
	struct fleet_heartbeat heartbeat;

	if (forwarder->heartbeat_ms > 0 && since_ms < EVERY_MS)
		return true;
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_done =
	    gather(forwarder, mem, &heartbeat, err) &&
	    forward_pg(forwarder, fleet_heartbeat(forwarder->pg, &heartbeat,
						  &forwarder->answer, err));
	if (is_done)
		take_answer(forwarder, &heartbeat);
	mem_free(mem);
	return is_done && forward_local(forwarder, note_taken(forwarder, err));
}
