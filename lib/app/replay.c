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

static bool read_input(const struct store_tuple *tuple,
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
	input->is_lookalike = tuple->lookalike[0] != '\0';
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

static struct override_match match_override(TALLOC_CTX *mem,
					    const struct replay_rules *rules,
					    const struct override_facts *facts)
{
	const struct override *found =
	    override_find(mem, rules->overrides, facts, rules->now_s);

	if (found == NULL)
		return (struct override_match){.has_match = false};
	return (struct override_match){
	    .has_match = true,
	    .action = found->action,
	    .type = found->reason,
	    .comment = found->name,
	};
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
					  unsigned draw)
{
	input.draw = draw;
	struct decision decision = decide(&input, &rules->decide);
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
static void gather_input(TALLOC_CTX *mem, const struct replay_rules *rules,
			 const struct store_tuple *tuple,
			 const struct net_address *client,
			 struct decide_input *input)
{
	struct evidence evidence = gather_evidence(mem, rules, tuple);

	input->indirect = weigh_indirect(mem, &rules->trust, tuple);
	weigh_identity(rules, tuple, &evidence, input);
	struct override_facts facts = {
	    .result = input->result,
	    .indirect = input->indirect,
	    .is_acted_on = decide_acts_unasked(input, rules->decide.policy),
	    .author_domain = author_of(tuple, input),
	    .client = client,
	    .evidence = &evidence,
	};
	input->override = match_override(mem, rules, &facts);
	read_record(mem, tuple, input);
}

static struct replay
decide_again(TALLOC_CTX *mem, const struct replay_rules *rules,
	     const struct store_tuple *tuple, const struct net_address *client,
	     struct decide_input *input, bool is_draw_recorded)
{
	struct replay replay = {.kept_percent = 100};

	if (input->is_author_malformed || input->result != DMARC_RESULT_PASS ||
	    decide_acts_unasked(input, rules->decide.policy)) {
		gather_input(mem, rules, tuple, client, input);
		replay.kept_percent =
		    kept_percent(rules, tuple, input, is_draw_recorded);
	}
	replay.kept = decide_drawn(rules, *input, 0);
	if (replay.kept_percent < 100)
		replay.sampled_out = decide_drawn(rules, *input, 99);
	return replay;
}

bool replay_tuple(TALLOC_CTX *mem, const struct replay_rules *rules,
		  const struct store_tuple *tuple, bool is_draw_recorded,
		  struct replay *replay)
{
	struct net_address client = {.family = NET_NONE};
	struct decide_input input = {.pct = -1};

	if (!read_input(tuple, &input))
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
