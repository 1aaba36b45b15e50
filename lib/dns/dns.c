/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns.c - the resolver that sessions share
 *
 * Puts the parts together: a fixture, or a cache over libunbound. Of a fixture
 * nothing is cached, since every answer is at hand.
 * Tested by test_dns_unbound, test_message_ahead.
 */
#include "lib/dns/dns.h"

#include <stdatomic.h>

#include "lib/dns/dns_cache.h"
#include "lib/dns/dns_fixture.h"
#include "lib/dns/dns_private.h"
#include "lib/dns/dns_servers.h"
#include "lib/dns/dns_unbound.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define ANCHOR_FILE "/usr/share/dns/root.key" /* Debian's dns-root-data */

struct dns {
	struct dns_fixture *fixture; /* or the two below */
	struct dns_backend *backend;
	struct dns_cache *cache;
	int64_t timeout_ms;
	bool is_validating;
	_Atomic uint64_t answers[DNS_STATUSES];
};

static void open_cache(struct dns *dns, const struct dns_settings *settings)
{
	const struct dns_cache_limits limits = {
	    .max_entries = (size_t)settings->cache_entries,
	    .min_ttl_s = (uint32_t)(settings->min_ttl_ms / 1000),
	    .max_ttl_s = (uint32_t)(settings->max_ttl_ms / 1000),
	    .negative_ttl_s = (uint32_t)(settings->negative_ttl_ms / 1000),
	    .max_stale_s = (uint32_t)(settings->serve_stale_ms / 1000),
	};

	dns->timeout_ms = settings->timeout_ms;
	dns->cache = dns_cache_new(dns->backend, clock_system(), &limits);
}

static bool open_live(struct dns *dns, const struct dns_settings *settings,
		      struct error *err)
{
	TALLOC_CTX *scratch = mem_context(NULL);
	struct text_list servers = settings->servers;
	bool is_open =
	    (servers.count > 0 ||
	     dns_servers_from_file(scratch, RESOLV_CONF, &servers, err)) &&
	    dns_unbound_new(&servers, settings->dnssec ? ANCHOR_FILE : NULL,
			    &dns->backend, err);

	mem_free(scratch);
	if (!is_open)
		return false;
	open_cache(dns, settings);
	return true;
}

bool dns_new(const struct dns_settings *settings, struct dns **dns,
	     struct error *err)
{
	struct dns *made = mem_new(NULL, struct dns);
	bool is_open =
	    settings->fixture[0] != '\0'
		? dns_fixture_load(made, settings->fixture, &made->fixture, err)
		: open_live(made, settings, err);

	if (!is_open) {
		mem_free(made);
		return false;
	}
	made->is_validating = settings->dnssec;
	*dns = made;
	return true;
}

struct dns *dns_new_over(struct dns_backend *backend,
			 const struct dns_settings *settings)
{
	struct dns *dns = mem_new(NULL, struct dns);

	dns->backend = backend;
	dns->is_validating = settings->dnssec;
	open_cache(dns, settings);
	return dns;
}

bool dns_new_from_text(const char *zone, struct dns **dns, struct error *err)
{
	struct dns *made = mem_new(NULL, struct dns);

	if (!dns_fixture_parse(made, zone, "zone", &made->fixture, err)) {
		mem_free(made);
		return false;
	}
	*dns = made;
	return true;
}

void dns_free(struct dns *dns)
{
	if (dns == NULL)
		return;
	if (dns->cache != NULL)
		dns_cache_stop(dns->cache);
	if (dns->backend != NULL)
		dns->backend->free(dns->backend);
	dns_cache_free(dns->cache);
	mem_free(dns);
}

bool dns_find(struct dns *dns, TALLOC_CTX *mem, const char *name,
	      enum dns_type type, struct dns_answer *answer)
{
	if (dns->fixture == NULL)
		return dns_cache_find(dns->cache, mem, name, type, answer);
	*answer = dns_fixture_ask(dns->fixture, name, type);
	return true;
}

void dns_start(struct dns *dns, const struct dns_request *request)
{
	if (dns->fixture == NULL)
		dns_cache_start(dns->cache, request);
}

bool dns_start_then(struct dns *dns, const struct dns_request *request,
		    dns_arrived *arrived, void *context)
{
	return dns->fixture == NULL &&
	       dns_cache_start_then(dns->cache, request, arrived, context);
}

struct dns_answer dns_wait(struct dns *dns, TALLOC_CTX *mem,
			   const struct dns_request *request,
			   int64_t deadline_ms)
{
	int64_t own_ms = clock_monotonic_ms(clock_system()) + dns->timeout_ms;

	return dns_cache_wait(dns->cache, mem, request,
			      own_ms < deadline_ms ? own_ms : deadline_ms);
}

bool dns_is_validating(const struct dns *dns)
{
	return dns->is_validating;
}

void dns_count_asked(struct dns *dns, const struct dns_answer *answer)
{
	(void)atomic_fetch_add_explicit(&dns->answers[answer->status], 1,
					memory_order_relaxed);
}

void dns_get_statistics(struct dns *dns, struct dns_statistics *statistics)
{
	struct dns_statistics read = {0};

	for (size_t i = 0; i < DNS_STATUSES; i++) {
		read.answers[i] = atomic_load_explicit(&dns->answers[i],
						       memory_order_relaxed);
		read.asked += read.answers[i];
	}
	read.failed = read.answers[DNS_TEMPORARY] + read.answers[DNS_BOGUS];
	if (dns->cache != NULL)
		dns_cache_add_statistics(dns->cache, &read);
	*statistics = read;
}
