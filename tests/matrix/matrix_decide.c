/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * matrix_decide.c - decide() over all combinations of its inputs
 *
 * The oracle is written from the texts, not from decide.c: each rule is one
 * paragraph of it, in the order in which the texts let a later rule win over
 * an earlier one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/policy/decide.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct want {
	enum request asked;
	enum disposition enforced;
	enum disposition applied;
	enum override_type type;
	char comment[64]; /* "" for none */
};

/* Sampled settings: defaults first, then levels moved up and down. */
static const struct policy_settings settings[] = {
#define SET(r, q, n, m, t, i)                                                  \
	{                                                                      \
		.on_reject = DISPOSITION_##r,                                  \
		.on_quarantine = DISPOSITION_##q, .on_none = DISPOSITION_##n,  \
		.on_malformed = DISPOSITION_##m,                               \
		.on_temperror = DISPOSITION_##t,                               \
		.indirect_mail = DISPOSITION_##i                               \
	}
    SET(REJECT, QUARANTINE, NONE, REJECT, TEMPFAIL, QUARANTINE),
    SET(REJECT, QUARANTINE, NONE, REJECT, NONE, QUARANTINE),
    SET(REJECT, QUARANTINE, NONE, NONE, TEMPFAIL, REJECT),
    SET(REJECT, QUARANTINE, NONE, TAG, TEMPFAIL, NONE),
    SET(QUARANTINE, QUARANTINE, NONE, QUARANTINE, TEMPFAIL, QUARANTINE),
    SET(QUARANTINE, TAG, NONE, REJECT, NONE, REJECT),
    SET(TAG, QUARANTINE, TAG, REJECT, TEMPFAIL, QUARANTINE),
    SET(TAG, TAG, TAG, TAG, NONE, NONE),
    SET(NONE, NONE, NONE, NONE, NONE, QUARANTINE),
    SET(NONE, REJECT, QUARANTINE, REJECT, TEMPFAIL, REJECT),
    SET(REJECT, REJECT, REJECT, REJECT, TEMPFAIL, REJECT),
    SET(REJECT, REJECT, QUARANTINE, REJECT, TEMPFAIL, QUARANTINE),
    SET(REJECT, NONE, REJECT, REJECT, NONE, NONE),
};

static const struct override_match overrides[] = {
    {false, DISPOSITION_REJECT, OVERRIDE_LOCAL_POLICY, NULL},
    {true, DISPOSITION_NONE, OVERRIDE_LOCAL_POLICY, NULL},
    {true, DISPOSITION_NONE, OVERRIDE_TRUSTED_FORWARDER, NULL},
    {true, DISPOSITION_TAG, OVERRIDE_MAILING_LIST, NULL},
    {true, DISPOSITION_QUARANTINE, OVERRIDE_LOCAL_POLICY, NULL},
    {true, DISPOSITION_QUARANTINE, OVERRIDE_MAILING_LIST, NULL},
    {true, DISPOSITION_REJECT, OVERRIDE_LOCAL_POLICY, NULL},
};

static void say(struct want *want, enum override_type type, const char *comment)
{
	want->type = type;
	(void)snprintf(want->comment, sizeof want->comment, "%s", comment);
}

/* RFC 9989 4.7 (t), RFC 7489 6.6.4 (pct), A.6: one step down, at most once. */
static void ask(const struct decide_input *in, enum honor_pct honor,
		struct want *want)
{
	static const enum request step_down[] = {
	    REQUEST_ABSENT, REQUEST_NONE, REQUEST_NONE, REQUEST_QUARANTINE};
	char text[64];

	want->asked = in->policy;
	if (step_down[in->policy] == in->policy)
		return;
	if (honor == HONOR_PCT_ZERO && in->pct == 0) {
		want->asked = step_down[in->policy];
		say(want, OVERRIDE_OTHER, "pct=0");
	}
	/* A message is drawn with probability pct/100. */
	if (honor == HONOR_PCT_FULL && in->pct != -1 &&
	    !((int)in->draw < in->pct)) {
		want->asked = step_down[in->policy];
		(void)snprintf(text, sizeof text, "sampled out, pct=%d",
			       in->pct);
		say(want, OVERRIDE_OTHER, text);
	}
	if (in->is_test_mode) {
		want->asked = step_down[in->policy];
		say(want, OVERRIDE_POLICY_TEST_MODE, "");
	}
}

static enum disposition plain(enum request request)
{
	if (request == REQUEST_REJECT)
		return DISPOSITION_REJECT;
	if (request == REQUEST_QUARANTINE)
		return DISPOSITION_QUARANTINE;
	return DISPOSITION_NONE;
}

/* A failing message: the level's setting, softened by signs of indirect mail;
 * the reason is the setting's only when the outcome is not what was asked. */
static void fail(const struct decide_input *in, const struct policy_settings *s,
		 struct want *want)
{
	const int levels[] = {DISPOSITION_NONE, s->on_none, s->on_quarantine,
			      s->on_reject};
	const char *names[] = {"", "policy.on_none", "policy.on_quarantine",
			       "policy.on_reject"};
	int outcome = levels[want->asked];
	const char *name = names[want->asked];

	if (want->asked == REQUEST_REJECT && in->indirect != INDIRECT_NONE &&
	    s->indirect_mail < outcome) {
		outcome = s->indirect_mail;
		name = in->indirect == INDIRECT_ARC
			   ? "trusted ARC sealer"
			   : "body changed, header signature intact";
	}
	want->enforced = (enum disposition)outcome;
	if (want->enforced != plain(want->asked))
		say(want, OVERRIDE_LOCAL_POLICY, name);
}

/* What an override would have to change to be worth a reason. */
static enum disposition without_override(const struct decide_input *in,
					 const struct policy_settings *s,
					 enum request asked)
{
	if (in->is_author_malformed)
		return (enum disposition)s->on_malformed;
	if (in->result == DMARC_RESULT_TEMPERROR)
		return (enum disposition)s->on_temperror;
	if (in->result == DMARC_RESULT_FAIL)
		return plain(asked);
	return DISPOSITION_NONE;
}

static struct want oracle(const struct decide_input *in,
			  const struct decide_rules *rules)
{
	const struct policy_settings *s = rules->policy;
	struct want want = {0};
	bool is_judged = !in->is_author_malformed;
	bool is_failing = is_judged && in->result == DMARC_RESULT_FAIL;

	if (is_judged && in->result != DMARC_RESULT_NONE &&
	    in->result != DMARC_RESULT_PERMERROR)
		ask(in, rules->honor_pct, &want);
	struct want lowered = want;
	if (!is_failing)
		say(&want, OVERRIDE_NONE, "");
	if (is_failing)
		fail(in, s, &want);
	if (is_judged && in->result == DMARC_RESULT_TEMPERROR) {
		want.enforced = (enum disposition)s->on_temperror;
		if (s->on_temperror == DISPOSITION_NONE &&
		    want.asked > REQUEST_NONE)
			say(&want, OVERRIDE_LOCAL_POLICY,
			    "policy.on_temperror");
	}
	if (in->is_author_malformed)
		want.enforced = (enum disposition)s->on_malformed;
	if (in->override.has_match) {
		want.enforced = in->override.action;
		say(&want, OVERRIDE_NONE, "");
		if (is_failing)
			say(&want, lowered.type, lowered.comment);
		if (want.enforced != without_override(in, s, want.asked))
			say(&want, in->override.type, "override");
	}
	want.applied = want.enforced;
	if (rules->mode == MODE_MONITOR) {
		want.applied = DISPOSITION_NONE;
		if (want.enforced != DISPOSITION_NONE)
			say(&want, OVERRIDE_LOCAL_POLICY, "monitor mode");
	}
	return want;
}

static const char *comment_on(TALLOC_CTX *mem, const struct decide_input *in,
			      const struct decision *got)
{
	const char *comment = decide_comment(mem, in, got);

	return comment == NULL ? "" : comment;
}

static bool is_as_wanted(TALLOC_CTX *mem, const struct decide_input *in,
			 const struct decision *got, const struct want *want)
{
	const char *comment = comment_on(mem, in, got);

	return got->asked == want->asked && got->enforced == want->enforced &&
	       got->applied == want->applied && got->override == want->type &&
	       (want->type == OVERRIDE_NONE ||
		strcmp(comment, want->comment) == 0) &&
	       got->decided_by != REASON_NONE;
}

static void show(TALLOC_CTX *mem, const struct decide_input *in,
		 const struct decide_rules *r, const struct decision *got,
		 const struct want *want)
{
	(void)printf(
	    "result=%s malformed=%d policy=%d t=%d pct=%d draw=%u "
	    "indirect=%s override=%d/%d honor=%d mode=%d settings=%td\n"
	    "  got  asked=%d enforced=%d applied=%d type=%d %s\n"
	    "  want asked=%d enforced=%d applied=%d type=%d %s\n",
	    dmarc_result_text(in->result), in->is_author_malformed,
	    (int)in->policy, in->is_test_mode, in->pct, in->draw,
	    indirect_text(in->indirect), in->override.has_match,
	    (int)in->override.action, (int)r->honor_pct, (int)r->mode,
	    r->policy - settings, (int)got->asked, (int)got->enforced,
	    (int)got->applied, (int)got->override, comment_on(mem, in, got),
	    (int)want->asked, (int)want->enforced, (int)want->applied,
	    (int)want->type, want->comment);
}

struct tally {
	uint64_t rows;
	uint64_t wrong;
};

static void check(const struct decide_input *in, struct tally *tally)
{
	TALLOC_CTX *mem = mem_context(NULL);

	for (unsigned n = 0; n < 3 * 2 * COUNT(settings); n++) {
		struct decide_rules rules = {
		    .honor_pct = (enum honor_pct)(n % 3),
		    .mode = (enum policy_mode)(n / 3 % 2),
		    .policy = &settings[n / 6],
		};
		struct decision got = decide(in, &rules);
		struct want want = oracle(in, &rules);
		tally->rows++;
		if (is_as_wanted(mem, in, &got, &want))
			continue;
		if (tally->wrong++ < 10)
			show(mem, in, &rules, &got, &want);
	}
	mem_free(mem);
}

/* The inner half of the input: the record's side. */
static void check_records(struct decide_input in, struct tally *tally)
{
	static const int pcts[] = {-1, 0, 1, 50, 99, 100};
	static const unsigned draws[] = {0, 1, 49, 50, 99};

	for (unsigned p = REQUEST_ABSENT; p <= REQUEST_REJECT; p++) {
		for (unsigned n = 0; n < 2 * COUNT(pcts) * COUNT(draws); n++) {
			in.policy = (enum request)p;
			in.is_test_mode = n % 2 == 1;
			in.pct = pcts[n / 2 % COUNT(pcts)];
			in.draw = draws[n / 2 / COUNT(pcts)];
			check(&in, tally);
		}
	}
}

int main(void)
{
	struct tally tally = {0};

	for (unsigned r = DMARC_RESULT_NONE; r <= DMARC_RESULT_PERMERROR; r++) {
		for (unsigned n = 0; n < 2 * 3 * COUNT(overrides); n++) {
			struct decide_input in = {
			    .result = (enum dmarc_result)r,
			    .is_author_malformed = n % 2 == 1,
			    .indirect = (enum indirect)(n / 2 % 3),
			    .override = overrides[n / 6],
			};
			check_records(in, &tally);
		}
	}
	(void)printf("decide: %" PRIu64 " combinations, %" PRIu64 " wrong\n",
		     tally.rows, tally.wrong);
	return tally.wrong != 0;
}
