/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_spf.c - SPF: the records, the term that decided, the result
 */
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/explain/dossier.h"

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

/* --- the records, and the term that decided --- */

struct level {
	const char *domain;
	const char *record;
	const char *term;      /* NULL: none matched */
	const char *mechanism; /* of it */
};

static const char *text_at(const struct json *object, const char *key)
{
	const char *text = json_get_text(object, key);

	return text == NULL ? "" : text;
}

static struct json *item_at(TALLOC_CTX *mem, const struct json *list,
			    size_t index)
{
	struct json *item = json_item(mem, list, index);

	return item == NULL ? json_new_object(mem) : item;
}

static struct level level_at(TALLOC_CTX *mem, const struct json *levels,
			     size_t index)
{
	struct json *item = item_at(mem, levels, index);

	return (struct level){
	    .domain = text_at(item, "domain"),
	    .record = text_at(item, "record"),
	    .term = dossier_text(json_get_text(item, "term")),
	    .mechanism = text_at(item, "mechanism"),
	};
}

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words != NULL && strcmp(word, *words) != 0)
		words++;
	return *words != NULL;
}

/* The term that decided, or led on. */
static void say_term(struct dossier *dossier, const struct level *level,
		     bool is_last, const char *result)
{
	static const char *const networks[] = {"ip4", "ip6", "a", "mx", NULL};
	const char *client = dossier->incident->client_ip;

	if (level->term == NULL)
		say(dossier,
		    "No term of it names the client %s, and none says what "
		    "holds for all others: %s.",
		    client, result);
	else if (strcmp(level->mechanism, "redirect") == 0)
		say(dossier, "None of its terms decided, so %s hands over.",
		    level->term);
	else if (!is_last)
		say(dossier, "Its term %s matches, since there:", level->term);
	else if (is_one_of(level->mechanism, networks))
		say(dossier, "Its term %s holds the client %s and decided: %s.",
		    level->term, client, result);
	else if (strcmp(level->mechanism, "all") == 0)
		say(dossier,
		    "No term before it names the client %s, so its term %s "
		    "decided: %s.",
		    client, level->term, result);
	else
		say(dossier, "Its term %s matched and decided: %s.",
		    level->term, result);
}

static void say_levels(struct dossier *dossier, const struct json *levels,
		       const char *result)
{
	size_t count = json_count(levels);
	struct level first = level_at(dossier->mem, levels, 0);

	if (count > LIMIT_SPF_TERMS + 1)
		count = LIMIT_SPF_TERMS + 1;
	for (size_t i = 0; i < count; i++) {
		struct level level = level_at(dossier->mem, levels, i);
		bool is_last = i + 1 == count;
		say(dossier, "The SPF record of %s: %s", level.domain,
		    level.record);
		say_term(dossier, &level, is_last, is_last ? result : "pass");
	}
	if (count > 1 && first.term != NULL &&
	    strcmp(first.mechanism, "redirect") != 0)
		say(dossier, "So %s of %s decided: %s.", first.term,
		    first.domain, result);
}

/* The SPF records that were found, when it is not told which one decided. */
static size_t say_records(struct dossier *dossier)
{
	size_t shown = 0;

	for (size_t i = 0; i < dossier->dns.count; i++) {
		const struct recorded_answer *answer = &dossier->dns.items[i];
		for (size_t k = 0; k < answer->records.count; k++) {
			const char *text = answer->records.items[k];
			if (strcmp(answer->type, "TXT") != 0 ||
			    !span_starts_nocase(span_of(text), "v=spf1"))
				continue;
			say(dossier, "The SPF record of %s: %s", answer->name,
			    text);
			shown++;
		}
	}
	return shown;
}

static void say_no_record(struct dossier *dossier, const char *domain)
{
	const struct recorded_answer *answer =
	    recorded_dns_find(&dossier->dns, domain, "TXT");

	if (answer != NULL)
		say(dossier, "An SPF record was looked for at TXT %s: %s.",
		    domain,
		    answer->records.count > 0 ? "none among its records"
					      : recorded_status_words(answer));
}

static bool is_same_term(const struct json *a, const struct json *b)
{
	return strcmp(text_at(a, "domain"), text_at(b, "domain")) == 0 &&
	       strcmp(text_at(a, "term"), text_at(b, "term")) == 0;
}

/* "Term mx of a.test asked for MX a.test, A mx.a.test.", a line for each term
 * that asked what nobody had asked before. */
static void say_lookups(struct dossier *dossier, const struct json *lookups)
{
	TALLOC_CTX *mem = dossier->mem;
	size_t count = json_count(lookups);
	struct strbuf line;

	if (count > LIMIT_SPF_LOOKUPS_TOLD)
		count = LIMIT_SPF_LOOKUPS_TOLD;
	for (size_t i = 0; i < count;) {
		struct json *first = item_at(mem, lookups, i);
		struct json *next = first;
		const char *joint = "";
		strbuf_init(&line, mem, 10 * LIMIT_SPF_TOLD_BYTES);
		for (; i < count && is_same_term(first, next); joint = ", ") {
			strbuf_printf(&line, "%s%s %s", joint,
				      text_at(next, "type"),
				      text_at(next, "name"));
			next = item_at(mem, lookups, ++i);
		}
		say(dossier, "Term %s of %s asked for %s.",
		    text_at(first, "term"), text_at(first, "domain"),
		    strbuf_text(&line));
	}
}

static void say_evaluation(struct dossier *dossier,
			   const struct spf_facts *facts)
{
	TALLOC_CTX *mem = dossier->mem;
	bool is_told = json_get(mem, dossier->more, "spf") != NULL;
	struct json *told = dossier_object(mem, dossier->more, "spf");
	struct json *levels = dossier_list(mem, told, "levels");

	if (json_count(levels) > 0)
		say_levels(dossier, levels, facts->result);
	else if (say_records(dossier) == 0)
		say_no_record(dossier, facts->domain);
	else if (!is_told && facts->reason == NULL)
		say(dossier, "Which term decided was not recorded.");
	say_lookups(dossier, dossier_list(mem, told, "lookups"));
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
