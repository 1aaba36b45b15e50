/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * destination_check.c - may reports about a domain go to that address?
 */
#include "lib/report/send/destination_check.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/dmarc/record_uri.h"
#include "lib/report/make/destination.h"

/* The rua, or ruf, of an authorisation. p is not needed there, and a record
 * that is no good as a policy authorises all the same: only v= counts, so the
 * tags are cut here and not by record_parse. */
static bool find_uris(struct span record, const char *wanted, struct span *uris)
{
	bool has_more = true;

	while (has_more) {
		struct span tag;
		struct span name;
		struct span value;
		has_more = span_cut(record, ';', &tag, &record);
		if (span_cut(tag, '=', &name, &value) &&
		    span_equals_nocase(span_trim(name), wanted)) {
			*uris = value;
			return true;
		}
	}
	return false;
}

/* Adds those of the URIs that lead to the same host. */
static void add_same_host(TALLOC_CTX *mem, struct text_list *found,
			  struct span rua, const char *host)
{
	bool has_bad = false;
	struct text_list uris = record_uri_list(mem, rua, &has_bad);
	struct destination_list list =
	    destination_list(mem, &uris, LIMIT_REPORT_URIS);

	for (size_t i = 0; i < list.addresses.count; i++) {
		const char *address = list.addresses.items[i];
		if (!domain_equals(destination_host(address), host))
			continue;
		found->items = mem_resize(mem, found->items, const char *,
					  found->count + 1);
		found->items[found->count++] = address;
	}
}

static struct destination_check judge_answer(TALLOC_CTX *mem,
					     const struct dns_answer *answer,
					     const char *wanted,
					     const char *name, const char *host)
{
	struct destination_check check = {.status = DESTINATION_UNAUTHORISED};
	bool has_override = false;

	for (size_t i = 0; i < answer->count; i++) {
		struct span rua;
		struct span text = span_make(answer->records[i].text,
					     answer->records[i].length);
		if (!record_has_version(text))
			continue;
		check.status = DESTINATION_AUTHORISED;
		if (!find_uris(text, wanted, &rua))
			continue;
		has_override = true;
		add_same_host(mem, &check.instead, rua, host);
	}
	if (check.status == DESTINATION_UNAUTHORISED)
		check.why = mem_printf(mem, "no record at %s", name);
	else if (has_override && check.instead.count > 0)
		check.status = DESTINATION_REPLACED;
	else if (has_override)
		/* RFC 9990 4: another host gets nothing, and neither does
		 * this one. */
		check = (struct destination_check){
		    .status = DESTINATION_UNAUTHORISED,
		    .why = mem_printf(mem, "the %s at %s leads to another host",
				      wanted, name)};
	return check;
}

static struct destination_check unknown_check(TALLOC_CTX *mem, const char *name)
{
	return (struct destination_check){
	    .status = DESTINATION_UNKNOWN,
	    .why = mem_printf(mem, "DNS does not answer for %s", name)};
}

/* Where the host would say that it wants reports about the domain. */
static char *write_name(TALLOC_CTX *mem, const char *policy_domain,
			const char *host)
{
	return mem_printf(mem, "%s._report._dmarc.%s", policy_domain, host);
}

static struct destination_check
ask_host(TALLOC_CTX *mem, struct dns_session *session, const char *wanted,
	 const char *policy_domain, const char *host)
{
	const char *name = write_name(mem, policy_domain, host);

	if (strlen(name) > LIMIT_DOMAIN_BYTES)
		return (struct destination_check){
		    .status = DESTINATION_UNAUTHORISED,
		    .why = "the name that would have to authorise it is too "
			   "long for DNS"};
	const struct dns_answer *answer =
	    dns_session_ask(session, name, DNS_TXT);
	if (answer->status == DNS_TEMPORARY || answer->status == DNS_BOGUS)
		return unknown_check(mem, name);
	return judge_answer(mem, answer, wanted, name, host);
}

struct destination_check
destination_check(TALLOC_CTX *mem, struct dns_session *session,
		  enum tree_method method, const char *wanted,
		  const char *policy_domain, const char *address)
{
	const char *host = destination_host(address);

	if (domain_equals(host, policy_domain))
		return (struct destination_check){.status =
						      DESTINATION_AUTHORISED};
	const char *theirs =
	    tree_org_domain(mem, session, method, policy_domain);
	const char *its = tree_org_domain(mem, session, method, host);
	if (theirs == NULL || its == NULL)
		return unknown_check(mem,
				     theirs == NULL ? policy_domain : host);
	if (domain_equals(theirs, its))
		return (struct destination_check){.status =
						      DESTINATION_AUTHORISED};
	return ask_host(mem, session, wanted, policy_domain, host);
}

void destination_ask_ahead(struct dns_session *session, enum tree_method method,
			   const char *policy_domain, const char *address)
{
	const char *host = destination_host(address);
	TALLOC_CTX *mem = mem_context(NULL);

	if (!domain_equals(host, policy_domain)) {
		tree_ask_ahead(session, method, policy_domain);
		tree_ask_ahead(session, method, host);
		dns_session_ask_ahead(
		    session, write_name(mem, policy_domain, host), DNS_TXT);
	}
	mem_free(mem);
}
