/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * caches.c - which caches a suite runs with
 */
#include "tests/unit/caches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/key_cache.h"
#include "lib/dns/dns_fixture.h"
#include "lib/dns/dns_private.h"

#define DAY_MS 86400000

static enum caches chosen;

void caches_use(enum caches caches)
{
	chosen = caches;
}

static enum caches in_use(void)
{
	static const char *const names[] = {
	    [CACHES_OFF] = "off", [CACHES_TINY] = "tiny", [CACHES_ON] = "on"};
	const char *text = getenv("ALIGND_CACHES");

	if (chosen != CACHES_UNSET || text == NULL)
		return chosen;
	for (enum caches i = CACHES_OFF; i <= CACHES_ON; i++) {
		if (strcmp(names[i], text) == 0)
			return i;
	}
	(void)fprintf(stderr, "ALIGND_CACHES: %s (off, tiny, on)\n", text);
	abort();
}

/* A transport that has its answers at hand. */
struct at_hand {
	struct dns_backend backend;
	struct dns_fixture *fixture;
};

static bool ask(struct dns_backend *backend, const char *name,
		enum dns_type type, dns_answered *answered, void *context)
{
	struct at_hand *own = (struct at_hand *)backend;
	struct dns_answer answer = dns_fixture_ask(own->fixture, name, type);

	answered(context, &answer);
	return true;
}

static void end(struct dns_backend *backend)
{
	struct at_hand *own = (struct at_hand *)backend;

	mem_free(own->fixture);
	heap_free(own);
}

static bool new_cached(const char *zone, long entries, struct dns **dns,
		       struct error *err)
{
	const struct dns_settings settings = {
	    .timeout_ms = 10000,
	    .cache_entries = entries,
	    .max_ttl_ms = DAY_MS,
	    .negative_ttl_ms = DAY_MS,
	};
	struct dns_fixture *fixture;

	if (!dns_fixture_parse(NULL, zone, "zone", &fixture, err))
		return false;
	struct at_hand *own = heap_new(struct at_hand);
	own->backend = (struct dns_backend){.ask = ask, .free = end};
	own->fixture = fixture;
	*dns = dns_new_over(&own->backend, &settings);
	return true;
}

bool caches_dns_new(const char *zone, struct dns **dns, struct error *err)
{
	switch (in_use()) {
	case CACHES_TINY:
		key_cache_clear();
		return new_cached(zone, 1, dns, err);
	case CACHES_ON:
		return new_cached(zone, 100000, dns, err);
	case CACHES_HUGE:
		return new_cached(zone, 2000000, dns, err);
	case CACHES_UNSET:
	case CACHES_OFF:
		break;
	}
	return dns_new_from_text(zone, dns, err);
}

bool caches_have_keys(bool otherwise)
{
	return in_use() == CACHES_UNSET ? otherwise : in_use() != CACHES_OFF;
}
