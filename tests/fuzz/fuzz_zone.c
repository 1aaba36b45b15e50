/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_zone.c - zone files: refused with a place, or a tree of names
 *
 * Properties: an error names file and line; a name that has a record of one
 * type is never NXDOMAIN for another, nor, without CNAMEs, is any name above
 * it (RFC 8020); two readings of one file answer alike.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/dns/dns_fixture.h"

#define MAX_LINES 50

static const enum dns_type types[] = {DNS_A, DNS_PTR, DNS_MX, DNS_TXT,
				      DNS_AAAA};

static bool is_failure(enum dns_status status)
{
	return status == DNS_TEMPORARY || status == DNS_BOGUS;
}

static void check_same(const struct dns_answer *a, const struct dns_answer *b)
{
	require(a->status == b->status && a->count == b->count);
	require(a->ttl_s == b->ttl_s);
	require((a->status == DNS_OK) == (a->count > 0));
}

/* Does the name exist, as far as any type tells? */
static bool check_name(const struct dns_fixture *fixture,
		       const struct dns_fixture *again, const char *name,
		       bool *is_told)
{
	size_t exists = 0;
	size_t missing = 0;

	for (size_t i = 0; i < 5; i++) {
		struct dns_answer answer =
		    dns_fixture_ask(fixture, name, types[i]);
		struct dns_answer other =
		    dns_fixture_ask(again, name, types[i]);
		check_same(&answer, &other);
		if (is_failure(answer.status))
			continue;
		exists += answer.status != DNS_NXDOMAIN;
		missing += answer.status == DNS_NXDOMAIN;
	}
	require(exists == 0 || missing == 0);
	*is_told = exists + missing > 0;
	return exists > 0;
}

static void check_owner(const struct dns_fixture *fixture,
			const struct dns_fixture *again, const char *name,
			bool has_alias)
{
	bool is_told;
	bool is_below = check_name(fixture, again, name, &is_told);

	is_below = is_below && is_told;
	for (name = domain_parent(name); name != NULL;
	     name = domain_parent(name)) {
		bool exists = check_name(fixture, again, name, &is_told);
		require(!is_below || !is_told || exists || has_alias);
		is_below = is_below || exists;
	}
}

/* The first word of each line is often an owner. */
static void check_owners(TALLOC_CTX *mem, const struct dns_fixture *fixture,
			 const struct dns_fixture *again, const char *text)
{
	struct span rest = span_of(text);
	struct span line;
	struct span word;
	struct span tail;
	/* The answer is that of the target (RFC 6604 3); TYPE5 is CNAME. */
	bool has_alias = strcasestr(text, "CNAME") != NULL ||
			 strcasestr(text, "TYPE") != NULL;

	for (int i = 0; i < MAX_LINES && rest.length > 0; i++) {
		(void)span_cut(rest, '\n', &line, &rest);
		(void)span_cut(span_trim(line), ' ', &word, &tail);
		const char *name = domain_normalize(mem, word);
		if (name != NULL)
			check_owner(fixture, again, name, has_alias);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *text = mem_strndup(mem, (const char *)data, size);
	struct dns_fixture *fixture = NULL;
	struct dns_fixture *again = NULL;
	struct error err = {0};
	bool is_good = dns_fixture_parse(mem, text, "zone", &fixture, &err);

	if (is_good) {
		require(dns_fixture_parse(mem, text, "zone", &again, &err));
		check_owners(mem, fixture, again, text);
	} else {
		require(fixture == NULL);
		require(strncmp(err.words, "zone:", 5) == 0);
		require(fuzz_is_line(err.words));
	}
	mem_free(mem);
	return 0;
}
