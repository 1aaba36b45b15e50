/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_cache.c - one answer from the DNS cache, against how many it holds
 *
 * Fills a cache over answers at hand, then asks for those in a scattered order,
 * as a message does: by a session of its own. One JSON object a line; find_ns
 * is CPU time of the process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/dns/dns.h"
#include "tests/unit/caches.h"

#define ASKED 200000

/* One wildcard answers for every name, and each name has its own entry. */
static const char zone[] =
    "$ORIGIN .\n$TTL 3600\n"
    "*.many.test. TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n";

static int64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void ask(struct dns *dns, unsigned long number)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_session *session = dns_session_new(mem, dns, 20000);
	const char *name = mem_printf(mem, "n%lu.many.test", number);

	if (dns_session_ask(session, name, DNS_TXT)->status != DNS_OK)
		abort();
	mem_free(mem);
}

static void measure(unsigned long entries)
{
	struct dns_statistics statistics = {0};
	struct error err;
	struct dns *dns;

	caches_use(CACHES_HUGE);
	if (!caches_dns_new(zone, &dns, &err))
		abort();
	for (unsigned long i = 0; i < entries; i++)
		ask(dns, i);
	int64_t start = now_ns();
	for (unsigned long i = 0; i < ASKED; i++)
		ask(dns, i * 2654435761UL % entries);
	int64_t took = now_ns() - start;
	dns_get_statistics(dns, &statistics);
	(void)printf("{\"entries\": %lu, \"find_ns\": %.1f, \"bytes\": %lu}\n",
		     entries, (double)took / ASKED,
		     (unsigned long)statistics.bytes);
	dns_free(dns);
}

int main(void)
{
	static const unsigned long sizes[] = {1000, 10000, 100000, 1000000};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		measure(sizes[i]);
	return EXIT_SUCCESS;
}
