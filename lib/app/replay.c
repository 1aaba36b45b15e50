/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.c - a recorded tuple decided again under other rules
 *
 * The steps of lib/eval/finish.c from validate_chain() on, with facts read
 * back from the tuple where there the message shows them. Millions of tuples
 * pass through here: what no rule asks for is not read.
 */
#include "lib/app/replay.h"

#include <string.h>

/* How a tuple says of whom an author bears the name (lookalike_words()). */
#define PERSON_PREFIX "person "

bool replay_disposition(const char *text, enum disposition *disposition)
{
	int value = disposition_find(text);

	if (value < 0)
		return false;
	*disposition = (enum disposition)value;
	return true;
}

bool replay_was_monitored(const struct store_tuple *tuple)
{
	return decide_reason_of(tuple->override_comment) == REASON_MONITOR_MODE;
}

/* t and pct, which count only where a policy is in force. */
static void read_record(TALLOC_CTX *mem, const struct store_tuple *tuple,
			struct decide_input *input)
{
	input->pct = -1;
	if (input->policy == REQUEST_ABSENT)
		return;
	const struct record *record =
	    record_parse(mem, text_unescape(mem, tuple->record));
	input->is_test_mode = record->is_test_mode;
	input->pct = record->pct;
}

static bool read_input(const struct replay_rules *rules,
		       const struct store_tuple *tuple,
		       struct decide_input *input)
{
	int result = dmarc_result_find(tuple->dmarc_result);
	int policy = request_find(tuple->policy);

	if (result < 0 || policy < 0)
		return false;
	input->result = (enum dmarc_result)result;
	input->policy = (enum request)policy;
	input->is_author_malformed = tuple->author_error[0] != '\0';
	enum decide_reason reason = decide_reason_of(tuple->override_comment);
	input->is_uncleanable = reason == REASON_UNCLEANABLE;
	int basis = basis_text_find(tuple->rests_on);
	input->basis = basis < 0 ? BASIS_ANSWERED : (enum basis)basis;
	input->is_hold_full = reason == REASON_HOLD_FULL;
	input->is_known_path = tuple->is_known_path == 1;
	bool is_person = span_starts(span_of(tuple->lookalike), PERSON_PREFIX);
	input->is_lookalike = tuple->lookalike[0] != '\0' && !is_person;
	input->is_person_name = is_person;
	input->is_to_postmaster =
	    tuple->is_to_postmaster == 1 && !decide_passes_for_ours(input) &&
	    !identity_is_own(&rules->own_names, tuple->author_domain);
	return true;
}

/* --- evidence of indirect mail --- */

static bool has_trusted_sealer(TALLOC_CTX *mem, const struct trust_rules *trust,
			       const char *arc)
{
	if (trust->arc_sealers.count == 0)
		return false;
	const struct json *chain = json_read(mem, arc);
	const char *result =
	    chain == NULL ? NULL : json_get_text(chain, "result");
	const struct json *sealers =
	    chain == NULL ? NULL : json_get(mem, chain, "sealers");
	size_t count = sealers == NULL ? 0 : json_count(sealers);

	if (result == NULL || strcmp(result, "pass") != 0 || count == 0)
		return false;
	const char *last = json_item_text(sealers, count - 1);
	/* Older tuples do not have it: it was not looked at then. */
	const char *recorded = json_get_text(chain, "recorded");
	return last != NULL && trust_has_sealer(trust, last) &&
	       (recorded == NULL || strcmp(recorded, "pass") == 0);
}

static enum indirect weigh_indirect(TALLOC_CTX *mem,
				    const struct trust_rules *trust,
				    const struct store_tuple *tuple)
{
	if (has_trusted_sealer(mem, trust, tuple->arc))
		return INDIRECT_ARC;
	return strstr(tuple->indirect, "body_changed") != NULL
		   ? INDIRECT_BODY_CHANGED
		   : INDIRECT_NONE;
}

/* --- evidence --- */

static enum auth_result read_result(const char *word)
{
	int result = auth_result_find(word);

	return result < 0 ? AUTH_NONE : (enum auth_result)result;
}

static struct evidence_signatures read_signatures(TALLOC_CTX *mem,
						  const char *dkim)
{
	const struct json *list = json_read(mem, dkim);
	size_t count = list == NULL ? 0 : json_count(list);
	struct evidence_signatures found = {
	    .items = mem_array(mem, struct evidence_signature, count)};

	for (size_t i = 0; i < count; i++) {
		const struct json *item = json_item(mem, list, i);
		const char *domain = json_get_text(item, "domain");
		enum auth_result result =
		    read_result(json_get_text(item, "result"));
		if (domain != NULL)
			found.items[found.count++] =
			    (struct evidence_signature){.domain = domain,
							.result = result};
	}
	return found;
}

static struct evidence gather_evidence(TALLOC_CTX *mem,
				       const struct replay_rules *rules,
				       const struct store_tuple *tuple)
{
	struct evidence evidence = {
	    .spf = {.result = read_result(tuple->spf_result),
		    .domain = tuple->spf_domain},
	    .iprev = {.result =
			  tuple->client_name[0] == '\0' ? AUTH_NONE : AUTH_PASS,
		      .name = tuple->client_name},
	};

	if (rules->wants_signatures)
		evidence.dkim = read_signatures(mem, tuple->dkim);
	return evidence;
}

/* --- what no policy asks for --- */

static const char *author_of(const struct store_tuple *tuple,
			     const struct decide_input *input)
{
	return input->is_author_malformed ? NULL : tuple->author_domain;
}

static void weigh_identity(const struct replay_rules *rules,
			   const struct store_tuple *tuple,
			   const struct evidence *evidence,
			   struct decide_input *input)
{
	const struct policy_settings *policy = rules->decide.policy;

	if (policy->on_own != DISPOSITION_NONE)
		input->own =
		    identity_weigh_own(&rules->own_names, input->result,
				       author_of(tuple, input), evidence)
			.sender;
	input->is_unauthenticated =
	    policy->on_unauthenticated != DISPOSITION_NONE &&
	    identity_is_missing(evidence);
}

/* --- overrides --- */

/* The decision's input, and what each group of recipients has. */
struct matches {
	size_t count;
	struct override_match *items;
	bool is_rcpt_unknown;
};

static bool same_list(const struct text_list *a, const struct text_list *b)
{
	bool is_same = a->count == b->count;

	for (size_t i = 0; i < a->count && is_same; i++)
		is_same = strcmp(a->items[i], b->items[i]) == 0;
	return is_same;
}

bool replay_knows_rcpt(const struct override *override,
		       const struct override_set *other)
{
	const struct override *same = override_named(other, override->name);
	bool is_same = same != NULL;

	for (int kind = 0; kind < OVERRIDE_KINDS && is_same; kind++)
		is_same = same_list(&override->scope[kind], &same->scope[kind]);
	return is_same;
}

/* Of the names that were recorded, those that mean the same today. */
static struct text_list known_names(TALLOC_CTX *mem,
				    const struct replay_rules *rules,
				    const struct json *names)
{
	size_t count = names == NULL ? 0 : json_count(names);
	struct text_list known = {.items = mem_array(mem, const char *, count)};

	for (size_t i = 0; i < count; i++) {
		const char *name = json_item_text(names, i);
		const struct override *override =
		    name == NULL ? NULL
				 : override_named(rules->overrides, name);
		if (override != NULL &&
		    (rules->recorded == NULL ||
		     replay_knows_rcpt(override, rules->recorded)))
			known.items[known.count++] = name;
	}
	return known;
}

static struct override_match match_override(TALLOC_CTX *mem,
					    const struct replay_rules *rules,
					    struct override_facts facts,
					    const struct text_list *names)
{
	facts.rcpt_rules = names;
	const struct override *found =
	    override_find(mem, rules->overrides, &facts, rules->now_s);

	if (found == NULL)
		return (struct override_match){.has_match = false};
	return (struct override_match){
	    .has_match = true,
	    .action = found->action,
	    .type = found->reason,
	    .comment = found->name,
	};
}

static struct matches match_overrides(TALLOC_CTX *mem,
				      const struct replay_rules *rules,
				      const struct store_tuple *tuple,
				      const struct override_facts *facts)
{
	const char *rules_text = tuple->rcpt_rules;
	const struct json *groups = rules_text == NULL || *rules_text == '\0'
					? NULL
					: json_read(mem, rules_text);
	size_t count = groups == NULL ? 0 : json_count(groups);
	struct matches matches = {
	    .items = mem_array(mem, struct override_match, count + 1)};

	for (size_t i = 0; i < count; i++) {
		const struct json *group = json_item(mem, groups, i);
		const struct json *names = json_get(mem, group, "rules");
		struct text_list known = known_names(mem, rules, names);
		matches.is_rcpt_unknown |= json_get_flag(group, "more");
		matches.items[matches.count++] =
		    match_override(mem, rules, *facts, &known);
	}
	if (matches.count == 0)
		matches.items[matches.count++] =
		    match_override(mem, rules, *facts, NULL);
	return matches;
}

/* --- pct --- */

/* How many of a hundred draws leave the policy as published. */
static int kept_percent(const struct replay_rules *rules,
			const struct store_tuple *tuple,
			const struct decide_input *input, bool is_draw_recorded)
{
	if (rules->decide.honor_pct != HONOR_PCT_FULL || input->is_test_mode ||
	    input->policy <= REQUEST_NONE || input->pct < 0)
		return 100;
	if (input->pct == 0 || input->pct == 100)
		return input->pct;
	/* Lowered one step, though neither t=y nor pct=0 did it: the draw did.
	 */
	int asked = request_find(tuple->asked);
	if (asked >= 0 && asked < (int)input->policy)
		return 0;
	return is_draw_recorded ? 100 : input->pct;
}

static struct replay_outcome decide_drawn(const struct replay_rules *rules,
					  struct decide_input input,
					  const struct matches *matches,
					  unsigned draw)
{
	size_t chosen;

	input.draw = draw;
	struct decision decision = decide_for_all(
	    &input, matches->items, matches->count, &rules->decide, &chosen);
	return (struct replay_outcome){.applied = decision.applied,
				       .enforced = decision.enforced};
}

/* --- all of it --- */

struct replay_rules replay_rules(TALLOC_CTX *mem, const struct config *config,
				 int64_t now_s)
{
	struct replay_rules rules = {
	    .decide = {.mode = (enum policy_mode)config->daemon.mode,
		       .honor_pct = (enum honor_pct)config->dmarc.honor_pct,
		       .policy = &config->policy},
	    .trust = trust_compile(mem, &config->trust),
	    .own_names = identity_names(mem, &config->own.domains,
					&config->protect.names),
	    .overrides = config->overrides,
	    .now_s = now_s,
	};

	rules.wants_signatures =
	    config->policy.on_own != DISPOSITION_NONE ||
	    config->policy.on_unauthenticated != DISPOSITION_NONE;
	for (size_t i = 0;
	     i < (config->overrides == NULL ? 0 : config->overrides->count);
	     i++) {
		if (config->overrides->items[i].scope[OVERRIDE_DKIM].count > 0)
			rules.wants_signatures = true;
	}
	return rules;
}

/* Neither evidence nor an override nor the record says anything about a pass.
 */
static struct matches gather_input(TALLOC_CTX *mem,
				   const struct replay_rules *rules,
				   const struct store_tuple *tuple,
				   const struct net_address *client,
				   struct decide_input *input)
{
	struct evidence evidence = gather_evidence(mem, rules, tuple);

	input->indirect = weigh_indirect(mem, &rules->trust, tuple);
	weigh_identity(rules, tuple, &evidence, input);
	read_record(mem, tuple, input);
	struct override_facts facts = {
	    .result = input->result,
	    .indirect = input->indirect,
	    .is_acted_on = decide_acts_unasked(input, rules->decide.policy),
	    .author_domain = author_of(tuple, input),
	    .client = client,
	    .evidence = &evidence,
	};
	return match_overrides(mem, rules, tuple, &facts);
}

static struct replay
decide_again(TALLOC_CTX *mem, const struct replay_rules *rules,
	     const struct store_tuple *tuple, const struct net_address *client,
	     struct decide_input *input, bool is_draw_recorded)
{
	struct override_match none = {.has_match = false};
	struct matches matches = {.count = 1, .items = &none};
	struct replay replay = {.kept_percent = 100};

	if (input->is_author_malformed || input->result != DMARC_RESULT_PASS ||
	    decide_acts_unasked(input, rules->decide.policy)) {
		matches = gather_input(mem, rules, tuple, client, input);
		replay.is_rcpt_unknown = matches.is_rcpt_unknown;
		replay.kept_percent =
		    kept_percent(rules, tuple, input, is_draw_recorded);
	}
	replay.kept = decide_drawn(rules, *input, &matches, 0);
	if (replay.kept_percent < 100)
		replay.sampled_out = decide_drawn(rules, *input, &matches, 99);
	return replay;
}

bool replay_tuple(TALLOC_CTX *mem, const struct replay_rules *rules,
		  const struct store_tuple *tuple, bool is_draw_recorded,
		  struct replay *replay)
{
	struct net_address client = {.family = NET_NONE};
	struct decide_input input = {.pct = -1};

	if (!read_input(rules, tuple, &input))
		return false;
	/* "unknown" is no address, and was evaluated all the same. */
	if (net_address_parse(tuple->client_ip, &client) &&
	    net_list_contains(&rules->trust.networks, &client)) {
		*replay =
		    (struct replay){.kept_percent = 100,
				    .kept = {.skipped = "trusted network"}};
		return true;
	}
	*replay =
	    decide_again(mem, rules, tuple, &client, &input, is_draw_recorded);
	return true;
}
