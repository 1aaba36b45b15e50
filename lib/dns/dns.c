/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns.c - the resolver that sessions share
 *
 * Answers come from a fixture. RFC 1034.
 */
#include "lib/dns/dns.h"

#include <stdatomic.h>

#include "lib/dns/dns_answer.h"
#include "lib/dns/dns_fixture.h"
#include "lib/dns/dns_private.h"

struct dns {
	struct dns_fixture *fixture;
	atomic_uint_fast64_t asked;
	atomic_uint_fast64_t failed;
};

bool dns_new(const struct dns_settings *settings, struct dns **dns,
	     struct error *err)
{
	struct dns *made = mem_new(NULL, struct dns);

	if (!dns_fixture_load(made, settings->fixture, &made->fixture, err)) {
		mem_free(made);
		return false;
	}
	*dns = made;
	return true;
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
	mem_free(dns);
}

bool dns_find(struct dns *dns, TALLOC_CTX *mem, const char *name,
	      enum dns_type type, struct dns_answer *answer)
{
	(void)mem;
	*answer = dns_fixture_ask(dns->fixture, name, type);
	return true;
}

void dns_start(struct dns *dns, const char *name, enum dns_type type)
{
	(void)dns;
	(void)name;
	(void)type;
}

struct dns_answer dns_wait(struct dns *dns, TALLOC_CTX *mem, const char *name,
			   enum dns_type type, int64_t deadline_ms)
{
	(void)mem;
	(void)deadline_ms;
	return dns_fixture_ask(dns->fixture, name, type);
}

void dns_count_asked(struct dns *dns, const struct dns_answer *answer)
{
	(void)atomic_fetch_add(&dns->asked, 1);
	if (dns_answer_is_failure(answer))
		(void)atomic_fetch_add(&dns->failed, 1);
}

void dns_get_statistics(struct dns *dns, struct dns_statistics *statistics)
{
	*statistics = (struct dns_statistics){
	    .asked = atomic_load(&dns->asked),
	    .failed = atomic_load(&dns->failed),
	};
}
