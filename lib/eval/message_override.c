/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_override.c - the operator's overrides for all recipients of a message
 *
 * Each group of recipients has an override, or none; the decision is the
 * strictest of them (decide_for_all()). What is recorded is which overrides
 * with an rcpt list had the message in their scope, group by group, by name
 * alone: a replay finds the same ones again, and no address is kept. Tested by
 * test_session, regress.
 */
#include "lib/eval/message_private.h"

#include <stdlib.h>
#include <string.h>

#define MORE_RULES "[{\"more\":true}]"

static const struct text_list no_items = {.count = 0};

void message_override_begin(struct message *message)
{
	static const struct text_list no_domains;
	const struct evaluator *evaluator = message->evaluator;

	message->recipients = (struct recipients){
	    .overrides = evaluator->overrides,
	    .own_domains = evaluator->own_domains == NULL
			       ? &no_domains
			       : evaluator->own_domains,
	    .delimiters = evaluator->recipient_delimiter == NULL
			      ? ""
			      : evaluator->recipient_delimiter,
	};
}

static struct override_facts facts_of(const struct message *message)
{
	const struct verdict *verdict = &message->verdict;

	return (struct override_facts){
	    .result = verdict->result,
	    .indirect = verdict->input.indirect,
	    .is_acted_on = decide_acts_unasked(&verdict->input,
					       message->evaluator->policy),
	    .author_domain = verdict->author.domain,
	    .client = &verdict->client.address,
	    .evidence = &verdict->evidence,
	};
}

/* --- what applies --- */

/* Its place in the file; none comes first. */
static int line_of(const struct override *found)
{
	return found == NULL ? 0 : found->line;
}

/* In the order of the file; each once. */
static void keep_found(struct message *message, const struct override *found)
{
	struct chosen_overrides *chosen = &message->overrides;
	size_t at = chosen->count;

	while (at > 0 && line_of(chosen->items[at - 1]) > line_of(found))
		at--;
	for (size_t i = at; i > 0; i--) {
		if (chosen->items[i - 1] == found)
			return;
	}
	chosen->items = mem_resize(message, chosen->items,
				   const struct override *, chosen->count + 1);
	for (size_t i = chosen->count; i > at; i--)
		chosen->items[i] = chosen->items[i - 1];
	chosen->items[at] = found;
	chosen->count++;
}

static const struct override *find_for(struct message *message,
				       struct override_facts facts,
				       const struct text_list *items,
				       enum disposition at_least)
{
	facts.rcpt_items = items;
	facts.at_least = at_least;
	return override_find(message, message->evaluator->overrides, &facts,
			     message->verdict.time_s);
}

/* Of recipients that are not told apart only what is stricter counts. */
static void find_for_overflow(struct message *message,
			      const struct override_facts *facts)
{
	static const enum disposition levels[] = {DISPOSITION_REJECT,
						  DISPOSITION_QUARANTINE};

	const struct text_list items =
	    recipients_overflow(message, &message->recipients);

	keep_found(message,
		   find_for(message, *facts, &no_items, DISPOSITION_NONE));
	for (size_t i = 0; i < COUNT_OF(levels); i++) {
		const struct override *found =
		    find_for(message, *facts, &items, levels[i]);
		if (found != NULL)
			keep_found(message, found);
	}
}

static void find_all(struct message *message,
		     const struct override_facts *facts)
{
	const struct recipients *recipients = &message->recipients;

	for (size_t i = 0; i < recipients->group_count; i++)
		keep_found(message, find_for(message, *facts,
					     &recipients->groups[i].items,
					     DISPOSITION_NONE));
	if (recipients->is_overfull)
		find_for_overflow(message, facts);
	if (recipients->group_count == 0)
		keep_found(message, find_for(message, *facts, &no_items,
					     DISPOSITION_NONE));
}

/* --- what is recorded --- */

struct rule_groups {
	size_t count;
	const char *texts[LIMIT_RCPT_RECORDED]; /* sorted */
	bool has_rule;
	bool is_more;
};

static void note_group(TALLOC_CTX *mem, const struct text_list *names,
		       struct rule_groups *groups)
{
	struct json_writer json;

	json_write_begin(&json, mem);
	json_write_object(&json, NULL);
	json_write_texts(&json, "rules", names);
	json_write_end_object(&json);
	const char *text = json_write_done(&json);
	size_t at = groups->count;
	while (at > 0 && strcmp(groups->texts[at - 1], text) > 0)
		at--;
	groups->has_rule = groups->has_rule || names->count > 0;
	if (at > 0 && strcmp(groups->texts[at - 1], text) == 0)
		return;
	if (groups->count == LIMIT_RCPT_RECORDED) {
		groups->is_more = true;
		return;
	}
	for (size_t i = groups->count; i > at; i--)
		groups->texts[i] = groups->texts[i - 1];
	groups->texts[at] = text;
	groups->count++;
}

static const char *write_groups(TALLOC_CTX *mem,
				const struct rule_groups *groups)
{
	struct json_writer json;

	if (groups->is_more)
		return MORE_RULES;
	if (!groups->has_rule)
		return NULL;
	json_write_begin(&json, mem);
	json_write_list(&json, NULL);
	for (size_t i = 0; i < groups->count; i++)
		json_write_value(&json, NULL, groups->texts[i]);
	json_write_end_list(&json);
	return json_write_done(&json);
}

static const char *write_rules(struct message *message,
			       struct override_facts facts)
{
	const struct recipients *recipients = &message->recipients;
	struct rule_groups groups = {.is_more = recipients->is_overfull};
	TALLOC_CTX *scratch = mem_context(message);

	for (size_t i = 0; i < recipients->group_count && !groups.is_more;
	     i++) {
		bool left_out;
		facts.rcpt_items = &recipients->groups[i].items;
		struct text_list names =
		    override_rcpt_rules(scratch, message->evaluator->overrides,
					&facts, LIMIT_RCPT_RECORDED, &left_out);
		note_group(scratch, &names, &groups);
		groups.is_more = groups.is_more || left_out;
	}
	const char *text = write_groups(message, &groups);
	mem_free(scratch);
	return text;
}

/* --- */

static struct override_match match_of(struct message *message,
				      const struct override *found)
{
	if (found == NULL)
		return (struct override_match){.has_match = false};
	return (struct override_match){
	    .has_match = true,
	    .action = found->action,
	    .type = found->reason,
	    .comment =
		mem_printf(message, "override %s: %s", found->name, found->why),
	};
}

void message_override_find(struct message *message)
{
	static const struct override *no_override;
	static struct override_match no_match;
	struct override_facts facts = facts_of(message);
	struct chosen_overrides *chosen = &message->overrides;

	/* Nearly always so; neither is ever written to. */
	if (message->evaluator->overrides == NULL ||
	    message->evaluator->overrides->count == 0) {
		*chosen = (struct chosen_overrides){
		    .count = 1, .items = &no_override, .matches = &no_match};
		return;
	}
	find_all(message, &facts);
	chosen->matches =
	    mem_array(message, struct override_match, chosen->count);
	for (size_t i = 0; i < chosen->count; i++)
		chosen->matches[i] = match_of(message, chosen->items[i]);
	if (message->recipients.group_count > 0 &&
	    (message->verdict.result != DMARC_RESULT_PASS ||
	     decide_passes_for_ours(&message->verdict.input)))
		message->verdict.rcpt_rules = write_rules(message, facts);
}

void message_override_choose(struct message *message, size_t chosen)
{
	struct verdict *verdict = &message->verdict;
	const struct override *found = message->overrides.items[chosen];

	verdict->override = found;
	if (found == NULL) {
		verdict->override_name = NULL;
		return;
	}
	verdict->override_name = mem_strdup(message, found->name);
	verdict->overrides_path = found->path;
}
