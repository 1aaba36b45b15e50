/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_guard.c - what one check may ask, and what came of it
 *
 * RFC 7208 3.3 (strings joined), 4.4 and 4.5 (selecting the record), 4.6.4
 * (limits), 5.4 and 5.5 (MX and PTR), 7.3 (long names).
 */
#include "lib/auth/spf_guard.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/dns/dns_name.h"

/* What libspf2 gets without a question being asked. */
static const struct dns_record some_address = {.address = {192, 0, 2, 1}};
static const struct dns_answer answer_any = {
    .status = DNS_OK, .count = 1, .records = &some_address};
static const struct dns_answer answer_stop = {.status = DNS_TEMPORARY};
static const struct dns_answer answer_no_name = {.status = DNS_NXDOMAIN};

/* A name as the DNS may be asked for it; NULL when it cannot be. */
static const char *askable_name(struct spf_guard *guard, const char *name)
{
	char *copy = mem_strdup(guard->mem, spf_macro_cut_name(name));

	text_lower(copy);
	return dns_name_is_askable(copy) ? copy : NULL;
}

/* Reasons hold clean names only; others are macro text of the sender's. */
static void set_reason(struct spf_guard *guard, const char *words,
		       const char *joint, const char *name)
{
	guard->reason =
	    name != NULL && domain_is_valid(name)
		? mem_printf(guard->mem, "%s %s %s", words, joint, name)
		: words;
}

static void pass_limit(struct spf_guard *guard, const char *words, long limit)
{
	guard->is_over_limit = true;
	guard->reason =
	    mem_printf(guard->mem, "%s limit (%ld) exceeded", words, limit);
}

/* Starts a term that causes a lookup; false when it is one too many. */
static bool count_term(struct spf_guard *guard)
{
	guard->is_term_void = false;
	guard->is_ptr = false;
	if (guard->is_over_limit)
		return false;
	if (++guard->terms > guard->settings->term_limit)
		pass_limit(guard, "term", guard->settings->term_limit);
	return !guard->is_over_limit;
}

/* RFC 7208 4.6.4 limits the terms that find nothing: an mx with three hosts
 * that have no address of the client's family is one. */
static void count_void(struct spf_guard *guard)
{
	if (guard->is_term_void)
		return;
	guard->is_term_void = true;
	if (++guard->voids > guard->settings->void_limit)
		pass_limit(guard, "void lookup", guard->settings->void_limit);
}

static const struct dns_answer *ask(struct spf_guard *guard, const char *name,
				    enum dns_type type)
{
	const char *askable = askable_name(guard, name);

	if (guard->is_over_limit)
		return &answer_stop;
	if (askable == NULL)
		return &answer_no_name;
	const struct dns_answer *answer =
	    dns_session_ask(guard->session, askable, type);
	switch (answer->status) {
	case DNS_OK:
		break;
	case DNS_NODATA:
	case DNS_NXDOMAIN:
		count_void(guard);
		break;
	case DNS_TEMPORARY:
	case DNS_BOGUS:
		/* 5.5: trouble below ptr is no match, and "%{p}" is "unknown"
		 */
		if (guard->is_ptr)
			return &answer_no_name;
		set_reason(guard, "DNS trouble", "for", askable);
		break;
	}
	return guard->is_over_limit ? &answer_stop : answer;
}

static const struct dns_answer *ask_mx(struct spf_guard *guard,
				       const char *name)
{
	const struct dns_answer *answer = ask(guard, name, DNS_MX);

	if (answer->count <= LIMIT_SPF_MX)
		return answer;
	pass_limit(guard, "MX host", LIMIT_SPF_MX);
	return &answer_stop;
}

static enum dns_type address_type(const struct spf_guard *guard)
{
	return guard->values.client->family == NET_IPV4 ? DNS_A : DNS_AAAA;
}

static const struct dns_answer *any_of(const struct dns_answer *answer)
{
	return answer->status == DNS_OK ? &answer_any : answer;
}

/* mx/0: has any of the hosts an address of the client's family? */
static const struct dns_answer *any_mx(struct spf_guard *guard,
				       const char *name)
{
	const struct dns_answer *hosts = ask_mx(guard, name);
	const struct dns_answer *answer = hosts;

	for (size_t i = 0; i < hosts->count; i++) {
		answer =
		    ask(guard, hosts->records[i].name, address_type(guard));
		if (answer->status == DNS_OK)
			return &answer_any;
		if (answer->status != DNS_NODATA &&
		    answer->status != DNS_NXDOMAIN)
			return answer;
	}
	return hosts->count > 0 ? &answer_no_name : answer;
}

/* 0: the name is `current`; 1: it lies below; 2: elsewhere. */
static int ptr_rank(const char *name, const char *current)
{
	if (text_equals_nocase(name, current))
		return 0;
	size_t length = strlen(name);
	size_t above = strlen(current);
	if (length > above && name[length - above - 1] == '.' &&
	    text_equals_nocase(name + length - above, current))
		return 1;
	return 2;
}

/* The first ten names, those of `current` before the others. */
static const struct dns_answer *ask_ptr(struct spf_guard *guard,
					const char *name, const char *current)
{
	guard->is_ptr = true;
	const struct dns_answer *all = ask(guard, name, DNS_PTR);
	size_t count = all->count < LIMIT_SPF_PTR ? all->count : LIMIT_SPF_PTR;

	if (count == 0)
		return all;
	struct dns_answer *answer = mem_new(guard->mem, struct dns_answer);
	struct dns_record *records =
	    mem_array(guard->mem, struct dns_record, count);
	*answer = (struct dns_answer){.status = DNS_OK, .records = records};
	for (int rank = 0; rank <= 2; rank++) {
		for (size_t i = 0; i < count; i++) {
			if (ptr_rank(all->records[i].name, current) == rank)
				records[answer->count++] = all->records[i];
		}
	}
	return answer;
}

/* RFC 7208 5.5 and 7.2: the first name that maps back to the client. */
static const char *client_name(void *context, const char *current)
{
	struct spf_guard *guard = context;
	char reverse[NET_REVERSE_TEXT];
	const struct net_address *client = guard->values.client;
	size_t size = client->family == NET_IPV4 ? 4 : 16;

	if (!count_term(guard))
		return "unknown";
	const struct dns_answer *names =
	    ask_ptr(guard, net_address_reverse(client, reverse), current);
	for (size_t i = 0; i < names->count; i++) {
		const struct dns_answer *addresses =
		    ask(guard, names->records[i].name, address_type(guard));
		for (size_t k = 0; k < addresses->count; k++) {
			if (memcmp(addresses->records[k].address, client->bytes,
				   size) == 0)
				return names->records[i].name;
		}
	}
	return "unknown";
}

void spf_guard_init(struct spf_guard *guard, TALLOC_CTX *mem,
		    struct dns_session *session,
		    const struct spf_settings *settings,
		    const struct spf_values *values)
{
	*guard = (struct spf_guard){.mem = mem,
				    .session = session,
				    .settings = settings,
				    .values = *values};
	guard->values.client_name = client_name;
	guard->values.context = guard;
}

const struct dns_answer *spf_guard_lookup(struct spf_guard *guard,
					  const char *name, enum dns_type type,
					  const char *current)
{
	char mark = name[0];

	if (type == DNS_PTR)
		return count_term(guard) ? ask_ptr(guard, name, current)
					 : &answer_stop;
	if (mark != SPF_MARK_TERM && mark != SPF_MARK_ANY_ADDRESS &&
	    mark != SPF_MARK_ANY_MX)
		return ask(guard, name, type);
	if (!count_term(guard))
		return &answer_stop;
	name++;
	if (mark == SPF_MARK_ANY_ADDRESS)
		return any_of(ask(guard, name, address_type(guard)));
	if (mark == SPF_MARK_ANY_MX)
		return any_mx(guard, name);
	return type == DNS_MX ? ask_mx(guard, name) : ask(guard, name, type);
}

/* RFC 7208 4.5: exactly one TXT record that is an SPF record. */
static enum spf_fetch select_record(struct spf_guard *guard,
				    const struct dns_answer *answer,
				    const char *at, struct span *text)
{
	size_t found = spf_record_select(answer, text);

	if (found == 1)
		return SPF_FETCH_OK;
	set_reason(guard, found == 0 ? "no SPF record" : "two SPF records",
		   "at", at);
	return found == 0 ? SPF_FETCH_NONE : SPF_FETCH_PERMERROR;
}

/* The record at `domain`; *at is its name for a reason's text, NULL for the
 * first record's. */
static enum spf_fetch fetch_record(struct spf_guard *guard, const char *domain,
				   struct spf_record *record, const char **at)
{
	struct span text;
	bool is_first = !guard->has_fetched;

	guard->has_fetched = true;
	if (!is_first && !count_term(guard))
		return SPF_FETCH_PERMERROR;
	const char *name = askable_name(guard, domain);
	*at = is_first ? NULL : name;
	if (name == NULL) {
		guard->reason = "bad name in include or redirect";
		return SPF_FETCH_NONE;
	}
	const struct dns_answer *answer =
	    dns_session_ask(guard->session, name, DNS_TXT);
	if (answer->status == DNS_TEMPORARY || answer->status == DNS_BOGUS) {
		set_reason(guard, "DNS trouble", "for", name);
		return SPF_FETCH_TEMPERROR;
	}
	enum spf_fetch selected = select_record(guard, answer, *at, &text);
	if (selected != SPF_FETCH_OK)
		return selected;
	const char *reason = spf_record_parse(guard->mem, text, record);
	if (reason != NULL)
		set_reason(guard, reason, "at", *at);
	return reason == NULL ? SPF_FETCH_OK : SPF_FETCH_PERMERROR;
}

enum spf_fetch spf_guard_fetch_record(struct spf_guard *guard,
				      const char *domain,
				      struct spf_record *record)
{
	const char *at;

	return fetch_record(guard, domain, record, &at);
}

enum spf_fetch spf_guard_fetch(struct spf_guard *guard, const char *domain,
			       struct text_list *terms)
{
	struct spf_record record;
	const char *at;
	enum spf_fetch fetched = fetch_record(guard, domain, &record, &at);

	if (fetched != SPF_FETCH_OK)
		return fetched;
	guard->values.domain = domain;
	if (spf_rewrite(guard->mem, &record, &guard->values,
			guard->settings->term_limit, terms))
		return SPF_FETCH_OK;
	set_reason(guard, "name too long", "at", at);
	return SPF_FETCH_PERMERROR;
}
