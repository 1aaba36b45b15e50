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
#include <stdlib.h>
#include <string.h>

#include "lib/policy/decide.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct want {
	enum request asked;
	enum disposition enforced;
	enum disposition applied;
	enum override_type type;
	const char *comment; /* "" for none */
};

/* Sampled settings: defaults first, then levels moved up and down. */
static const struct policy_settings sampled[] = {
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
	want->comment = comment;
}

/* RFC 9989 4.7 (t), RFC 7489 6.6.4 (pct), A.6: one step down, at most once. */
static void ask(const struct decide_input *in, enum honor_pct honor,
		struct want *want)
{
	static const enum request step_down[] = {
	    REQUEST_ABSENT, REQUEST_NONE, REQUEST_NONE, REQUEST_QUARANTINE};
	static char drawn[64];

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
		(void)snprintf(drawn, sizeof drawn, "sampled out, pct=%d",
			       in->pct);
		say(want, OVERRIDE_OTHER, drawn);
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

/* What is known to be indirect, and may be treated more mildly than that. */
static bool is_milder(const struct decide_input *in,
		      const struct policy_settings *s, int than)
{
	return in->indirect != INDIRECT_NONE && s->indirect_mail < than;
}

static const char *trace_name(const struct decide_input *in)
{
	return in->indirect == INDIRECT_ARC
		   ? "trusted ARC sealer"
		   : "body changed, header signature intact";
}

/* A failing message: the level's setting, softened by signs of indirect mail,
 * and last of all by a path that is known. */
static const char *fail(const struct decide_input *in,
			const struct policy_settings *s, struct want *want)
{
	const int levels[] = {DISPOSITION_NONE, s->on_none, s->on_quarantine,
			      s->on_reject};
	const char *names[] = {"", "policy.on_none", "policy.on_quarantine",
			       "policy.on_reject"};
	int level = levels[want->asked];

	want->enforced = (enum disposition)level;
	if (want->asked != REQUEST_REJECT)
		return names[want->asked];
	if (is_milder(in, s, level)) {
		want->enforced = (enum disposition)s->indirect_mail;
		return trace_name(in);
	}
	if (level == DISPOSITION_REJECT && s->known_path != DISPOSITION_NONE &&
	    in->is_known_path && !in->is_hold_full) {
		want->enforced = DISPOSITION_QUARANTINE;
		return "known path";
	}
	return names[want->asked];
}

static const char *without_policy(const struct decide_input *in,
				  const struct policy_settings *s,
				  struct want *want)
{
	if (in->is_unauthenticated)
		want->enforced = (enum disposition)s->on_unauthenticated;
	return "policy.on_unauthenticated";
}

/* A refusal is the strictest, what is put off comes next. */
static int strictness(enum disposition disposition)
{
	static const int ranks[] = {[DISPOSITION_NONE] = 0,
				    [DISPOSITION_TAG] = 1,
				    [DISPOSITION_QUARANTINE] = 2,
				    [DISPOSITION_TEMPFAIL] = 3,
				    [DISPOSITION_REJECT] = 4};

	return ranks[disposition];
}

/* Our own names: at least what on_own says. What may yet pass is not refused
 * but put off; a refusal, and it alone, is softened as another would be. */
static const char *raise_own(const struct decide_input *in,
			     const struct policy_settings *s, const char *name,
			     struct want *want)
{
	const char *own_name = "policy.on_own";
	int level = s->on_own;

	if (in->own == OWN_NOT || in->own == OWN_PROVED)
		return name;
	if (level == DISPOSITION_REJECT && in->own == OWN_OPEN) {
		level = DISPOSITION_TEMPFAIL;
	} else if (level == DISPOSITION_REJECT && is_milder(in, s, level)) {
		level = s->indirect_mail;
		own_name = trace_name(in);
	}
	if (strictness((enum disposition)level) <= strictness(want->enforced))
		return name;
	want->enforced = (enum disposition)level;
	return own_name;
}

/* A reason is owed when the outcome is not what was asked; none for mail that
 * is put off because nothing is known of it yet. */
static void by_rules(const struct decide_input *in,
		     const struct policy_settings *s, struct want *want)
{
	struct want lowered = *want;
	const char *name = "policy.on_temperror";
	bool is_failing = in->result == DMARC_RESULT_FAIL;

	say(want, OVERRIDE_NONE, "");
	if (in->result == DMARC_RESULT_PASS)
		return;
	if (is_failing)
		name = fail(in, s, want);
	else if (in->result == DMARC_RESULT_TEMPERROR)
		want->enforced = (enum disposition)s->on_temperror;
	else
		name = without_policy(in, s, want);
	name = raise_own(in, s, name, want);
	if (want->enforced == plain(want->asked)) {
		if (is_failing)
			say(want, lowered.type, lowered.comment);
	} else if (is_failing || want->enforced != DISPOSITION_TEMPFAIL) {
		say(want, OVERRIDE_LOCAL_POLICY, name);
	}
}

/* Who passes for one of ours, a name or else a person: at least what its
 * setting says, whatever the result; a reason is owed unless a policy that
 * failed asked for as much. */
static void raise_lookalike(const struct decide_input *in,
			    const struct policy_settings *s, bool is_failing,
			    struct want *want)
{
	int level = in->is_lookalike	 ? s->on_lookalike
		    : in->is_person_name ? s->on_person_name
					 : DISPOSITION_NONE;

	if (in->is_past_unread && level != DISPOSITION_NONE)
		level = DISPOSITION_TAG;
	if (strictness((enum disposition)level) <= strictness(want->enforced))
		return;
	want->enforced = (enum disposition)level;
	if (is_failing && want->enforced == plain(want->asked))
		say(want, OVERRIDE_NONE, "");
	else
		say(want, OVERRIDE_LOCAL_POLICY,
		    in->is_lookalike ? "policy.on_lookalike"
				     : "policy.on_person_name");
}

/* What DNS said before refuses nothing, and is told where it lets in; the
 * operator's override is his own word. */
static void rest(const struct decide_input *in, struct want *want)
{
	bool is_open = in->result == DMARC_RESULT_TEMPERROR;

	if (in->basis == BASIS_ANSWERED || in->is_author_malformed ||
	    in->override.has_match)
		return;
	if (is_open && want->enforced == DISPOSITION_NONE &&
	    plain(want->asked) != DISPOSITION_NONE) {
		want->enforced = DISPOSITION_TEMPFAIL;
		say(want, OVERRIDE_NONE, "");
	}
	if (is_open)
		return;
	if (want->enforced == DISPOSITION_REJECT) {
		want->enforced = DISPOSITION_TEMPFAIL;
		say(want, OVERRIDE_NONE, "");
	} else if (want->type == OVERRIDE_NONE) {
		say(want, OVERRIDE_LOCAL_POLICY,
		    in->basis == BASIS_STALE ? "stale answer"
					     : "remembered record");
	}
}

static struct want oracle(const struct decide_input *in,
			  const struct decide_rules *rules)
{
	const struct policy_settings *s = rules->policy;
	struct want want = {.comment = ""};
	bool is_judged = !in->is_author_malformed;
	bool is_failing = is_judged && in->result == DMARC_RESULT_FAIL;

	if (is_judged && in->result != DMARC_RESULT_NONE &&
	    in->result != DMARC_RESULT_PERMERROR)
		ask(in, rules->honor_pct, &want);
	struct want lowered = want;
	if (is_judged)
		by_rules(in, s, &want);
	else
		want.enforced = (enum disposition)s->on_malformed;
	raise_lookalike(in, s, is_failing, &want);
	/* What an override would have to change to be worth a reason. */
	enum disposition without =
	    is_failing ? plain(want.asked) : want.enforced;
	/* Who is refused may ask a postmaster, if he can be told who asks. */
	if (is_judged && want.enforced == DISPOSITION_REJECT &&
	    in->is_to_postmaster && s->is_postmaster_exempt) {
		want.enforced = DISPOSITION_TAG;
		say(&want, OVERRIDE_LOCAL_POLICY, "to a postmaster alone");
	}
	if (in->override.has_match) {
		want.enforced = in->override.action;
		say(&want, OVERRIDE_NONE, "");
		if (is_failing)
			say(&want, lowered.type, lowered.comment);
		if (want.enforced != without)
			say(&want, in->override.type, "override");
	}
	rest(in, &want);
	if (in->is_hold_full && rules->mode == MODE_ENFORCE &&
	    want.enforced == DISPOSITION_QUARANTINE &&
	    s->quarantine_action == QUARANTINE_HOLD) {
		want.enforced = (enum disposition)s->on_hold_full;
		say(&want, OVERRIDE_LOCAL_POLICY, "hold queue full");
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
	const struct policy_settings *s = r->policy;

	(void)printf(
	    "result=%s malformed=%d policy=%d t=%d pct=%d draw=%u "
	    "indirect=%s basis=%s own=%d unauthenticated=%d path=%d full=%d "
	    "override=%d/%d honor=%d mode=%d on_reject=%d indirect_mail=%d "
	    "on_temperror=%d on_own=%d on_unauthenticated=%d known_path=%d "
	    "action=%d postmaster=%d/%d\n"
	    "  got  asked=%d enforced=%d applied=%d type=%d %s\n"
	    "  want asked=%d enforced=%d applied=%d type=%d %s\n",
	    dmarc_result_text(in->result), in->is_author_malformed,
	    (int)in->policy, in->is_test_mode, in->pct, in->draw,
	    indirect_text(in->indirect), basis_text(in->basis), (int)in->own,
	    in->is_unauthenticated, in->is_known_path, in->is_hold_full,
	    in->override.has_match, (int)in->override.action, (int)r->honor_pct,
	    (int)r->mode, s->on_reject, s->indirect_mail, s->on_temperror,
	    s->on_own, s->on_unauthenticated, s->known_path,
	    s->quarantine_action, in->is_to_postmaster, s->is_postmaster_exempt,
	    (int)got->asked, (int)got->enforced, (int)got->applied,
	    (int)got->override, comment_on(mem, in, got), (int)want->asked,
	    (int)want->enforced, (int)want->applied, (int)want->type,
	    want->comment);
}

struct tally {
	uint64_t rows;
	uint64_t wrong;
};

static void check(TALLOC_CTX *mem, const struct decide_input *in,
		  const struct decide_rules *rules, struct tally *tally)
{
	struct decision got = decide(in, rules);
	struct want want = oracle(in, rules);

	tally->rows++;
	if (!is_as_wanted(mem, in, &got, &want) && tally->wrong++ < 10)
		show(mem, in, rules, &got, &want);
}

/* --- the policy and the levels ------------------------------------------- */

static void check_levels(const struct decide_input *in, struct tally *tally)
{
	TALLOC_CTX *mem = mem_context(NULL);

	for (unsigned n = 0; n < 3 * 2 * COUNT(sampled); n++) {
		struct decide_rules rules = {
		    .honor_pct = (enum honor_pct)(n % 3),
		    .mode = (enum policy_mode)(n / 3 % 2),
		    .policy = &sampled[n / 6],
		};
		check(mem, in, &rules, tally);
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
			check_levels(&in, tally);
		}
	}
}

static void check_policies(struct tally *tally)
{
	for (unsigned r = DMARC_RESULT_NONE; r <= DMARC_RESULT_PERMERROR; r++) {
		for (unsigned n = 0; n < 2 * 3 * COUNT(overrides); n++) {
			struct decide_input in = {
			    .result = (enum dmarc_result)r,
			    .is_author_malformed = n % 2 == 1,
			    .indirect = (enum indirect)(n / 2 % 3),
			    .override = overrides[n / 6],
			};
			check_records(in, tally);
		}
	}
}

/* --- what is known besides ------------------------------------------------ */

static const int levels[] = {DISPOSITION_NONE, DISPOSITION_TAG,
			     DISPOSITION_QUARANTINE, DISPOSITION_REJECT};

/* Takes one of so many values off a number. */
static unsigned take(unsigned *rest, unsigned values)
{
	unsigned value = *rest % values;

	*rest /= values;
	return value;
}

/* The rules about names, paths and the hold queue: every combination of them,
 * each over the next of the sampled levels (whose number has no divisor in
 * common with any other, so that all of them meet); postmaster_exempt is off
 * for every eleventh likewise. */
static void check_rules(const struct decide_input *in, struct tally *tally)
{
	TALLOC_CTX *mem = mem_context(NULL);

	for (unsigned n = 0; n < 4 * 4 * 2 * 2 * 2; n++) {
		struct policy_settings s =
		    sampled[tally->rows % COUNT(sampled)];
		unsigned rest = n;
		s.on_own = levels[take(&rest, 4)];
		s.on_unauthenticated = levels[take(&rest, 4)];
		s.known_path = take(&rest, 2) == 0 ? DISPOSITION_NONE
						   : DISPOSITION_QUARANTINE;
		s.quarantine_action = (int)take(&rest, 2) == 0
					  ? QUARANTINE_HOLD
					  : QUARANTINE_REDIRECT;
		s.is_postmaster_exempt = tally->rows % 11 != 0;
		s.on_hold_full = DISPOSITION_TEMPFAIL;
		struct decide_rules rules = {
		    .honor_pct = HONOR_PCT_ZERO,
		    .mode = (enum policy_mode)take(&rest, 2),
		    .policy = &s,
		};
		check(mem, in, &rules, tally);
	}
	mem_free(mem);
}

/* Below a checker, which takes minutes for all, every seventeenth. */
static unsigned stride(void)
{
	const char *wrapper = getenv("ALIGND_WRAPPER");

	return wrapper == NULL || *wrapper == '\0' ? 1 : 17;
}

static void check_knowledge(struct tally *tally)
{
	const unsigned count = 5 * 2 * 3 * 3 * 4 * 2 * 2 * 2 * 2 * 4 * 2 *
			       (unsigned)COUNT(overrides);

	for (unsigned n = 0; n < count; n += stride()) {
		unsigned rest = n;
		struct decide_input in = {
		    .result = (enum dmarc_result)take(&rest, 5),
		    .is_author_malformed = take(&rest, 2) == 1,
		    .indirect = (enum indirect)take(&rest, 3),
		    .basis = (enum basis)take(&rest, 3),
		    .own = (enum own_sender)take(&rest, 4),
		    .is_unauthenticated = take(&rest, 2) == 1,
		    .is_known_path = take(&rest, 2) == 1,
		    .is_hold_full = take(&rest, 2) == 1,
		    .is_to_postmaster = take(&rest, 2) == 1,
		    .policy = (enum request)take(&rest, 4),
		    .pct = take(&rest, 2) == 1 ? 0 : -1,
		    .override = overrides[rest],
		};
		check_rules(&in, tally);
	}
}

/* Names that pass for ours, beside what else may raise an outcome. */
static void check_lookalike(const struct decide_input *in, struct tally *tally)
{
	for (unsigned n = 0; n < 4 * 4 * 2; n++) {
		struct policy_settings s =
		    sampled[tally->rows % COUNT(sampled)];
		unsigned rest = n;
		/* Each time the other setting says something else. */
		int level = levels[take(&rest, 4)];
		int other = level == DISPOSITION_REJECT ? DISPOSITION_NONE
							: DISPOSITION_REJECT;
		s.on_lookalike = in->is_lookalike ? level : other;
		s.on_person_name = in->is_lookalike ? other : level;
		s.on_own = levels[take(&rest, 4)];
		s.on_hold_full = DISPOSITION_TAG;
		struct decide_rules rules = {
		    .honor_pct = HONOR_PCT_ZERO,
		    .mode = (enum policy_mode)take(&rest, 2),
		    .policy = &s,
		};
		TALLOC_CTX *mem = mem_context(NULL);
		check(mem, in, &rules, tally);
		mem_free(mem);
	}
}

static void check_lookalikes(struct tally *tally)
{
	const unsigned count =
	    2 * 2 * 5 * 2 * 3 * 3 * 4 * 2 * 4 * (unsigned)COUNT(overrides);

	for (unsigned n = 0; n < count; n++) {
		unsigned rest = n;
		struct decide_input in = {
		    .is_person_name = true,
		    .is_lookalike = take(&rest, 2) == 1,
		    .is_past_unread = take(&rest, 2) == 1,
		    .result = (enum dmarc_result)take(&rest, 5),
		    .is_author_malformed = take(&rest, 2) == 1,
		    .indirect = (enum indirect)take(&rest, 3),
		    .basis = (enum basis)take(&rest, 3),
		    .own = (enum own_sender)take(&rest, 4),
		    .is_hold_full = take(&rest, 2) == 1,
		    .policy = (enum request)take(&rest, 4),
		    .pct = -1,
		    .override = overrides[rest],
		};
		check_lookalike(&in, tally);
	}
}

/* --- several recipients --------------------------------------------------- */

/* RFC 5321 has one answer for all: the strictest that one of them would get by
 * himself, whoever comes first. */
static void check_pair(const struct decide_input *in,
		       const struct decide_rules *rules,
		       const struct override_match pair[2], struct tally *tally)
{
	struct decision alone[2];
	struct decide_input all = *in;
	size_t chosen;

	for (size_t i = 0; i < 2; i++) {
		struct decide_input one = *in;
		one.override = pair[i];
		alone[i] = decide(&one, rules);
	}
	struct decision got = decide_for_all(&all, pair, 2, rules, &chosen);
	size_t want =
	    strictness(alone[1].enforced) > strictness(alone[0].enforced);
	tally->rows++;
	if (chosen == want && got.enforced == alone[want].enforced &&
	    got.applied == alone[want].applied &&
	    got.decided_by == alone[want].decided_by &&
	    all.override.action == pair[want].action)
		return;
	if (tally->wrong++ < 10)
		(void)printf("two recipients: %d and %d give %d, place %zu\n",
			     (int)alone[0].enforced, (int)alone[1].enforced,
			     (int)got.enforced, chosen);
}

static void check_recipients(struct tally *tally)
{
	const unsigned pairs = COUNT(overrides) * COUNT(overrides);

	for (unsigned n = 0; n < 5 * 2 * 3 * 4 * 4 * 2 * pairs; n++) {
		unsigned rest = n;
		struct decide_input in = {
		    .result = (enum dmarc_result)take(&rest, 5),
		    .is_author_malformed = take(&rest, 2) == 1,
		    .indirect = (enum indirect)take(&rest, 3),
		    .policy = (enum request)take(&rest, 4),
		    .own = (enum own_sender)take(&rest, 4),
		    .pct = -1,
		};
		struct policy_settings s =
		    sampled[tally->rows % COUNT(sampled)];
		struct decide_rules rules = {
		    .mode = (enum policy_mode)take(&rest, 2), .policy = &s};
		const struct override_match pair[2] = {
		    overrides[rest % COUNT(overrides)],
		    overrides[rest / COUNT(overrides)]};
		s.on_own = DISPOSITION_REJECT;
		check_pair(&in, &rules, pair, tally);
	}
}

int main(void)
{
	struct tally tally = {0};

	check_policies(&tally);
	check_knowledge(&tally);
	check_lookalikes(&tally);
	check_recipients(&tally);
	(void)printf("decide: %" PRIu64 " combinations, %" PRIu64 " wrong\n",
		     tally.rows, tally.wrong);
	return tally.wrong != 0;
}
