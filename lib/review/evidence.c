/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evidence.c - what speaks for a message that was refused or held
 * Tested by test_alignctl_evidence.
 */
#include "lib/review/evidence.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/domain.h"
#include "lib/base/json.h"
#include "lib/base/net.h"
#include "lib/policy/decide.h"
#include "lib/review/incident.h"
#include "lib/store/store_would.h"

/* Of one author domain, the latest first: a large one has some thousands. */
#define PASSES_MAX 20000
#define DAY_S 86400
#define NETWORK_IPV4 24
#define NETWORK_IPV6 48

/* Of thousands of verdicts none is kept for its one word. */
static const char *org_domain_of(TALLOC_CTX *mem, const char *text)
{
	TALLOC_CTX *own = mem_context(NULL);
	const struct json *verdict = json_read(own, text);
	const struct json *dmarc =
	    verdict == NULL ? NULL : json_get(own, verdict, "dmarc");
	const char *found =
	    dmarc == NULL ? NULL : json_get_text(dmarc, "org_domain");
	const char *kept = found == NULL ? "" : mem_strdup(mem, found);

	mem_free(own);
	return kept;
}

struct review_candidate *
review_candidate_new(TALLOC_CTX *mem, const struct store_incident *incident)
{
	struct review_candidate *made = mem_new(mem, struct review_candidate);
	struct store_incident small = *incident;

	small.queries = "";
	small.verdict = "";
	made->incident = review_copy(made, &small);
	made->would = store_would(incident);
	made->indirect = indirect_find(incident->indirect);
	made->org_domain = org_domain_of(made, incident->verdict);
	made->signers = review_signers(made, incident->dkim);
	made->spf_domain = review_spf_pass(made->incident.spf_result,
					   made->incident.spf_domain);
	made->handles = review_handles_of(made, incident);
	return made;
}

/* --- past passes --- */

/* The search through one author domain's passes. */
struct search {
	struct review_candidate *const *candidates;
	size_t count;
};

static void add_passes(struct review_passes *passes, int64_t count,
		       int64_t last_s)
{
	passes->count += count;
	if (last_s > passes->last_s)
		passes->last_s = last_s;
}

static bool is_neighbour(const char *a, const char *b)
{
	struct net_address left;
	struct net_address right;

	if (!net_address_parse(a, &left) || !net_address_parse(b, &right))
		return false;
	struct net_block block = net_block_around(
	    &left, left.family == NET_IPV4 ? NETWORK_IPV4 : NETWORK_IPV6);
	return net_block_contains(&block, &right);
}

static void count_pass(struct review_candidate *candidate,
		       const struct review_pass *pass, int64_t count,
		       int64_t last_s)
{
	const char *client_ip = candidate->incident.client_ip;

	/* A message that somebody sends again passes from wherever he is. */
	bool is_authorized = pass->tuple->is_spf_aligned == 1;

	if (is_authorized && strcmp(client_ip, pass->tuple->client_ip) == 0)
		add_passes(&candidate->address, count, last_s);
	else if (is_authorized &&
		 is_neighbour(client_ip, pass->tuple->client_ip))
		add_passes(&candidate->network, count, last_s);
	if (is_authorized && *candidate->spf_domain != '\0' &&
	    domain_equals(candidate->spf_domain, pass->spf_domain))
		add_passes(&candidate->spf, count, last_s);
	for (size_t i = 0; i < candidate->signers.count; i++) {
		if (!is_authorized ||
		    !review_has_signer(pass, candidate->signers.items[i]))
			continue;
		add_passes(&candidate->signature, count, last_s);
		break;
	}
	review_handles_pass(&candidate->handles, pass, count);
}

static bool on_pass(void *context, int64_t last_hour_s, int64_t count,
		    const struct store_tuple *tuple)
{
	struct search *search = context;
	TALLOC_CTX *mem = mem_context(NULL);
	const struct review_pass pass = review_pass_of(mem, tuple);

	for (size_t i = 0; i < search->count; i++)
		count_pass(search->candidates[i], &pass, count, last_hour_s);
	mem_free(mem);
	return true;
}

bool review_find_passes(struct store_reader *reader,
			struct review_candidate *const *candidates,
			size_t count, struct error *err)
{
	struct search search = {candidates, count};
	const char *author = candidates[0]->incident.author_domain;

	return *author == '\0' ||
	       store_passes(reader, author, PASSES_MAX, on_pass, &search, err);
}

/* --- known paths --- */

void review_find_paths(const struct store_path_list *paths,
		       struct review_candidate *const *candidates, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct store_incident *incident =
		    &candidates[i]->incident;
		struct review_handles *handles = &candidates[i]->handles;
		const struct store_path_known *path = store_path_list_find(
		    paths, incident->client_ip, incident->client_name,
		    incident->author_domain);
		if (path != NULL && path->lack == STORE_PATH_LACKS_NOTHING) {
			candidates[i]->path = path;
			review_handles_credit(handles, path->path.credit);
		}
		review_handles_forwards(paths, &handles, 1);
	}
}

/* --- the scale --- */

static void give_points(struct review_candidate *candidate, int points,
			const char *words)
{
	if (candidate->count == REVIEW_EVIDENCE_MAX)
		return;
	candidate->evidence[candidate->count++] =
	    (struct review_evidence){points, words};
	candidate->score += points;
}

static void weigh_passes(TALLOC_CTX *mem, struct review_candidate *candidate,
			 const struct review_passes *passes, int points,
			 const char *how)
{
	char day[CLOCK_TEXT];

	if (passes->count == 0)
		return;
	give_points(
	    candidate, points,
	    mem_printf(mem, "%" PRId64 " message%s of %s passed %s, last on %s",
		       passes->count, passes->count == 1 ? "" : "s",
		       candidate->incident.author_domain, how,
		       clock_day_text(passes->last_s, day)));
}

static bool is_within(const char *domain, const char *org)
{
	return *domain != '\0' && *org != '\0' &&
	       (domain_equals(domain, org) || domain_is_below(domain, org));
}

/* Strict alignment, or a subdomain nobody thought of: still the same hands. */
static void weigh_organization(TALLOC_CTX *mem,
			       struct review_candidate *candidate)
{
	const struct store_incident *incident = &candidate->incident;
	const char *org = candidate->org_domain;

	if (is_within(incident->client_name, org))
		give_points(
		    candidate, 35,
		    mem_printf(mem,
			       "the client's confirmed name %s belongs to %s",
			       incident->client_name, org));
	if (is_within(candidate->spf_domain, org))
		give_points(candidate, 35,
			    mem_printf(mem,
				       "SPF passed for %s, which belongs to %s",
				       candidate->spf_domain, org));
	for (size_t i = 0; i < candidate->signers.count; i++) {
		if (!is_within(candidate->signers.items[i], org))
			continue;
		give_points(candidate, 35,
			    mem_printf(mem, "signed by %s, which belongs to %s",
				       candidate->signers.items[i], org));
		return;
	}
}

/* Anybody who has one genuine message can put its header over a body of his
 * own: the trace counts only for whom something else speaks. */
static void weigh_indirect(TALLOC_CTX *mem, struct review_candidate *candidate)
{
	const struct review_handle *known =
	    review_handles_known(&candidate->handles);
	char day[CLOCK_TEXT];

	if (candidate->indirect == INDIRECT_ARC)
		give_points(candidate, 40,
			    "a trusted ARC sealer vouches for it");
	if (known == NULL)
		return;
	if (review_handle_is_forwarder(known)) {
		give_points(
		    candidate, 15,
		    mem_printf(mem,
			       "%s %s has forwarded mail of other "
			       "organisations since %s (messages: %" PRId64 ")",
			       review_handle_text(known->kind), known->value,
			       clock_day_text(known->first_s, day),
			       known->forwarded));
	}
	if (candidate->indirect == INDIRECT_BODY_CHANGED)
		give_points(
		    candidate, 40,
		    "an aligned signature still fits the header; only the "
		    "body was changed, as lists do");
}

static void weigh_path(TALLOC_CTX *mem, struct review_candidate *candidate)
{
	const struct store_path_known *known = candidate->path;
	char day[CLOCK_TEXT];

	if (known == NULL)
		return;
	give_points(
	    candidate, 25,
	    mem_printf(
		mem,
		"mail of %s has credit by way of %s since %s "
		"(messages: %" PRIu32 ")",
		known->name.subject, known->name.client,
		clock_day_text((int64_t)known->path.credit_first * DAY_S, day),
		known->path.credit));
}

void review_weigh(TALLOC_CTX *mem, struct review_candidate *candidate)
{
	weigh_organization(mem, candidate);
	weigh_passes(mem, candidate, &candidate->address, 30,
		     "from the same address");
	if (candidate->address.count == 0)
		weigh_passes(mem, candidate, &candidate->network, 15,
			     "from its network");
	weigh_passes(
	    mem, candidate, &candidate->spf, 20,
	    mem_printf(mem, "by way of %s", candidate->incident.spf_domain));
	weigh_passes(mem, candidate, &candidate->signature, 20,
		     "with a signature of the same domain");
	weigh_path(mem, candidate);
	weigh_indirect(mem, candidate);
}
