/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_evaluate.c - check_host() of RFC 7208 4: one walk of the records
 *
 * RFC 7208 4.4 and 4.5 (selecting the record), 4.6.2 (results of qualifiers),
 * 4.6.4 (limits), 4.7 (default result), 5 (mechanisms), 6.1 (redirect), 7.2
 * (the client's name). The recursion ends at the term limit.
 */
#include "lib/auth/spf_evaluate.h"

#include <assert.h>
#include <string.h>

#include "lib/auth/spf_term.h"
#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/dns/dns_name.h"

#define LEVELS_MAX (LIMIT_SPF_TERMS + 1)
#define HOSTS_MAX LIMIT_SPF_MX /* of an mx, and names of a client */

/* ENDED: the whole check is over, with the evaluation's result. */
enum match { MATCH_NO, MATCH_YES, MATCH_ENDED };

struct evaluation {
	TALLOC_CTX *mem;
	struct dns_session *session;
	const struct spf_settings *settings;
	struct spf_values values; /* domain: the one under evaluation */
	enum auth_result result;  /* once it has ended */
	const char *reason;	  /* with it; NULL for none */

	long terms;	   /* that look something up */
	long voids;	   /* of them, those that found no name or no data */
	bool is_term_void; /* the current term is among them */
	bool is_ptr;	   /* its trouble is no match */
	struct span term;  /* the current one */

	size_t level_count;
	struct spf_level levels[LEVELS_MAX];
	size_t lookup_count;
	struct spf_lookup lookups[LIMIT_SPF_LOOKUPS_TOLD];
};

/* --- ends, and what is counted --- */

/* Reasons hold clean names only; others are macro text of the sender's. NULL:
 * no name is told. */
static enum auth_result end(struct evaluation *evaluation,
			    enum auth_result result, const char *words,
			    const char *joint, const char *name)
{
	evaluation->result = result;
	evaluation->reason =
	    name != NULL && domain_is_valid(name)
		? mem_printf(evaluation->mem, "%s %s %s", words, joint, name)
		: words;
	return result;
}

static void pass_limit(struct evaluation *evaluation, const char *words,
		       long limit)
{
	evaluation->result = AUTH_PERMERROR;
	evaluation->reason = mem_printf(
	    evaluation->mem, "%s limit (%ld) exceeded", words, limit);
}

/* Starts a term that looks something up; false when it is one too many. */
static bool count_term(struct evaluation *evaluation)
{
	long limit = evaluation->settings->term_limit;

	evaluation->is_term_void = false;
	evaluation->is_ptr = false;
	if (++evaluation->terms <= limit)
		return true;
	pass_limit(evaluation, "term", limit);
	return false;
}

/* RFC 7208 4.6.4 limits the terms that find nothing: an mx with three hosts
 * that have no address of the client's family is one. */
static bool count_void(struct evaluation *evaluation)
{
	long limit = evaluation->settings->void_limit;

	if (evaluation->is_term_void)
		return true;
	evaluation->is_term_void = true;
	if (++evaluation->voids <= limit)
		return true;
	pass_limit(evaluation, "void lookup", limit);
	return false;
}

/* A question that this term is the first of the message to ask. */
static void note_lookup(struct evaluation *evaluation)
{
	size_t last = dns_session_count(evaluation->session) - 1;
	const struct dns_question *question =
	    dns_session_question(evaluation->session, last);

	if (evaluation->lookup_count < LIMIT_SPF_LOOKUPS_TOLD)
		evaluation->lookups[evaluation->lookup_count++] =
		    (struct spf_lookup){.domain = evaluation->values.domain,
					.term = evaluation->term,
					.name = question->name,
					.type = dns_type_text(question->type)};
}

static const struct dns_answer *ask_noted(struct evaluation *evaluation,
					  const char *name, enum dns_type type)
{
	size_t before = dns_session_count(evaluation->session);
	const struct dns_answer *answer =
	    dns_session_ask(evaluation->session, name, type);

	if (dns_session_count(evaluation->session) > before &&
	    evaluation->term.length > 0)
		note_lookup(evaluation);
	return answer;
}

static bool is_trouble(const struct dns_answer *answer)
{
	return answer->status == DNS_TEMPORARY || answer->status == DNS_BOGUS;
}

/* The answer to a term's question; NULL when the check has ended. */
static const struct dns_answer *ask(struct evaluation *evaluation,
				    const char *name, enum dns_type type)
{
	static const struct dns_answer nothing = {.status = DNS_NXDOMAIN};

	if (!dns_name_is_askable(name))
		return &nothing;
	const struct dns_answer *answer = ask_noted(evaluation, name, type);
	if (is_trouble(answer)) {
		if (evaluation->is_ptr)
			return &nothing;
		(void)end(evaluation, AUTH_TEMPERROR, "DNS trouble", "for",
			  name);
		return NULL;
	}
	if (answer->status != DNS_OK && !count_void(evaluation))
		return NULL;
	return answer;
}

/* --- mechanisms that look for the client (RFC 7208 5.3 to 5.5) --- */

static enum match match_addresses(const struct evaluation *evaluation,
				  const struct spf_term *term,
				  const struct dns_answer *answer)
{
	for (size_t i = 0; i < answer->count; i++) {
		if (spf_term_reaches(term, answer->records[i].address,
				     evaluation->values.client))
			return MATCH_YES;
	}
	return MATCH_NO;
}

/* One of the names that an mx or the client has. */
struct host {
	const char *name;
	unsigned rank;
};

/* Does the client lie around an address of a host? *found names the first. */
static enum match match_hosts(struct evaluation *evaluation,
			      const struct spf_term *term,
			      const struct host *hosts, size_t count,
			      const char **found)
{
	enum dns_type type = dns_address_type(evaluation->values.client);
	enum match match = MATCH_NO;

	for (size_t i = 0; match == MATCH_NO && i < count; i++) {
		const struct dns_answer *answer =
		    ask(evaluation, hosts[i].name, type);
		*found = hosts[i].name;
		match = answer == NULL
			    ? MATCH_ENDED
			    : match_addresses(evaluation, term, answer);
	}
	return match;
}

/* Puts a host among `count`, by rank and then by name. */
static void insert_host(struct host *hosts, size_t count, struct host host)
{
	size_t place = count;

	for (; place > 0; place--) {
		const struct host *before = &hosts[place - 1];
		if (before->rank < host.rank ||
		    (before->rank == host.rank &&
		     strcmp(before->name, host.name) <= 0))
			break;
		hosts[place] = *before;
	}
	hosts[place] = host;
}

/* The hosts by preference. "MX 0 ." is none (RFC 7505). */
static enum match match_mx(struct evaluation *evaluation,
			   const struct spf_term *term,
			   const struct dns_answer *answer)
{
	struct host hosts[HOSTS_MAX];
	size_t count = 0;
	const char *found;

	if (answer->count > LIMIT_SPF_MX) {
		pass_limit(evaluation, "MX host", LIMIT_SPF_MX);
		return MATCH_ENDED;
	}
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_record *record = &answer->records[i];
		struct host host = {record->name, record->preference};
		if (host.name[0] != '\0')
			insert_host(hosts, count++, host);
	}
	return match_hosts(evaluation, term, hosts, count, &found);
}

/* 0: the name is `domain`; 1: it lies below; 2: elsewhere. */
static unsigned rank_name(const char *name, const char *domain)
{
	if (domain_equals(name, domain))
		return 0;
	return domain_is_below(name, domain) ? 1 : 2;
}

/*
 * 5.5 and 7.2: the first name of the client, of those up to `rank_max` from
 * `domain`, that maps back to it. MATCH_NO when none does.
 */
static enum match find_client_name(struct evaluation *evaluation,
				   const char *domain, unsigned rank_max,
				   const char **found)
{
	static const struct spf_term exactly = {.prefix4 = 32, .prefix6 = 128};
	struct host names[HOSTS_MAX];
	char reverse[NET_REVERSE_TEXT];
	size_t count = 0;

	evaluation->is_ptr = true;
	(void)net_address_reverse(evaluation->values.client, reverse);
	const struct dns_answer *answer = ask(evaluation, reverse, DNS_PTR);
	if (answer == NULL)
		return MATCH_ENDED;
	for (size_t i = 0; i < answer->count && i < LIMIT_SPF_PTR; i++) {
		const char *name = answer->records[i].name;
		struct host host = {name, rank_name(name, domain)};
		if (host.rank <= rank_max)
			insert_host(names, count++, host);
	}
	return match_hosts(evaluation, &exactly, names, count, found);
}

/* --- one term --- */

/* The client's name for "%{p}", once for a domain; false when the check has
 * ended. */
static bool know_client_name(struct evaluation *evaluation)
{
	struct spf_values *values = &evaluation->values;
	const char *name;

	if (values->client_name != NULL)
		return true;
	if (!count_term(evaluation))
		return false;
	enum match match =
	    find_client_name(evaluation, values->domain, 2, &name);
	values->client_name = match == MATCH_YES ? name : "unknown";
	return match != MATCH_ENDED;
}

/* As a reason names it: the first record's domain goes without saying. */
static const char *told_domain(const struct evaluation *evaluation,
			       const char *domain)
{
	return domain == evaluation->values.sender_domain ? NULL : domain;
}

/* The name that a term looks up; NULL when the check has ended. */
static const char *name_of_term(struct evaluation *evaluation,
				const struct spf_term *term)
{
	if (spf_macro_wants_client_name(term->domain) &&
	    !know_client_name(evaluation))
		return NULL;
	const char *name =
	    spf_term_name(evaluation->mem, term, &evaluation->values);
	if (name == NULL)
		(void)end(evaluation, AUTH_PERMERROR, "name too long", "at",
			  told_domain(evaluation, evaluation->values.domain));
	return name;
}

static enum auth_result check_host(struct evaluation *evaluation,
				   const char *domain, size_t depth);

/* The record that an include or redirect names: there must be one (5.2, 6.1).
 */
static enum auth_result lead_on(struct evaluation *evaluation, const char *name,
				size_t depth)
{
	const struct spf_values outer = evaluation->values;

	if (domain_equals(name, outer.domain))
		return end(evaluation, AUTH_PERMERROR, "record includes itself",
			   "", NULL);
	if (!count_term(evaluation))
		return evaluation->result;
	if (!dns_name_is_askable(name))
		return end(evaluation, AUTH_PERMERROR,
			   "bad name in include or redirect", "", NULL);
	enum auth_result result = check_host(evaluation, name, depth + 1);
	evaluation->values = outer;
	if (result == AUTH_NONE)
		evaluation->result = result = AUTH_PERMERROR;
	return result;
}

/* 5.2: an include matches when its record passes. */
static enum match match_include(struct evaluation *evaluation, const char *name,
				size_t depth)
{
	switch (lead_on(evaluation, name, depth)) {
	case AUTH_PASS:
		return MATCH_YES;
	case AUTH_TEMPERROR:
	case AUTH_PERMERROR:
		return MATCH_ENDED;
	default:
		return MATCH_NO;
	}
}

static enum match match_name(struct evaluation *evaluation,
			     const struct spf_term *term, const char *name)
{
	enum dns_type type = spf_term_type(term, evaluation->values.client);
	const char *found;

	if (!count_term(evaluation))
		return MATCH_ENDED;
	if (type == DNS_PTR)
		return find_client_name(evaluation, name, 1, &found);
	const struct dns_answer *answer = ask(evaluation, name, type);
	if (answer == NULL)
		return MATCH_ENDED;
	if (term->mechanism == SPF_MX)
		return match_mx(evaluation, term, answer);
	if (term->mechanism == SPF_A)
		return match_addresses(evaluation, term, answer);
	return answer->status == DNS_OK ? MATCH_YES : MATCH_NO; /* exists */
}

static enum match match_term(struct evaluation *evaluation,
			     const struct spf_term *term, size_t depth)
{
	if (term->mechanism == SPF_ALL)
		return MATCH_YES;
	if (spf_term_is_network(term))
		return spf_term_contains(term, evaluation->values.client)
			   ? MATCH_YES
			   : MATCH_NO;
	const char *name = name_of_term(evaluation, term);
	if (name == NULL)
		return MATCH_ENDED;
	return term->mechanism == SPF_INCLUDE
		   ? match_include(evaluation, name, depth)
		   : match_name(evaluation, term, name);
}

static enum auth_result follow_redirect(struct evaluation *evaluation,
					const struct spf_term *term,
					size_t depth)
{
	const char *name = name_of_term(evaluation, term);

	return name == NULL ? evaluation->result
			    : lead_on(evaluation, name, depth);
}

/* --- one record --- */

static enum auth_result result_of(char qualifier)
{
	switch (qualifier) {
	case '-':
		return AUTH_FAIL;
	case '~':
		return AUTH_SOFTFAIL;
	case '?':
		return AUTH_NEUTRAL;
	default: /* '+' */
		return AUTH_PASS;
	}
}

/* The terms in their order. A level's term is noted before what it leads to,
 * whose levels stay when that decides. */
static enum auth_result walk_terms(struct evaluation *evaluation,
				   const struct spf_record *record,
				   size_t depth)
{
	struct spf_level *level = &evaluation->levels[depth];

	for (size_t i = 0; i < record->count; i++) {
		const struct spf_term *term = &record->terms[i];
		if (!spf_macro_can_match(term->domain, &evaluation->values))
			continue;
		evaluation->term = level->term = term->text;
		level->mechanism = spf_mechanism_text(term->mechanism);
		if (term->mechanism == SPF_REDIRECT)
			return follow_redirect(evaluation, term, depth);
		enum match match = match_term(evaluation, term, depth);
		if (match == MATCH_ENDED)
			return evaluation->result;
		if (match == MATCH_NO)
			continue;
		if (term->mechanism != SPF_INCLUDE)
			evaluation->level_count = depth + 1;
		return result_of(term->qualifier);
	}
	level->term = span_make("", 0);
	level->mechanism = NULL;
	evaluation->level_count = depth + 1;
	return AUTH_NEUTRAL;
}

/* The record at `domain` (4.5: exactly one), `depth` records below the first.
 */
static enum auth_result check_host(struct evaluation *evaluation,
				   const char *domain, size_t depth)
{
	const char *told = told_domain(evaluation, domain);
	struct spf_record record;
	struct span text;

	const struct dns_answer *answer =
	    ask_noted(evaluation, domain, DNS_TXT);
	if (is_trouble(answer))
		return end(evaluation, AUTH_TEMPERROR, "DNS trouble", "for",
			   domain);
	size_t found = spf_record_select(answer, &text);
	if (found == 0)
		return end(evaluation, AUTH_NONE, "no SPF record", "at", told);
	if (found > 1)
		return end(evaluation, AUTH_PERMERROR, "two SPF records", "at",
			   told);
	const char *reason = spf_record_parse(evaluation->mem, text, &record);
	if (reason != NULL)
		return end(evaluation, AUTH_PERMERROR, reason, "at", told);
	evaluation->values.domain = domain;
	evaluation->values.client_name = NULL;
	evaluation->levels[depth] =
	    (struct spf_level){.domain = domain, .record = text};
	enum auth_result result = walk_terms(evaluation, &record, depth);
	mem_free(record.terms);
	return result;
}

/* --- what the evidence keeps --- */

static const struct spf_level *copy_levels(const struct evaluation *evaluation)
{
	size_t count = evaluation->level_count;
	struct spf_level *levels =
	    mem_array(evaluation->mem, struct spf_level, count);

	memcpy(levels, evaluation->levels, count * sizeof *levels);
	return levels;
}

static const struct spf_lookup *
copy_lookups(const struct evaluation *evaluation)
{
	size_t count = evaluation->lookup_count;
	struct spf_lookup *lookups =
	    mem_array(evaluation->mem, struct spf_lookup, count);

	memcpy(lookups, evaluation->lookups, count * sizeof *lookups);
	return lookups;
}

static void tell(struct evaluation *evaluation, enum auth_result result,
		 struct evidence_spf *evidence)
{
	bool is_decided = result != AUTH_NONE && result != AUTH_TEMPERROR &&
			  result != AUTH_PERMERROR;

	evidence->result = result;
	evidence->reason = is_decided ? NULL : evaluation->reason;
	if (is_decided) {
		evidence->level_count = evaluation->level_count;
		evidence->levels = copy_levels(evaluation);
	}
	evidence->terms = evaluation->terms;
	evidence->voids = evaluation->voids;
	if (evaluation->lookup_count > 0) {
		evidence->lookup_count = evaluation->lookup_count;
		evidence->lookups = copy_lookups(evaluation);
	}
}

void spf_evaluate(TALLOC_CTX *mem, struct dns_session *session,
		  const struct spf_settings *settings,
		  const struct spf_values *values,
		  struct evidence_spf *evidence)
{
	struct evaluation evaluation = {.mem = mem,
					.session = session,
					.settings = settings,
					.values = *values};

	assert(settings->term_limit <= LIMIT_SPF_TERMS);
	tell(&evaluation, check_host(&evaluation, values->sender_domain, 0),
	     evidence);
}
