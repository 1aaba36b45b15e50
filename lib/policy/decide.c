/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decide.c - evidence, record and rules in; disposition out
 *
 * RFC 9989 4.7 (t), 5.4, 7.4; RFC 7489 6.6.4 (pct); RFC 9990 3.1.1.9 (reasons).
 * Three steps: what the published policy asks for, what the settings make of
 * it, and what an operator's override, a full hold queue or monitor mode makes
 * of that.
 */
#include "lib/policy/decide.h"

/* An outcome, and why it is not what was published. */
struct outcome {
	enum disposition disposition;
	enum override_type override;
	enum decide_reason comment;
	enum decide_reason decided_by;
};

/* A policy one level down, or as published. */
struct lowered {
	enum request request;
	enum override_type override; /* OVERRIDE_NONE: not lowered */
	enum decide_reason comment;
};

/* Does a policy apply at all? */
static bool has_policy(const struct decide_input *input)
{
	return !input->is_author_malformed &&
	       input->result != DMARC_RESULT_NONE &&
	       input->result != DMARC_RESULT_PERMERROR;
}

static bool is_lowered_by_pct(const struct decide_input *input,
			      enum honor_pct honor)
{
	if (honor == HONOR_PCT_FULL)
		return input->pct >= 0 && input->draw >= (unsigned)input->pct;
	return honor == HONOR_PCT_ZERO && input->pct == 0;
}

/* t=y and pct lower a policy once, not twice; t=y is then the reason. */
static struct lowered lower(const struct decide_input *input,
			    enum honor_pct honor)
{
	struct lowered same = {.request = input->policy};
	struct lowered down = {.request = input->policy == REQUEST_REJECT
					      ? REQUEST_QUARANTINE
					      : REQUEST_NONE};

	if (input->policy <= REQUEST_NONE)
		return same;
	if (input->is_test_mode) {
		down.override = OVERRIDE_POLICY_TEST_MODE;
		return down;
	}
	if (!is_lowered_by_pct(input, honor))
		return same;
	down.override = OVERRIDE_OTHER;
	down.comment =
	    honor == HONOR_PCT_FULL ? REASON_SAMPLED_OUT : REASON_PCT_ZERO;
	return down;
}

/* What a request comes to when nobody interferes. */
static enum disposition disposition_of(enum request request)
{
	static const enum disposition dispositions[] = {
	    [REQUEST_ABSENT] = DISPOSITION_NONE,
	    [REQUEST_NONE] = DISPOSITION_NONE,
	    [REQUEST_QUARANTINE] = DISPOSITION_QUARANTINE,
	    [REQUEST_REJECT] = DISPOSITION_REJECT,
	};

	return dispositions[request];
}

enum disposition disposition_stricter(enum disposition a, enum disposition b)
{
	static const int ranks[] = {
	    [DISPOSITION_NONE] = 0,	  [DISPOSITION_TAG] = 1,
	    [DISPOSITION_QUARANTINE] = 2, [DISPOSITION_TEMPFAIL] = 3,
	    [DISPOSITION_REJECT] = 4,
	};

	return ranks[a] > ranks[b] ? a : b;
}

/* Evidence of indirect mail speaks for the sender: it makes a refusal milder,
 * never harsher. */
static bool soften(enum indirect indirect,
		   const struct policy_settings *settings,
		   struct outcome *outcome)
{
	static const enum decide_reason traces[] = {
	    [INDIRECT_BODY_CHANGED] = REASON_BODY_CHANGED,
	    [INDIRECT_ARC] = REASON_TRUSTED_SEALER,
	};

	if (indirect == INDIRECT_NONE ||
	    settings->indirect_mail >= (int)outcome->disposition)
		return false;
	*outcome = (struct outcome){
	    .disposition = (enum disposition)settings->indirect_mail,
	    .comment = traces[indirect],
	    .decided_by = REASON_INDIRECT_MAIL,
	};
	return true;
}

/* What is known of a path holds back a refusal, and is the last to be asked:
 * where there is no room to hold, the refusal stands. */
static bool is_spared(const struct decide_input *input,
		      const struct policy_settings *settings)
{
	return input->is_known_path && !input->is_hold_full &&
	       settings->known_path == DISPOSITION_QUARANTINE &&
	       settings->on_reject == DISPOSITION_REJECT;
}

static struct outcome level_reject(const struct decide_input *input,
				   const struct policy_settings *settings)
{
	struct outcome outcome = {
	    .disposition = (enum disposition)settings->on_reject,
	    .comment = REASON_ON_REJECT,
	    .decided_by = REASON_ON_REJECT,
	};

	if (!soften(input->indirect, settings, &outcome) &&
	    is_spared(input, settings))
		outcome = (struct outcome){
		    .disposition = DISPOSITION_QUARANTINE,
		    .comment = REASON_KNOWN_PATH,
		    .decided_by = REASON_ON_KNOWN_PATH,
		};
	return outcome;
}

static struct outcome level_of(enum request asked,
			       const struct decide_input *input,
			       const struct policy_settings *settings)
{
	if (asked == REQUEST_REJECT)
		return level_reject(input, settings);
	if (asked == REQUEST_QUARANTINE)
		return (struct outcome){
		    .disposition = (enum disposition)settings->on_quarantine,
		    .comment = REASON_ON_QUARANTINE,
		    .decided_by = REASON_ON_QUARANTINE,
		};
	if (asked == REQUEST_NONE)
		return (struct outcome){
		    .disposition = (enum disposition)settings->on_none,
		    .comment = REASON_ON_NONE,
		    .decided_by = REASON_ON_NONE,
		};
	return (struct outcome){.decided_by = REASON_DMARC_FAIL};
}

static bool is_unproved(const struct decide_input *input)
{
	return input->own == OWN_OPEN || input->own == OWN_UNPROVED;
}

/* Our own names are held to on_own at least, whatever DNS says. What may yet
 * prove to be ours is not refused: it is to come again. */
static struct outcome raise_for_own(const struct decide_input *input,
				    struct outcome outcome,
				    const struct policy_settings *settings)
{
	struct outcome own = {
	    .disposition = (enum disposition)settings->on_own,
	    .comment = REASON_ON_OWN,
	    .decided_by = REASON_ON_OWN,
	};

	if (!is_unproved(input))
		return outcome;
	if (own.disposition == DISPOSITION_REJECT && input->own == OWN_OPEN)
		own.disposition = DISPOSITION_TEMPFAIL;
	else if (own.disposition == DISPOSITION_REJECT)
		(void)soften(input->indirect, settings, &own);
	return disposition_stricter(outcome.disposition, own.disposition) ==
		       outcome.disposition
		   ? outcome
		   : own;
}

/* Where it is not the policy that decides: a message that will come back has
 * not been disposed of; any other has, if not as its policy asks. */
static struct outcome compare_with(enum request asked, struct outcome outcome)
{
	if (outcome.disposition == DISPOSITION_TEMPFAIL ||
	    outcome.disposition == disposition_of(asked)) {
		outcome.comment = REASON_NONE;
		return outcome;
	}
	outcome.override = OVERRIDE_LOCAL_POLICY;
	return outcome;
}

static struct outcome decide_temperror(const struct decide_input *input,
				       enum request asked,
				       const struct policy_settings *settings)
{
	struct outcome outcome = {
	    .disposition = (enum disposition)settings->on_temperror,
	    .comment = REASON_ON_TEMPERROR,
	    .decided_by = REASON_ON_TEMPERROR,
	};

	return compare_with(asked, raise_for_own(input, outcome, settings));
}

static struct outcome decide_fail(const struct decide_input *input,
				  const struct lowered *asked,
				  const struct policy_settings *settings)
{
	struct outcome outcome = raise_for_own(
	    input, level_of(asked->request, input, settings), settings);

	if (outcome.disposition != disposition_of(asked->request)) {
		outcome.override = OVERRIDE_LOCAL_POLICY;
	} else {
		outcome.override = asked->override;
		outcome.comment = asked->comment;
	}
	return outcome;
}

/* What happens at least to what passes for a name of ours, or a person. Whose
 * past cannot be read may be a partner: his reader is warned, and nobody's mail
 * is lost. */
static enum disposition look_level(const struct decide_input *input,
				   const struct policy_settings *settings)
{
	int level = DISPOSITION_NONE;

	if (input->is_lookalike)
		level = settings->on_lookalike;
	else if (input->is_person_name)
		level = settings->on_person_name;
	return level != DISPOSITION_NONE && input->is_past_unread
		   ? DISPOSITION_TAG
		   : (enum disposition)level;
}

bool decide_passes_for_ours(const struct decide_input *input)
{
	return input->is_lookalike || input->is_person_name;
}

bool decide_acts_unasked(const struct decide_input *input,
			 const struct policy_settings *settings)
{
	return (input->is_unauthenticated &&
		settings->on_unauthenticated != DISPOSITION_NONE) ||
	       (is_unproved(input) && settings->on_own != DISPOSITION_NONE) ||
	       look_level(input, settings) != DISPOSITION_NONE;
}

/* No policy that could be applied. */
static struct outcome decide_unasked(const struct decide_input *input,
				     const struct policy_settings *settings)
{
	struct outcome outcome = {.decided_by =
				      input->result == DMARC_RESULT_NONE
					  ? REASON_DMARC_NONE
					  : REASON_DMARC_PERMERROR};

	if (input->is_unauthenticated &&
	    settings->on_unauthenticated != DISPOSITION_NONE)
		outcome = (struct outcome){
		    .disposition =
			(enum disposition)settings->on_unauthenticated,
		    .comment = REASON_ON_UNAUTHENTICATED,
		    .decided_by = REASON_ON_UNAUTHENTICATED,
		};
	return compare_with(REQUEST_ABSENT,
			    raise_for_own(input, outcome, settings));
}

/* What DMARC alone makes of it, and the settings beside it. */
static struct outcome decide_by_result(const struct decide_input *input,
				       const struct lowered *asked,
				       const struct policy_settings *settings)
{
	if (input->is_author_malformed)
		return (struct outcome){
		    .disposition = (enum disposition)settings->on_malformed,
		    .decided_by = REASON_ON_MALFORMED,
		};
	if (input->result == DMARC_RESULT_TEMPERROR)
		return decide_temperror(input, asked->request, settings);
	if (input->result == DMARC_RESULT_FAIL)
		return decide_fail(input, asked, settings);
	if (input->result == DMARC_RESULT_PASS)
		return (struct outcome){.decided_by = REASON_DMARC_PASS};
	return decide_unasked(input, settings);
}

/* What passes for one of ours is held to its setting at least, also where it
 * passes DMARC: it proves to be itself. */
static struct outcome decide_by_rules(const struct decide_input *input,
				      const struct lowered *asked,
				      const struct policy_settings *settings)
{
	struct outcome outcome = decide_by_result(input, asked, settings);
	enum disposition level = look_level(input, settings);
	enum decide_reason reason =
	    input->is_lookalike ? REASON_ON_LOOKALIKE : REASON_ON_PERSON_NAME;

	if (disposition_stricter(outcome.disposition, level) ==
	    outcome.disposition)
		return outcome;
	outcome = (struct outcome){
	    .disposition = level,
	    .comment = reason,
	    .decided_by = reason,
	};
	/* Of mail that passes nothing is asked. */
	return compare_with(input->result == DMARC_RESULT_FAIL ? asked->request
							       : REQUEST_ABSENT,
			    outcome);
}

/* A refusal that names a postmaster is to leave a way to reach one (RFC 5321
 * 4.5.1). A From that cannot be read is mended without asking. */
static struct outcome exempt(const struct decide_input *input,
			     const struct lowered *asked,
			     struct outcome outcome,
			     const struct policy_settings *settings)
{
	if (outcome.disposition != DISPOSITION_REJECT ||
	    input->is_author_malformed || !input->is_to_postmaster ||
	    !settings->is_postmaster_exempt)
		return outcome;
	return compare_with(asked->request,
			    (struct outcome){
				.disposition = DISPOSITION_TAG,
				.comment = REASON_POSTMASTER,
				.decided_by = REASON_POSTMASTER_EXEMPT,
			    });
}

/* What an override is measured against: the published policy, or the settings
 * where no policy can be applied. */
static enum disposition unhindered(const struct decide_input *input,
				   const struct lowered *asked,
				   const struct outcome *by_rules)
{
	if (!input->is_author_malformed && input->result == DMARC_RESULT_FAIL)
		return disposition_of(asked->request);
	return by_rules->disposition;
}

/* The operator's word wins over everything, also over a quarantine already
 * decided. */
static struct outcome override_outcome(const struct decide_input *input,
				       const struct lowered *asked,
				       const struct outcome *by_rules)
{
	struct outcome outcome = {
	    .disposition = input->override.action,
	    .decided_by = REASON_OVERRIDE,
	};

	if (outcome.disposition != unhindered(input, asked, by_rules)) {
		outcome.override = input->override.type;
		outcome.comment = REASON_OVERRIDE;
	} else if (input->result == DMARC_RESULT_FAIL) {
		outcome.override = asked->override;
		outcome.comment = asked->comment;
	}
	return outcome;
}

/* A quarantine that is a hold, and no room for it. In monitor mode nothing is
 * held. */
static bool is_hold_missed(const struct decide_input *input,
			   const struct outcome *outcome,
			   const struct decide_rules *rules)
{
	return input->is_hold_full && rules->mode == MODE_ENFORCE &&
	       outcome->disposition == DISPOSITION_QUARANTINE &&
	       rules->policy->quarantine_action == QUARANTINE_HOLD;
}

/* Beside stale answers a key that was never asked for keeps mail undecided, and
 * anybody can name one: while a sender's servers are silent on_temperror =
 * accept is no way past his policy. */
static bool is_way_past(const struct decide_input *input,
			const struct lowered *asked,
			const struct outcome *outcome)
{
	return input->result == DMARC_RESULT_TEMPERROR &&
	       asked->request > REQUEST_NONE &&
	       outcome->disposition == DISPOSITION_NONE;
}

/* A policy that is followed by means of stale answers: told where it lets mail
 * in, deferred where it would refuse or cannot be followed. What an operator's
 * override says needs no DNS. */
static struct outcome weigh_basis(const struct decide_input *input,
				  const struct lowered *asked,
				  const struct outcome *outcome)
{
	struct outcome weighed = *outcome;

	if (input->basis == BASIS_ANSWERED || input->is_author_malformed ||
	    outcome->decided_by == REASON_OVERRIDE)
		return weighed;
	if (is_way_past(input, asked, outcome) ||
	    (outcome->disposition == DISPOSITION_REJECT &&
	     input->result != DMARC_RESULT_TEMPERROR))
		return (struct outcome){
		    .disposition = DISPOSITION_TEMPFAIL,
		    .decided_by = REASON_SERVE_STALE,
		};
	if (input->result != DMARC_RESULT_TEMPERROR &&
	    outcome->override == OVERRIDE_NONE) {
		weighed.override = OVERRIDE_LOCAL_POLICY;
		weighed.comment = input->basis == BASIS_REMEMBERED
				      ? REASON_REMEMBERED
				      : REASON_STALE;
	}
	return weighed;
}

static struct decision decision_of(enum request asked,
				   const struct outcome *outcome,
				   enum policy_mode mode)
{
	struct decision decision = {
	    .asked = asked,
	    .enforced = outcome->disposition,
	    .applied = outcome->disposition,
	    .override = outcome->override,
	    .comment = outcome->comment,
	    .decided_by = outcome->decided_by,
	};

	if (mode == MODE_MONITOR && decision.enforced != DISPOSITION_NONE) {
		decision.applied = DISPOSITION_NONE;
		decision.override = OVERRIDE_LOCAL_POLICY;
		decision.comment = REASON_MONITOR_MODE;
	}
	return decision;
}

static struct decision refuse_uncleanable(enum request asked)
{
	return (struct decision){
	    .asked = asked,
	    .enforced = DISPOSITION_REJECT,
	    .applied = DISPOSITION_REJECT,
	    .override = OVERRIDE_LOCAL_POLICY,
	    .comment = REASON_UNCLEANABLE,
	    .decided_by = REASON_FORGED_FIELDS,
	};
}

struct decision decide(const struct decide_input *input,
		       const struct decide_rules *rules)
{
	struct lowered asked = {.request = REQUEST_ABSENT};

	if (has_policy(input))
		asked = lower(input, rules->honor_pct);
	if (input->is_uncleanable)
		return refuse_uncleanable(asked.request);
	struct outcome outcome = decide_by_rules(input, &asked, rules->policy);
	if (input->override.has_match)
		outcome = override_outcome(input, &asked, &outcome);
	else
		outcome = exempt(input, &asked, outcome, rules->policy);
	outcome = weigh_basis(input, &asked, &outcome);
	if (is_hold_missed(input, &outcome, rules))
		outcome = (struct outcome){
		    .disposition =
			(enum disposition)rules->policy->on_hold_full,
		    .override = OVERRIDE_LOCAL_POLICY,
		    .comment = REASON_HOLD_FULL,
		    .decided_by = REASON_ON_HOLD_FULL,
		};
	return decision_of(asked.request, &outcome, rules->mode);
}

struct decision decide_for_all(struct decide_input *input,
			       const struct override_match *matches,
			       size_t count, const struct decide_rules *rules,
			       size_t *chosen)
{
	input->override = matches[0];
	struct decision strictest = decide(input, rules);

	*chosen = 0;
	for (size_t i = 1; i < count; i++) {
		input->override = matches[i];
		struct decision decision = decide(input, rules);
		if (disposition_stricter(strictest.enforced,
					 decision.enforced) ==
		    strictest.enforced)
			continue;
		strictest = decision;
		*chosen = i;
	}
	input->override = matches[*chosen];
	return strictest;
}

bool decision_is_incident(const struct decide_input *input,
			  const struct decision *decision)
{
	return input->is_author_malformed || decide_passes_for_ours(input) ||
	       input->result == DMARC_RESULT_FAIL ||
	       input->result == DMARC_RESULT_TEMPERROR ||
	       decision->override != OVERRIDE_NONE ||
	       decision->applied != DISPOSITION_NONE;
}
