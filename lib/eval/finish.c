/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * finish.c - the evaluation, in the order of RFC 9989 5.3
 *
 * message_finish is the driver: policy, evidence, alignment, decision, and
 * what the outside sees of them. The only place of the engine that waits for
 * DNS.
 * Tested by test_session.
 */
#include "lib/eval/message_private.h"

#include <string.h>

#include "lib/auth/iprev.h"
#include "lib/base/limits.h"
#include "lib/base/suffix.h"
#include "lib/eval/indirect_evidence.h"
#include "lib/eval/judge.h"
#include "lib/eval/present.h"
#include "lib/mail/display_name.h"

/* The author is found at the end of the header; a message that broke off
 * before it is one without From. */
static void gather_evidence(struct message *message)
{
	struct verdict *verdict = &message->verdict;
	struct evidence *evidence = &verdict->evidence;
	const struct evaluator *evaluator = message->evaluator;

	evidence->spf = (evaluator->spf_engine == NULL
			     ? spf_check
			     : evaluator->spf_engine->check)(
	    message, message->session, evaluator->spf, &verdict->client.address,
	    verdict->client.helo, &verdict->mail_from);
	message->staleness.spf = dns_session_take_staleness(message->session);
	evidence->iprev =
	    iprev_check(message, message->session, &verdict->client.address);
	(void)dns_session_take_staleness(
	    message->session); /* decides nothing */
	if (!message->is_over_limit)
		evidence->dkim = message_dkim_finish(message);
	(void)dns_session_take_staleness(message->session); /* see judge() */
	indirect_doubt_headers(message);
}

static void discover_policy(struct message *message)
{
	struct verdict *verdict = &message->verdict;

	if (verdict->author.error == AUTHOR_OK)
		verdict->discovery =
		    tree_discover(message, message->session, verdict->method,
				  verdict->author.domain);
	message->staleness.policy =
	    dns_session_take_staleness(message->session);
}

/* Of a key that was not asked for: fresh, it decides nothing. */
static enum dns_staleness key_staleness(const struct message *message,
					const struct evidence_signature *key)
{
	TALLOC_CTX *scratch = mem_context(NULL);
	enum dns_staleness found = DNS_FRESH;
	const char *name = key->domain == NULL || key->selector == NULL
			       ? ""
			       : mem_printf(scratch, "%s._domainkey.%s",
					    key->selector, key->domain);

	for (size_t i = 0; i < dns_session_count(message->session); i++) {
		const struct dns_question *asked =
		    dns_session_question(message->session, i);
		if (asked->type == DNS_TXT && strcmp(asked->name, name) == 0)
			found = asked->answer->staleness;
	}
	mem_free(scratch);
	return found;
}

static const enum dns_staleness *find_key_staleness(struct message *message)
{
	const struct evidence_signatures *dkim =
	    &message->verdict.evidence.dkim;
	enum dns_staleness *keys =
	    mem_array(message, enum dns_staleness, dkim->count);

	for (size_t i = 0; i < dkim->count; i++)
		keys[i] = key_staleness(message, &dkim->items[i]);
	return keys;
}

/* The walks of identifiers count with the author's. */
static void judge(struct message *message)
{
	struct basis_staleness *staleness = &message->staleness;

	judge_alignment(message, message->session, &message->verdict);
	enum dns_staleness walks = dns_session_take_staleness(message->session);
	if (walks > staleness->policy)
		staleness->policy = walks;
	staleness->keys = find_key_staleness(message);
	message->verdict.input.basis = basis_find(&message->verdict, staleness);
}

/* Last of all that waits: a sealer's slow DNS uses up no time that SPF, DKIM
 * or the policy need. */
static void validate_chain(struct message *message)
{
	if (!message->is_over_limit)
		message->verdict.evidence.arc = arc_finish(message->arc);
}

/* What the settings ask for beyond the policy, and nothing else. */
static void weigh_identity(struct message *message)
{
	const struct evaluator *evaluator = message->evaluator;
	struct verdict *verdict = &message->verdict;
	struct identity_own own = {.sender = OWN_NOT};

	if (evaluator->policy->on_own != DISPOSITION_NONE)
		own = identity_weigh_own(evaluator->own_names, verdict->result,
					 verdict->author.domain,
					 &verdict->evidence);
	verdict->input.own = own.sender;
	verdict->input.is_unauthenticated =
	    evaluator->policy->on_unauthenticated != DISPOSITION_NONE &&
	    identity_is_missing(&verdict->evidence);
	/* So that a reply that asks to come again can say why. */
	if (own.sender == OWN_OPEN && verdict->open.what == LOOKUP_NONE)
		verdict->open = (struct open_lookup){
		    .what = own.is_spf_open ? LOOKUP_SPF : LOOKUP_KEY,
		    .domain = own.open_domain,
		};
}

enum acquaintance { STRANGER, NOT_KNOWN_YET, NO_STRANGER };

/* Who passed here on earlier days is somebody, whatever he looks like. */
static enum acquaintance ask_acquaintance(const struct message *message)
{
	const struct path_source *paths = &message->evaluator->paths;
	bool is_loaded = true;
	unsigned days = 0;

	if (paths->author_days != NULL)
		days = paths->author_days(paths->context, &message->verdict,
					  &is_loaded);
	if (!is_loaded)
		return NOT_KNOWN_YET;
	return days >= LOOKALIKE_DAYS ? NO_STRANGER : STRANGER;
}

/* Where anybody gets an address, its past speaks for nobody. */
static enum acquaintance ask_person(const struct message *message)
{
	return people_is_open(message->evaluator->people,
			      message->verdict.author.domain)
		   ? STRANGER
		   : ask_acquaintance(message);
}

static struct lookalike find_person(struct message *message)
{
	const struct people *people = message->evaluator->people;
	struct lookalike found = {LOOKALIKE_NONE, NULL};

	if (people == NULL || message->from_count != 1)
		return found;
	TALLOC_CTX *scratch = mem_context(NULL);
	struct display_names names =
	    display_names_read(scratch, message->from[0]);
	for (size_t i = 0; i < names.count && found.kind == LOOKALIKE_NONE; i++)
		found = people_find(people, names.items[i].name,
				    names.items[i].mailbox,
				    message->verdict.author.domain);
	mem_free(scratch);
	return found;
}

/* A name like ours, which was registered for it, before a person's. */
static void find_lookalike(struct message *message)
{
	struct verdict *verdict = &message->verdict;
	enum acquaintance acquaintance = STRANGER;

	if (verdict->author.error != AUTHOR_OK)
		return;
	struct lookalike found = lookalike_find(message->evaluator->lookalikes,
						verdict->author.domain);
	if (found.kind == LOOKALIKE_NONE)
		found = find_person(message);
	if (found.kind != LOOKALIKE_NONE)
		acquaintance = found.kind == LOOKALIKE_PERSON
				   ? ask_person(message)
				   : ask_acquaintance(message);
	if (found.kind == LOOKALIKE_NONE || acquaintance == NO_STRANGER)
		return;
	verdict->lookalike = found;
	verdict->input.is_lookalike = found.kind != LOOKALIKE_PERSON;
	verdict->input.is_person_name = found.kind == LOOKALIKE_PERSON;
	verdict->input.is_past_unread = acquaintance == NOT_KNOWN_YET;
	verdict->reason = mem_printf(
	    message, "looks like %s: %s%s%s", found.name,
	    lookalike_word(found.kind), verdict->reason == NULL ? "" : "; ",
	    verdict->reason == NULL ? "" : verdict->reason);
}

/* Whose bound a held message counts for: a stranger makes up as many names
 * below his own as he likes, and with psd=y each is an organization. */
static const char *hold_domain(const struct verdict *verdict)
{
	const char *organization = verdict->discovery.org_domain;

	if (verdict->author.domain == NULL)
		return "";
	return suffix_registrable(organization == NULL ? verdict->author.domain
						       : organization);
}

/* The message is to be held: is there room? What is full is one input more of
 * the decision. */
static bool is_hold_full(const struct message *message)
{
	const struct evaluator *evaluator = message->evaluator;
	const struct verdict *verdict = &message->verdict;

	return evaluator->holds != NULL &&
	       verdict->decision.applied == DISPOSITION_QUARANTINE &&
	       evaluator->policy->quarantine_action == QUARANTINE_HOLD &&
	       !hold_budget_take(evaluator->holds, evaluator->policy,
				 hold_domain(verdict),
				 message->header_bytes + message->body_bytes);
}

static bool path_is_known(const struct message *message)
{
	const struct path_source *paths = &message->evaluator->paths;

	return paths->is_known != NULL &&
	       message->verdict.result == DMARC_RESULT_FAIL &&
	       paths->is_known(paths->context, &message->verdict);
}

/* Who was refused may ask a postmaster; not in our own names, which a
 * postmaster believes. */
static void weigh_recipients(struct message *message)
{
	struct verdict *verdict = &message->verdict;
	const char *author = verdict->author.domain;

	verdict->is_to_postmaster =
	    recipients_are_exempt(&message->recipients) &&
	    verdict->result != DMARC_RESULT_PASS;
	verdict->input.is_to_postmaster =
	    verdict->is_to_postmaster && author != NULL &&
	    !decide_passes_for_ours(&verdict->input) &&
	    !identity_is_own(message->evaluator->own_names, author);
}

/* Quarantined for its path alone, and no more of such may be, or be held. */
static bool is_path_full(const struct message *message)
{
	const struct evaluator *evaluator = message->evaluator;

	return message->verdict.decision.applied == DISPOSITION_QUARANTINE &&
	       evaluator->holds != NULL &&
	       (!hold_budget_take_path(evaluator->holds, evaluator->policy) ||
		is_hold_full(message));
}

static bool is_exempt_full(const struct message *message)
{
	const struct evaluator *evaluator = message->evaluator;
	const struct verdict *verdict = &message->verdict;

	return verdict->decision.applied == DISPOSITION_TAG &&
	       evaluator->exempt != NULL &&
	       !exempt_budget_take(evaluator->exempt, &verdict->client.address,
				   verdict->evidence.iprev.name);
}

/* Is there no room for what was decided? Then the input says so: what a known
 * path or a postmaster would spare is decided as if they were not, so that it
 * takes nobody's place. */
static bool is_past_bound(struct message *message)
{
	struct decide_input *input = &message->verdict.input;
	enum decide_reason decided_by = message->verdict.decision.decided_by;
	bool is_past = false;

	if (decided_by == REASON_ON_KNOWN_PATH) {
		is_past = is_path_full(message);
		input->is_known_path = !is_past;
	} else if (decided_by == REASON_POSTMASTER_EXEMPT) {
		is_past = is_exempt_full(message);
		input->is_to_postmaster = !is_past;
		message->verdict.is_to_postmaster = !is_past;
	} else if (!input->is_hold_full) {
		is_past = is_hold_full(message);
		input->is_hold_full = is_past;
	}
	return is_past;
}

/* Each bound is met once. */
static void decide_within_bounds(struct message *message,
				 const struct decide_rules *rules)
{
	const struct chosen_overrides *overrides = &message->overrides;
	struct verdict *verdict = &message->verdict;
	size_t chosen;

	do {
		verdict->decision =
		    decide_for_all(&verdict->input, overrides->matches,
				   overrides->count, rules, &chosen);
	} while (is_past_bound(message));
	message_override_choose(message, chosen);
}

static void decide_disposition(struct message *message)
{
	const struct evaluator *evaluator = message->evaluator;
	struct verdict *verdict = &message->verdict;
	const struct discovery *found = &verdict->discovery;
	const struct record *record = found->record;
	struct decide_input *input = &verdict->input;
	struct decide_rules rules = {
	    .mode = evaluator->mode,
	    .honor_pct = (enum honor_pct)evaluator->dmarc->honor_pct,
	    .policy = evaluator->policy,
	};

	input->result = verdict->result;
	input->is_author_malformed = verdict->author.error != AUTHOR_OK;
	input->pct = -1;
	/* A record that was found, while whether the author domain exists was
	 * not: sp or np, nobody knows. */
	if (found->is_complete && record != NULL && record->is_usable) {
		input->policy = tree_policy(found, verdict->author.domain);
		input->is_test_mode = record->is_test_mode;
		input->pct = record->pct;
		/* Each draw is a call of the system's. */
		if (record->pct >= 0 && record->pct < 100)
			input->draw = random_below(evaluator->random, 100);
	}
	input->is_known_path = path_is_known(message);
	weigh_recipients(message);
	decide_within_bounds(message, &rules);
	verdict->is_incident = decision_is_incident(input, &verdict->decision);
}

/* Where DMARC itself had nothing to say. */
static void say_why(struct verdict *verdict)
{
	if (verdict->reason != NULL)
		return;
	if (verdict->decision.decided_by == REASON_ON_OWN)
		verdict->reason = "nothing that passed is of that name, which "
				  "is protected here";
	else if (verdict->decision.decided_by == REASON_ON_UNAUTHENTICATED)
		verdict->reason = "neither SPF nor a signature passed, and "
				  "there is no policy";
}

/* For when DNS says nothing: only what it says now, and counted as passed only
 * where SPF says so, since a signature can be sent on by anybody. */
static void remember(struct message *message)
{
	struct verdict *verdict = &message->verdict;
	bool has_passed = verdict->result == DMARC_RESULT_PASS &&
			  verdict->is_spf_aligned &&
			  verdict->input.basis == BASIS_ANSWERED;
	const struct dns_memory_event event = {
	    .author = verdict->author.domain,
	    .passed = has_passed ? verdict->discovery.policy_domain : NULL,
	    .now_s = verdict->time_s,
	};

	if (message->evaluator->memory != NULL &&
	    message->evaluator->serves_stale &&
	    verdict->author.error == AUTHOR_OK)
		verdict->is_to_remember = dns_memory_note(
		    message->evaluator->memory, message, message->session,
		    &event, &verdict->remembered);
}

static void note_questions(struct message *message)
{
	struct verdict *verdict = &message->verdict;
	size_t count = dns_session_count(message->session);
	struct dns_question *questions =
	    mem_array(message, struct dns_question, count);

	for (size_t i = 0; i < count; i++)
		questions[i] = *dns_session_question(message->session, i);
	verdict->question_count = count;
	verdict->questions = questions;
}

/* The policy comes first, as in RFC 9989 5.3: a sender's slow SPF record must
 * not use up the time for the question whether the author domain exists. */
static void evaluate(struct message *message)
{
	struct verdict *verdict = &message->verdict;

	discover_policy(message);
	gather_evidence(message);
	judge(message);
	validate_chain(message);
	indirect_weigh(message);
	weigh_identity(message);
	find_lookalike(message);
	message_override_find(message);
	decide_disposition(message);
	say_why(verdict);
	present_override(message, verdict);
	verdict->is_report_mail = report_traffic_is_report(
	    &message->traffic, verdict->mail_from.is_null,
	    verdict->result == DMARC_RESULT_PASS);
	remember(message);
	note_questions(message);
}

/* The MTA deletes by index, which shifts those behind: highest first. */
static struct forged_fields list_forged(TALLOC_CTX *mem,
					const struct field_claims *claims)
{
	unsigned *indexes = mem_array(mem, unsigned, claims->forged_count);

	for (size_t i = 0; i < claims->forged_count; i++)
		indexes[i] = claims->forged[claims->forged_count - 1 - i];
	return (struct forged_fields){.count = claims->forged_count,
				      .indexes = indexes};
}

void message_use_references(struct message *message,
			    const struct reference_source *source)
{
	message->references = *source;
}

static void name_incident(struct message *message)
{
	const struct reference_source *source = &message->references;
	struct verdict *verdict = &message->verdict;

	if (!verdict->is_incident)
		return;
	(void)reference_make(message->evaluator->random, verdict->reference);
	if (source->name != NULL)
		verdict->is_counted =
		    source->name(source->context, verdict, verdict->reference);
}

/* Postfix's cleanup reads the header from its top for each field that goes. */
static bool is_uncleanable(const struct message *message)
{
	size_t count =
	    message->authres.forged_count + message->tags.forged_count;

	return count > 0 && count > LIMIT_REMOVAL_STEPS / message->field_count;
}

const struct verdict *message_finish(struct message *message)
{
	const struct evaluator *evaluator = message->evaluator;
	struct verdict *verdict = &message->verdict;
	int64_t start_ms = clock_monotonic_ms(evaluator->clock);

	/* Not of its beginning: a client may let a message last for hours, and
	 * the store would take it for a clock that went back. */
	verdict->time_s = clock_now_s(evaluator->clock);
	message_mark_keep(message);
	verdict->forged = list_forged(message, &message->authres);
	verdict->forged_tags = list_forged(message, &message->tags);
	verdict->input.is_uncleanable = is_uncleanable(message);
	if (verdict->skipped != NULL) {
		/* Not evaluated, but cleaned all the same. */
		if (verdict->input.is_uncleanable) {
			verdict->decision.applied = DISPOSITION_REJECT;
			verdict->reply = UNCLEANABLE_REPLY;
		}
		return verdict;
	}
	evaluate(message);
	name_incident(message);
	verdict->header =
	    present_header(message, verdict, evaluator->authserv_id);
	verdict->reply = present_reply(message, verdict, evaluator->policy);
	message_mark_write(message);
	verdict->elapsed_ms = clock_monotonic_ms(evaluator->clock) - start_ms;
	return verdict;
}
