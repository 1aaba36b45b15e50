/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_discovery.c - how the policy was looked for, question by question
 * (RFC 9989 4.10, 4.10.1, 4.10.2)
 */
#include <string.h>

#include "lib/base/domain.h"
#include "lib/dns/dns_answer.h"
#include "lib/explain/dossier.h"

#define PREFIX "_dmarc."

/* The name a question is about, when it belongs to the author's walk. */
static const char *walked_name(const struct dossier *dossier,
			       const struct recorded_answer *answer)
{
	const char *name = answer->name;

	if (strcmp(answer->type, "TXT") != 0 ||
	    !span_starts_nocase(span_of(name), PREFIX))
		return NULL;
	name += strlen(PREFIX);
	return domain_equals(name, dossier->author) ||
		       domain_is_below(dossier->author, name)
		   ? name
		   : NULL;
}

/* What a psd tag, or its absence, does to the walk. */
static const char *psd_words(const char *name, enum psd psd)
{
	if (psd == PSD_UNKNOWN && domain_parent(name) == NULL)
		return "; a top-level domain without psd=y is nobody's "
		       "organizational domain, so it is not used";
	if (psd == PSD_YES)
		return "; psd=y: a registry, the walk ends here";
	return psd == PSD_NO ? "; psd=n: an organization of its own, the walk "
			       "ends here"
			     : "";
}

static void say_records(struct dossier *dossier, const char *name,
			const struct recorded_answer *answer)
{
	struct span last = span_of("");
	size_t count = 0; /* of DMARC records */

	for (size_t i = 0; i < answer->records.count; i++) {
		const char *text = answer->records.items[i];
		struct span bytes = text_unescape(dossier->mem, text);
		say(dossier, "  %s", text);
		if (!record_has_version(bytes))
			continue;
		last = bytes;
		count++;
	}
	if (count == 0)
		say(dossier,
		    "  None of it is a DMARC record, so %s publishes "
		    "no policy.",
		    name);
	else if (count > 1)
		say(dossier, "  Several DMARC records stand there, so none of "
			     "them counts.");
	else
		say(dossier, "  %s has a DMARC record%s.", name,
		    psd_words(name, record_parse(dossier->mem, last)->psd));
}

/* " (TTL 300 s, DNSSEC: secure)"; of what failed there is no TTL. */
static const char *ttl_text(struct dossier *dossier,
			    const struct recorded_answer *answer)
{
	const char *security = explain_security(dossier, "dmarc", answer);

	if (!recorded_is_open(answer))
		return mem_printf(dossier->mem, " (TTL %lld s%s)",
				  (long long)answer->ttl_s, security);
	return *security == '\0'
		   ? ""
		   : mem_printf(dossier->mem, " (%s)", security + 2);
}

static size_t say_walk(struct dossier *dossier)
{
	TALLOC_CTX *mem = dossier->mem;
	size_t asked = 0;

	for (size_t i = 0; i < dossier->dns.count; i++) {
		const struct recorded_answer *answer = &dossier->dns.items[i];
		const char *name = walked_name(dossier, answer);
		size_t count = answer->records.count;
		if (name == NULL)
			continue;
		say(dossier, "TXT %s: %s%s.", answer->name,
		    count == 0	 ? recorded_status_words(answer)
		    : count == 1 ? "one record"
				 : mem_printf(mem, "%zu records", count),
		    ttl_text(dossier, answer));
		if (count > 0)
			say_records(dossier, name, answer);
		asked++;
	}
	return asked;
}

/* Asked only where a record's np may matter. */
static void say_existence(struct dossier *dossier)
{
	const struct recorded_answer *own = recorded_dns_find(
	    &dossier->dns,
	    mem_printf(dossier->mem, PREFIX "%s", dossier->author), "TXT");
	const struct recorded_answer *answer =
	    recorded_dns_find(&dossier->dns, dossier->author, "A");

	if (answer == NULL || own == NULL || dossier->record == NULL ||
	    dossier->record->np == REQUEST_ABSENT ||
	    own->status != DNS_NXDOMAIN)
		return;
	say(dossier, "A %s, to see whether that name exists at all: %s%s.",
	    dossier->author,
	    answer->records.count > 0 ? "it does"
				      : recorded_status_words(answer),
	    ttl_text(dossier, answer));
}

/* Who validates today may look for it in vain. */
static void say_unrecorded(struct dossier *dossier)
{
	const struct setting_origin *today =
	    settings_origin(dossier->today->origins, "dns.dnssec");

	for (size_t i = 0; i < dossier->dns.count; i++) {
		if (dossier->dns.items[i].security != NULL)
			return;
	}
	if (today != NULL && strcmp(today->value, "yes") == 0)
		say(dossier, "DNSSEC: what it said of the answers was not "
			     "recorded.");
}

static void say_outcome(struct dossier *dossier)
{
	if (dossier->org_domain != NULL)
		say(dossier, "The organizational domain of %s is %s.",
		    dossier->author, dossier->org_domain);
	if (dossier->policy_domain != NULL)
		say(dossier, "The policy in force is the one at %s%s.",
		    dossier->policy_domain,
		    domain_equals(dossier->policy_domain, dossier->author)
			? ", the author domain itself"
		    : dossier->org_domain != NULL &&
			    domain_equals(dossier->policy_domain,
					  dossier->org_domain)
			? ", the organizational domain"
			: ", the registry above it");
	else if (dossier->result == DMARC_RESULT_TEMPERROR)
		say(dossier, "Without an answer to every question nobody can "
			     "say which policy is in force.");
	else
		say(dossier, "Nobody publishes a policy for %s.",
		    dossier->author);
}

void explain_discovery(struct dossier *dossier)
{
	dossier_step(dossier, "discovery", "Where its policy stands");
	if (dossier->author == NULL) {
		say(dossier,
		    "Without an author domain no policy can be looked for.");
		return;
	}
	if (dossier->is_psl)
		say(dossier, "Asked were the author domain and its "
			     "organizational domain by the public suffix list "
			     "(RFC 7489):");
	else
		say(dossier, "Asked were the author domain and each name above "
			     "it (the DNS tree walk of RFC 9989):");
	if (say_walk(dossier) == 0)
		say(dossier, "The answers were not kept.");
	say_existence(dossier);
	say_unrecorded(dossier);
	say_outcome(dossier);
}
