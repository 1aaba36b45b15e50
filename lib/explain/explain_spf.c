/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_spf.c - SPF: the records, the term that decided, the result
 */
#include <string.h>

#include "lib/base/net.h"
#include "lib/explain/dossier.h"
#include "lib/explain/spf_trace.h"
#include "lib/mail/path.h"

struct spf_facts {
	const char *domain; /* NULL: nothing to check */
	const char *result;
	const char *reason; /* NULL: none */
	bool is_helo;
};

static struct spf_facts facts_of(const struct dossier *dossier)
{
	return (struct spf_facts){
	    .domain = dossier_text(dossier->incident->spf_domain),
	    .result = dossier->incident->spf_result,
	    .reason = json_get_text(dossier->spf, "reason"),
	    .is_helo = dossier_is(dossier->spf, "scope", "helo") ||
		       strcmp(dossier->incident->mail_from, "<>") == 0,
	};
}

/* What an SPF result means, as the second half of a sentence. */
static const char *meaning(const char *result)
{
	static const struct phrase table[] = {
	    {"pass", "the domain lets this client send for it"},
	    {"fail", "the domain says that this client may not send for it"},
	    {"softfail", "the domain says that this client probably may not "
			 "send for it"},
	    {"neutral", "the domain says nothing about this client"},
	    {"none", "there was nothing to check against"},
	    {"temperror", "DNS did not answer, so nothing is known"},
	    {"permerror", "the record cannot be evaluated"},
	    {NULL, NULL},
	};

	return phrase(table, result, "a result without a meaning here");
}

/* --- the records --- */

static struct spf_trace trace_of(const struct dossier *dossier,
				 const struct spf_facts *facts,
				 struct net_address *client)
{
	TALLOC_CTX *mem = dossier->mem;
	struct path path =
	    path_parse(mem, text_unescape(mem, dossier->incident->mail_from));
	const char *local = dossier_text(path.local_part);
	const char *helo = dossier_text(dossier->incident->helo);
	struct spf_values values = {
	    .client = client,
	    .local_part =
		facts->is_helo || local == NULL ? "postmaster" : local,
	    .sender_domain = facts->domain,
	    .domain = facts->domain,
	    .helo = helo == NULL ? "unknown" : helo,
	};

	if (facts->domain == NULL ||
	    !net_address_parse(dossier->incident->client_ip, client))
		return (struct spf_trace){.is_known = false};
	struct spf_trace trace = spf_trace(mem, &dossier->dns, &values);
	if (strcmp(auth_result_text(trace.result), facts->result) != 0)
		trace.is_known = false;
	return trace;
}

/* The term that decided, or led on. */
static void say_term(struct dossier *dossier, const struct spf_level *level,
		     bool is_last, const char *result)
{
	const char *client = dossier->incident->client_ip;

	if (level->term == NULL)
		say(dossier,
		    "No term of it names the client %s, and none says what "
		    "holds for all others: %s.",
		    client, result);
	else if (level->is_redirect)
		say(dossier, "None of its terms decided, so %s hands over.",
		    level->term);
	else if (!is_last)
		say(dossier, "Its term %s matches, since there:", level->term);
	else if (level->is_network)
		say(dossier, "Its term %s holds the client %s and decided: %s.",
		    level->term, client, result);
	else if (strstr(level->term, "all") != NULL && strlen(level->term) <= 4)
		say(dossier,
		    "No term before it names the client %s, so its term %s "
		    "decided: %s.",
		    client, level->term, result);
	else
		say(dossier, "Its term %s matched and decided: %s.",
		    level->term, result);
}

static void say_known(struct dossier *dossier, const struct spf_trace *trace)
{
	for (size_t i = 0; i < trace->count; i++) {
		const struct spf_level *level = &trace->levels[i];
		say(dossier, "The SPF record of %s: %s", level->domain,
		    level->record);
		bool is_last = i + 1 == trace->count;
		say_term(dossier, level, is_last,
			 auth_result_text(is_last ? trace->result : AUTH_PASS));
	}
	if (trace->count > 1 && !trace->levels[0].is_redirect)
		say(dossier, "So %s of %s decided: %s.", trace->levels[0].term,
		    trace->levels[0].domain, auth_result_text(trace->result));
}

/* All SPF records that were found, when which one decided cannot be told. */
static void say_records(struct dossier *dossier, const char *domain)
{
	const struct recorded_answer *answer =
	    recorded_dns_find(&dossier->dns, domain, "TXT");
	size_t shown = 0;

	for (size_t i = 0; answer != NULL && i < answer->records.count; i++) {
		const char *text = answer->records.items[i];
		if (!span_starts_nocase(span_of(text), "v=spf1"))
			continue;
		say(dossier, "The SPF record of %s: %s", domain, text);
		shown++;
	}
	if (shown == 0 && answer != NULL)
		say(dossier, "An SPF record was looked for at TXT %s: %s.",
		    domain,
		    answer->records.count > 0 ? "none among its records"
					      : recorded_status_words(answer));
}

static void say_evaluation(struct dossier *dossier,
			   const struct spf_facts *facts)
{
	struct net_address client;
	struct spf_trace trace = trace_of(dossier, facts, &client);

	if (trace.is_known) {
		say_known(dossier, &trace);
		return;
	}
	say_records(dossier, facts->domain);
	if (facts->reason == NULL && trace.count > 0)
		say(dossier, "Which term decided cannot be told from the "
			     "answers that were kept.");
}

static void say_identity(struct dossier *dossier, const struct spf_facts *facts)
{
	if (facts->domain == NULL)
		say(dossier, "There was no domain to check.");
	else if (facts->is_helo)
		say(dossier,
		    "The envelope sender is empty, so SPF looks at the HELO "
		    "name, %s.",
		    facts->domain);
	else
		say(dossier,
		    "SPF looks at the domain of the envelope sender, "
		    "%s.",
		    facts->domain);
}

static void say_alignment(struct dossier *dossier,
			  const struct spf_facts *facts)
{
	bool has_passed = strcmp(facts->result, "pass") == 0;

	if (facts->domain == NULL || dossier->author == NULL)
		return;
	say(dossier, "Compared with the author: %s.",
	    explain_alignment(dossier, facts->domain, true, 0));
	if (!has_passed)
		say(dossier, "SPF did not pass, so it vouches for nobody, "
			     "aligned or not.");
}

void explain_spf(struct dossier *dossier)
{
	struct spf_facts facts = facts_of(dossier);

	dossier_step(dossier, "spf",
		     "SPF: may this client send for that domain?");
	say_identity(dossier, &facts);
	if (facts.domain != NULL)
		say_evaluation(dossier, &facts);
	say(dossier, "Result: %s, which means: %s%s%s%s.", facts.result,
	    meaning(facts.result), facts.reason == NULL ? "" : " (",
	    facts.reason == NULL ? "" : facts.reason,
	    facts.reason == NULL ? "" : ")");
	say_alignment(dossier, &facts);
}
