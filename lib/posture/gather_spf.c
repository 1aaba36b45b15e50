/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_spf.c - the tree of records that a domain's SPF record makes
 *
 * All of it, as far as names stand there: a check ends at the first match, this
 * does not. What a check says is asked of the daemon's own evaluation beside
 * it. RFC 7208 4.5, 5, 6.1.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/gather_private.h"

#include <string.h>

#include "lib/auth/spf.h"
#include "lib/auth/spf_ahead.h"
#include "lib/auth/spf_term.h"
#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/posture/posture.h"

/* No record lets these pass by an address: reserved (RFC 1112 4) and for
 * discarding (RFC 6666). */
#define STRANGER_IPV4 "240.0.0.1"
#define STRANGER_IPV6 "100::1"

static const char *const strangers[] = {STRANGER_IPV4, STRANGER_IPV6};

static struct net_address address_of(const char *text)
{
	struct net_address address = {.family = NET_NONE};

	(void)net_address_parse(text, &address); /* the caller looked */
	return address;
}

/* --- the tree --- */

static bool leads_on(const struct spf_term *term)
{
	return term->mechanism == SPF_INCLUDE ||
	       term->mechanism == SPF_REDIRECT;
}

static bool asks(const struct spf_term *term)
{
	return term->mechanism != SPF_ALL && term->mechanism != SPF_PTR &&
	       !spf_term_is_network(term) &&
	       memchr(term->domain.data, '%', term->domain.length) == NULL;
}

static bool is_above(const struct posture_spf *spf, size_t index,
		     const char *domain)
{
	while (!domain_equals(spf->records[index].domain, domain)) {
		if (index == 0)
			return false;
		index = spf->records[index].parent;
	}
	return true;
}

/* The record of a name, put at the end of the tree; its terms come later. */
static size_t add_record(struct gathering *gathering, size_t parent,
			 const struct posture_spf_term *via, const char *domain)
{
	struct posture_spf *spf = &gathering->facts->spf;
	const struct posture_spf_record *above = &spf->records[parent];
	struct posture_spf_record *record = &spf->records[spf->count];

	*record = (struct posture_spf_record){
	    .domain = domain,
	    .via = via == NULL ? "" : via->text,
	    .parent = parent,
	    .is_redirect = via != NULL && via->term->mechanism == SPF_REDIRECT,
	    .can_pass =
		via == NULL || (above->can_pass && via->term->qualifier == '+'),
	    .is_loop = via != NULL && is_above(spf, parent, domain),
	    .answer = dns_session_ask(gathering->session, domain, DNS_TXT),
	};
	record->record_count = spf_record_select(record->answer, &record->text);
	return spf->count++;
}

static void follow_term(struct gathering *gathering, size_t index,
			struct posture_spf_term *found)
{
	struct posture_spf *spf = &gathering->facts->spf;

	if (spf->count == LIMIT_POSTURE_SPF_RECORDS) {
		spf->is_cut = true;
		return;
	}
	found->child = add_record(gathering, index, found, found->name);
	found->status[0] = spf->records[found->child].answer->status;
	found->status[1] = found->status[0];
}

static void ask_term(struct gathering *gathering, size_t index,
		     struct posture_spf_term *found)
{
	struct dns_session *session = gathering->session;
	const char *domain = gathering->facts->spf.records[index].domain;

	gather_name(gathering,
		    mem_printf(gathering->mem, "%s in the SPF record of %s",
			       found->text, domain),
		    found->name);
	if (leads_on(found->term)) {
		follow_term(gathering, index, found);
		return;
	}
	for (size_t i = 0; i < COUNT_OF(strangers); i++) {
		const struct net_address client = address_of(strangers[i]);
		found->status[i] =
		    dns_session_ask(session, found->name,
				    spf_term_type(found->term, &client))
			->status;
	}
}

/* What is asked is up to whoever wrote the record, so it is bounded. */
static bool may_ask(struct posture_spf *spf)
{
	if (spf->asked == LIMIT_POSTURE_SPF_TERMS) {
		spf->is_cut = true;
		return false;
	}
	spf->asked++;
	return true;
}

static struct posture_spf_term read_term(struct gathering *gathering,
					 const struct spf_term *term,
					 const char *domain)
{
	TALLOC_CTX *mem = gathering->mem;
	const struct spf_values values = {.domain = domain};
	struct posture_spf_term found = {
	    .term = term, .text = posture_shown(mem, term->text)};
	const char *name =
	    asks(term) ? spf_term_name(mem, term, &values) : NULL;

	if (name != NULL && domain_is_valid(name) &&
	    may_ask(&gathering->facts->spf))
		found.name = name;
	return found;
}

static void ask_ahead(struct gathering *gathering,
		      const struct posture_spf_record *record)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct posture_spf_term *found = &record->terms[i];
		if (found->name == NULL)
			continue;
		gather_name_ahead(gathering, found->name);
		if (leads_on(found->term))
			dns_session_ask_ahead(gathering->session, found->name,
					      DNS_TXT);
	}
}

/* Its terms, and what they lead to. */
static void read_record(struct gathering *gathering, size_t index)
{
	struct posture_spf_record *record =
	    &gathering->facts->spf.records[index];
	struct spf_record parsed = {0};

	if (record->record_count != 1 || record->is_loop)
		return;
	record->fault = spf_record_parse(gathering->mem, record->text, &parsed);
	record->count = parsed.count;
	record->terms =
	    mem_array(gathering->mem, struct posture_spf_term, parsed.count);
	for (size_t i = 0; i < parsed.count; i++)
		record->terms[i] =
		    read_term(gathering, &parsed.terms[i], record->domain);
	ask_ahead(gathering, record);
	for (size_t i = 0; i < record->count; i++) {
		if (record->terms[i].name != NULL)
			ask_term(gathering, index, &record->terms[i]);
	}
}

/* --- what a check says --- */

static struct posture_spf_check check(struct gathering *gathering,
				      const char *client)
{
	TALLOC_CTX *mem = gathering->mem;
	struct dns_session *session = dns_session_new(
	    mem, gathering->sources->dns, gathering->sources->budget_ms);
	const char *domain = gathering->facts->domain;
	const char *sender = mem_printf(mem, "postmaster@%s", domain);
	const struct net_address address = address_of(client);
	const struct path path = path_parse(mem, span_of(sender));
	struct evidence_spf evidence = spf_check(
	    mem, session, gathering->sources->spf, &address, domain, &path);

	return (struct posture_spf_check){
	    .client = client,
	    .result = evidence.result,
	    .reason = evidence.reason,
	    .lookups = evidence.terms,
	};
}

static void check_hosts(struct gathering *gathering)
{
	struct posture_spf *spf = &gathering->facts->spf;
	const struct text_list *hosts = &gathering->hosts;

	spf->hosts =
	    mem_array(gathering->mem, struct posture_spf_check, hosts->count);
	for (size_t i = 0; i < hosts->count; i++)
		spf->hosts[spf->host_count++] =
		    check(gathering, hosts->items[i]);
}

static bool takes_mail(struct gathering *gathering)
{
	const struct dns_answer *mx = dns_session_ask(
	    gathering->session, gathering->facts->domain, DNS_MX);

	return mx->status == DNS_OK && mx->records[0].name[0] != '\0';
}

void gather_spf(struct gathering *gathering)
{
	struct posture_spf *spf = &gathering->facts->spf;
	const char *domain = gathering->facts->domain;
	const struct net_address client = address_of(STRANGER_IPV4);

	dns_session_ask_ahead(gathering->session, domain, DNS_MX);
	spf_ahead_start(gathering->session, domain, &client);
	spf->records = mem_array(gathering->mem, struct posture_spf_record,
				 LIMIT_POSTURE_SPF_RECORDS);
	(void)add_record(gathering, 0, NULL, domain);
	for (size_t i = 0; i < spf->count; i++)
		read_record(gathering, i);
	for (size_t i = 0; i < COUNT_OF(strangers); i++)
		spf->strangers[i] = check(gathering, strangers[i]);
	check_hosts(gathering);
	spf->takes_mail = takes_mail(gathering);
}
