/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_spf.c - SPF: the records, the term that decided, the result
 */
#include <string.h>

#include "lib/auth/spf_record.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/explain/dossier.h"

/* --- the records, and the term that decided --- */

/* One record on the way: struct spf_level. */
struct level {
	const char *domain;
	const char *record;
	const char *term; /* NULL: none matched */
	int mechanism;	  /* enum spf_mechanism */
};

static struct level level_at(TALLOC_CTX *mem, const struct json *levels,
			     size_t index)
{
	struct json *item = dossier_item(mem, levels, index);

	return (struct level){
	    .domain = dossier_text_at(item, "domain", ""),
	    .record = dossier_text_at(item, "record", ""),
	    .term = dossier_text(json_get_text(item, "term")),
	    .mechanism = spf_mechanism_find(json_get_text(item, "mechanism")),
	};
}

/* The term that decided, or led on. */
static void say_term(struct dossier *dossier, const struct level *level,
		     bool is_last, const char *result)
{
	const char *client = dossier->incident->client_ip;
	int mechanism = level->mechanism;

	if (level->term == NULL)
		say(dossier,
		    "No term of it names the client %s, and none says what "
		    "holds for all others: %s.",
		    client, result);
	else if (mechanism == SPF_REDIRECT)
		say(dossier, "None of its terms decided, so %s hands over.",
		    level->term);
	else if (!is_last)
		say(dossier, "Its term %s matches, since there:", level->term);
	else if (mechanism == SPF_IP4 || mechanism == SPF_IP6 ||
		 mechanism == SPF_A || mechanism == SPF_MX)
		say(dossier, "Its term %s holds the client %s and decided: %s.",
		    level->term, client, result);
	else if (mechanism == SPF_ALL)
		say(dossier,
		    "No term before it names the client %s, so its term %s "
		    "decided: %s.",
		    client, level->term, result);
	else
		say(dossier, "Its term %s matched and decided: %s.",
		    level->term, result);
}

static const char *record_security(struct dossier *dossier, const char *domain)
{
	return explain_security(
	    dossier, "spf", recorded_dns_find(&dossier->dns, domain, "TXT"));
}

static void say_levels(struct dossier *dossier, const struct json *levels)
{
	const char *result = dossier->incident->spf_result;
	size_t count = json_count(levels);
	struct level first = level_at(dossier->mem, levels, 0);

	if (count > LIMIT_SPF_TERMS + 1)
		count = LIMIT_SPF_TERMS + 1;
	for (size_t i = 0; i < count; i++) {
		struct level level = level_at(dossier->mem, levels, i);
		bool is_last = i + 1 == count;
		say(dossier, "The SPF record of %s%s: %s", level.domain,
		    record_security(dossier, level.domain), level.record);
		say_term(dossier, &level, is_last, is_last ? result : "pass");
	}
	if (count > 1 && first.term != NULL && first.mechanism != SPF_REDIRECT)
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
			say(dossier, "The SPF record of %s%s: %s", answer->name,
			    explain_security(dossier, "spf", answer), text);
			shown++;
		}
	}
	return shown;
}

static bool is_same_term(const struct json *a, const struct json *b)
{
	return strcmp(dossier_text_at(a, "domain", ""),
		      dossier_text_at(b, "domain", "")) == 0 &&
	       strcmp(dossier_text_at(a, "term", ""),
		      dossier_text_at(b, "term", "")) == 0;
}

/* "MX a.test", "A mx.a.test (DNSSEC: insecure)" */
static void put_lookup(struct dossier *dossier, struct strbuf *line,
		       const char *joint, const struct json *lookup)
{
	const char *type = dossier_text_at(lookup, "type", "");
	const char *name = dossier_text_at(lookup, "name", "");
	const char *security = explain_security(
	    dossier, "spf", recorded_dns_find(&dossier->dns, name, type));

	strbuf_printf(line, "%s%s %s", joint, type, name);
	if (*security != '\0')
		strbuf_printf(line, " (%s)", security + 2);
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
		struct json *first = dossier_item(mem, lookups, i);
		struct json *next = first;
		const char *joint = "";
		strbuf_init(&line, mem, 10 * LIMIT_SPF_TOLD_BYTES);
		for (; i < count && is_same_term(first, next); joint = ", ") {
			put_lookup(dossier, &line, joint, next);
			next = dossier_item(mem, lookups, ++i);
		}
		say(dossier, "Term %s of %s asked for %s.",
		    dossier_text_at(first, "term", ""),
		    dossier_text_at(first, "domain", ""), strbuf_text(&line));
	}
}

/* `has_reason`: the result says itself why. */
static void say_evaluation(struct dossier *dossier, const char *domain,
			   bool has_reason)
{
	TALLOC_CTX *mem = dossier->mem;
	const struct json *told = json_get(mem, dossier->more, "spf");
	struct json *levels = dossier_list(mem, told, "levels");
	const struct recorded_answer *answer =
	    recorded_dns_find(&dossier->dns, domain, "TXT");

	if (json_count(levels) > 0) {
		say_levels(dossier, levels);
	} else if (say_records(dossier) > 0) {
		if (told == NULL && !has_reason)
			say(dossier, "Which term decided was not recorded.");
	} else if (answer != NULL) {
		say(dossier, "An SPF record was looked for at TXT %s: %s%s.",
		    domain,
		    answer->records.count > 0 ? "none among its records"
					      : recorded_status_words(answer),
		    explain_security(dossier, "spf", answer));
	}
	say_lookups(dossier, dossier_list(mem, told, "lookups"));
}

/* --- all of it --- */

void explain_spf(struct dossier *dossier)
{
	/* What the result means, as the second half of a sentence. */
	static const char *const meanings[] = {
	    [AUTH_PASS] = "the domain lets this client send for it",
	    [AUTH_FAIL] = "the domain says that this client may not send for "
			  "it",
	    [AUTH_SOFTFAIL] = "the domain says that this client probably may "
			      "not send for it",
	    [AUTH_NEUTRAL] = "the domain says nothing about this client",
	    [AUTH_NONE] = "there was nothing to check against",
	    [AUTH_TEMPERROR] = "DNS did not answer, so nothing is known",
	    [AUTH_PERMERROR] = "the record cannot be evaluated",
	};
	const char *domain = dossier_text(dossier->incident->spf_domain);
	const char *reason = json_get_text(dossier->spf, "reason");

	dossier_step(dossier, "spf",
		     "SPF: may this client send for that domain?");
	if (domain == NULL)
		say(dossier, "There was no domain to check.");
	else if (dossier->is_bounce ||
		 dossier_is(dossier->spf, "scope", "helo"))
		say(dossier,
		    "The envelope sender is empty, so SPF looks at the HELO "
		    "name, %s.",
		    domain);
	else
		say(dossier,
		    "SPF looks at the domain of the envelope sender, %s.",
		    domain);
	if (domain != NULL)
		say_evaluation(dossier, domain, reason != NULL);
	say(dossier, "Result: %s, which means: %s%s.",
	    dossier->incident->spf_result,
	    PHRASE(meanings, dossier->spf_result,
		   "a result without a meaning here"),
	    bracketed(dossier->mem, reason));
	if (domain == NULL || dossier->author == NULL)
		return;
	say(dossier, "Compared with the author: %s.",
	    explain_alignment(dossier, domain, true, 0));
	if (dossier->spf_result != AUTH_PASS)
		say(dossier, "SPF did not pass, so it vouches for nobody, "
			     "aligned or not.");
}
