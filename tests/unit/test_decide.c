/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_decide.c - the decision, row by row
 *
 * The matrix in tests/matrix goes through all combinations; here stand the
 * rows that people ask about. "A15" and so on are rows of the catalogue of
 * inputs that broke other implementations.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/policy/decide.h"

#define HELD DISPOSITION_QUARANTINE
#define GONE DISPOSITION_REJECT
#define FINE DISPOSITION_NONE
#define LATER DISPOSITION_TEMPFAIL

static const struct policy_settings defaults = {
    .on_reject = DISPOSITION_REJECT,
    .on_quarantine = DISPOSITION_QUARANTINE,
    .on_none = DISPOSITION_NONE,
    .on_malformed = DISPOSITION_REJECT,
    .on_temperror = DISPOSITION_TEMPFAIL,
    .indirect_mail = DISPOSITION_QUARANTINE,
};

/* The first letters of a row say it all: result (p f t n e; m: malformed),
 * policy (r q n -), t (t or -), indirect (b a -). */
struct row {
	const char *id;
	const char *input;
	int pct;
	unsigned draw;
	enum honor_pct honor;
	enum policy_mode mode;
	struct override_match match;
	const char *want; /* "ASKED ENFORCED APPLIED TYPE/COMMENT DECIDED-BY" */
};

#define DEFAULT                                                                \
	-1, 0, HONOR_PCT_ZERO, MODE_ENFORCE,                                   \
	{                                                                      \
		0                                                              \
	}
#define PCT(pct, draw, honor)                                                  \
	pct, draw, honor, MODE_ENFORCE,                                        \
	{                                                                      \
		0                                                              \
	}
#define MATCH(action, type)                                                    \
	-1, 0, HONOR_PCT_ZERO, MODE_ENFORCE,                                   \
	{                                                                      \
		true, action, type, NULL                                       \
	}
#define NAMED(action, type, words)                                             \
	-1, 0, HONOR_PCT_ZERO, MODE_ENFORCE,                                   \
	{                                                                      \
		true, action, type, words                                      \
	}
#define MONITOR                                                                \
	-1, 0, HONOR_PCT_ZERO, MODE_MONITOR,                                   \
	{                                                                      \
		0                                                              \
	}

static const struct row rows[] = {
    {"7.2", "pr--", DEFAULT, "reject none none - dmarc=pass"},
    {"7.2", "fn--", DEFAULT, "none none none - policy.on_none"},
    {"7.2", "fq--", DEFAULT,
     "quarantine quarantine quarantine - policy.on_quarantine"},
    {"7.2", "fr--", DEFAULT, "reject reject reject - policy.on_reject"},
    {"7.2", "fr-b", DEFAULT,
     "reject quarantine quarantine local_policy/body changed, header "
     "signature intact policy.indirect_mail"},
    {"7.2", "fr-a", DEFAULT,
     "reject quarantine quarantine local_policy/trusted ARC sealer "
     "policy.indirect_mail"},
    {"7.2", "fq-b", DEFAULT,
     "quarantine quarantine quarantine - policy.on_quarantine"},
    {"7.2", "t---", DEFAULT, "- tempfail tempfail - policy.on_temperror"},
    {"C5", "tr--", DEFAULT, "reject tempfail tempfail - policy.on_temperror"},
    {"C5", "pr--", DEFAULT, "reject none none - dmarc=pass"},
    {"C4", "fr--", DEFAULT, "reject reject reject - policy.on_reject"},
    {"7.2", "e---", DEFAULT, "- none none - dmarc=permerror"},
    {"7.2", "n---", DEFAULT, "- none none - dmarc=none"},
    {"D", "m---", DEFAULT, "- reject reject - policy.on_malformed"},
    {"no policy", "f---", DEFAULT, "- none none - dmarc=fail"},
    {"A21", "frt-", DEFAULT,
     "quarantine quarantine quarantine policy_test_mode/- "
     "policy.on_quarantine"},
    {"t=y", "fqt-", DEFAULT,
     "none none none policy_test_mode/- policy.on_none"},
    {"t=y", "fnt-", DEFAULT, "none none none - policy.on_none"},
    {"t=y", "prt-", DEFAULT, "quarantine none none - dmarc=pass"},
    {"t=y", "frtb", DEFAULT,
     "quarantine quarantine quarantine policy_test_mode/- "
     "policy.on_quarantine"},
    {"A15", "fr--", PCT(0, 0, HONOR_PCT_ZERO),
     "quarantine quarantine quarantine other/pct=0 policy.on_quarantine"},
    {"A15", "fr--", PCT(0, 99, HONOR_PCT_FULL),
     "quarantine quarantine quarantine other/sampled out, pct=0 "
     "policy.on_quarantine"},
    {"A15", "fr--", PCT(0, 0, HONOR_PCT_NO),
     "reject reject reject - policy.on_reject"},
    {"A15", "frt-", PCT(0, 0, HONOR_PCT_ZERO),
     "quarantine quarantine quarantine policy_test_mode/- "
     "policy.on_quarantine"},
    {"A16", "fr--", PCT(50, 50, HONOR_PCT_ZERO),
     "reject reject reject - policy.on_reject"},
    {"A16", "fr--", PCT(50, 50, HONOR_PCT_NO),
     "reject reject reject - policy.on_reject"},
    {"A16", "fr--", PCT(50, 49, HONOR_PCT_FULL),
     "reject reject reject - policy.on_reject"},
    {"A16", "fr--", PCT(50, 50, HONOR_PCT_FULL),
     "quarantine quarantine quarantine other/sampled out, pct=50 "
     "policy.on_quarantine"},
    {"A16", "fq--", PCT(99, 99, HONOR_PCT_FULL),
     "none none none other/sampled out, pct=99 policy.on_none"},
    {"A16", "fr--", PCT(100, 99, HONOR_PCT_FULL),
     "reject reject reject - policy.on_reject"},
    {"A16", "fr--", PCT(-1, 99, HONOR_PCT_FULL),
     "reject reject reject - policy.on_reject"},
    {"E8", "fq--", MATCH(FINE, OVERRIDE_TRUSTED_FORWARDER),
     "quarantine none none trusted_forwarder/override override"},
    {"E8", "fq--", NAMED(FINE, OVERRIDE_MAILING_LIST, "override o: why"),
     "quarantine none none mailing_list/override o: why override"},
    {"E8", "fr-b", MATCH(FINE, OVERRIDE_MAILING_LIST),
     "reject none none mailing_list/override override"},
    {"E8", "fr-b", MATCH(GONE, OVERRIDE_LOCAL_POLICY),
     "reject reject reject - override"},
    {"E8", "frt-", MATCH(HELD, OVERRIDE_LOCAL_POLICY),
     "quarantine quarantine quarantine policy_test_mode/- override"},
    {"stricter", "pr--", MATCH(GONE, OVERRIDE_LOCAL_POLICY),
     "reject reject reject local_policy/override override"},
    {"stricter", "n---", MATCH(HELD, OVERRIDE_LOCAL_POLICY),
     "- quarantine quarantine local_policy/override override"},
    {"override", "m---", MATCH(FINE, OVERRIDE_TRUSTED_FORWARDER),
     "- none none trusted_forwarder/override override"},
    {"override", "m---", MATCH(GONE, OVERRIDE_LOCAL_POLICY),
     "- reject reject - override"},
    {"override", "t---", MATCH(FINE, OVERRIDE_TRUSTED_FORWARDER),
     "- none none trusted_forwarder/override override"},
    {"monitor", "fr--", MONITOR,
     "reject reject none local_policy/monitor mode policy.on_reject"},
    {"monitor", "t---", MONITOR,
     "- tempfail none local_policy/monitor mode policy.on_temperror"},
    {"monitor", "fqt-", MONITOR,
     "none none none policy_test_mode/- policy.on_none"},
    {"monitor", "pr--", MONITOR, "reject none none - dmarc=pass"},
};

static enum dmarc_result result_of(char letter)
{
	switch (letter) {
	case 'p':
		return DMARC_RESULT_PASS;
	case 'f':
		return DMARC_RESULT_FAIL;
	case 't':
		return DMARC_RESULT_TEMPERROR;
	case 'e':
	case 'm':
		return DMARC_RESULT_PERMERROR;
	default:
		return DMARC_RESULT_NONE;
	}
}

static enum request request_of(char letter)
{
	switch (letter) {
	case 'r':
		return REQUEST_REJECT;
	case 'q':
		return REQUEST_QUARANTINE;
	case 'n':
		return REQUEST_NONE;
	default:
		return REQUEST_ABSENT;
	}
}

static enum indirect indirect_of(char letter)
{
	return letter == 'b'   ? INDIRECT_BODY_CHANGED
	       : letter == 'a' ? INDIRECT_ARC
			       : INDIRECT_NONE;
}

static struct decide_input input_of(const struct row *row)
{
	return (struct decide_input){
	    .result = result_of(row->input[0]),
	    .is_author_malformed = row->input[0] == 'm',
	    .policy = request_of(row->input[1]),
	    .is_test_mode = row->input[2] == 't',
	    .pct = row->pct,
	    .draw = row->draw,
	    .indirect = indirect_of(row->input[3]),
	    .override = row->match,
	};
}

static const char *or_dash(const char *text)
{
	return text == NULL ? "-" : text;
}

static const char *describe(TALLOC_CTX *mem, const struct decide_input *input,
			    const struct decision *d)
{
	const char *why = "-";

	if (d->override != OVERRIDE_NONE)
		why = mem_printf(mem, "%s/%s", override_type_text(d->override),
				 or_dash(decide_comment(mem, input, d)));
	return mem_printf(
	    mem, "%s %s %s %s %s", or_dash(request_text(d->asked)),
	    disposition_text(d->enforced), disposition_text(d->applied), why,
	    decide_reason_text(d->decided_by));
}

static void decides(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct decide_input input = input_of(&rows[i]);
		struct decide_rules rules = {.mode = rows[i].mode,
					     .honor_pct = rows[i].honor,
					     .policy = &defaults};
		struct decision decision = decide(&input, &rules);
		const char *got = describe(mem, &input, &decision);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s %s: %s, wanted %s", rows[i].id,
				 rows[i].input, got, rows[i].want);
	}
	mem_free(mem);
}

/* Settings of the levels, one changed at a time. */
static void obeys_levels(void **state)
{
	static const struct {
		const char *input;
		size_t offset; /* of the setting that is changed */
		enum disposition value;
		const char *want;
	} level_rows[] = {
#define AT(member) offsetof(struct policy_settings, member)
	    {"fr--", AT(on_reject), HELD,
	     "reject quarantine quarantine local_policy/policy.on_reject "
	     "policy.on_reject"},
	    {"fr-b", AT(on_reject), DISPOSITION_TAG,
	     "reject tag tag local_policy/policy.on_reject policy.on_reject"},
	    {"fr-b", AT(indirect_mail), GONE,
	     "reject reject reject - policy.on_reject"},
	    {"fr-b", AT(indirect_mail), FINE,
	     "reject none none local_policy/body changed, header signature "
	     "intact policy.indirect_mail"},
	    {"fq--", AT(on_quarantine), DISPOSITION_TAG,
	     "quarantine tag tag local_policy/policy.on_quarantine "
	     "policy.on_quarantine"},
	    {"frt-", AT(on_quarantine), FINE,
	     "quarantine none none local_policy/policy.on_quarantine "
	     "policy.on_quarantine"},
	    {"fn--", AT(on_none), GONE,
	     "none reject reject local_policy/policy.on_none policy.on_none"},
	    {"m---", AT(on_malformed), DISPOSITION_TAG,
	     "- tag tag - policy.on_malformed"},
	    {"t---", AT(on_temperror), FINE,
	     "- none none - policy.on_temperror"},
	    {"tr--", AT(on_temperror), FINE,
	     "reject none none local_policy/policy.on_temperror "
	     "policy.on_temperror"},
	    {"tn--", AT(on_temperror), FINE,
	     "none none none - policy.on_temperror"},
#undef AT
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof level_rows / sizeof level_rows[0]; i++) {
		struct policy_settings settings = defaults;
		int value = (int)level_rows[i].value;
		memcpy((char *)&settings + level_rows[i].offset, &value,
		       sizeof value);
		struct row row = {.input = level_rows[i].input, .pct = -1};
		struct decide_input input = input_of(&row);
		struct decide_rules rules = {.policy = &settings};
		struct decision decision = decide(&input, &rules);
		assert_string_equal(describe(mem, &input, &decision),
				    level_rows[i].want);
	}
	mem_free(mem);
}

/* H12: no more may be held; whoever asked for it, and only what is held. */
static void finds_no_room_to_hold(void **state)
{
	static const struct {
		const char *input;
		enum quarantine_action action;
		enum disposition on_hold_full;
		enum policy_mode mode;
		bool is_overridden;
		const char *want;
	} full_rows[] = {
#define FULL "local_policy/hold queue full policy.on_hold_full"
	    {"fq--", QUARANTINE_HOLD, LATER, MODE_ENFORCE, false,
	     "quarantine tempfail tempfail " FULL},
	    {"fq--", QUARANTINE_HOLD, DISPOSITION_TAG, MODE_ENFORCE, false,
	     "quarantine tag tag " FULL},
	    {"fr-b", QUARANTINE_HOLD, LATER, MODE_ENFORCE, false,
	     "reject tempfail tempfail " FULL},
	    {"fr--", QUARANTINE_HOLD, LATER, MODE_ENFORCE, true,
	     "reject tempfail tempfail " FULL},
	    {"fq--", QUARANTINE_TAG, LATER, MODE_ENFORCE, false,
	     "quarantine quarantine quarantine - policy.on_quarantine"},
	    {"fq--", QUARANTINE_REDIRECT, LATER, MODE_ENFORCE, false,
	     "quarantine quarantine quarantine - policy.on_quarantine"},
	    {"fq--", QUARANTINE_HOLD, LATER, MODE_MONITOR, false,
	     "quarantine quarantine none local_policy/monitor mode "
	     "policy.on_quarantine"},
	    {"fr--", QUARANTINE_HOLD, LATER, MODE_ENFORCE, false,
	     "reject reject reject - policy.on_reject"},
	    {"pq--", QUARANTINE_HOLD, LATER, MODE_ENFORCE, false,
	     "quarantine none none - dmarc=pass"},
#undef FULL
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof full_rows / sizeof full_rows[0]; i++) {
		struct policy_settings settings = defaults;
		settings.quarantine_action = (int)full_rows[i].action;
		settings.on_hold_full = (int)full_rows[i].on_hold_full;
		struct row row = {.input = full_rows[i].input, .pct = -1};
		if (full_rows[i].is_overridden && full_rows[i].input[1] == 'r')
			row.match = (struct override_match){
			    true, HELD, OVERRIDE_OTHER, "by hand"};
		struct decide_input input = input_of(&row);
		input.is_hold_full = true;
		struct decide_rules rules = {.mode = full_rows[i].mode,
					     .policy = &settings};
		struct decision decision = decide(&input, &rules);
		assert_string_equal(describe(mem, &input, &decision),
				    full_rows[i].want);
	}
	mem_free(mem);
}

/* What is asked for beyond the policy: own names, mail that nothing vouches
 * for, and what a known path spares. */
static void looks_beyond_the_policy(void **state)
{
	static const struct {
		const char *input;
		enum own_sender own;
		bool is_unauthenticated;
		bool is_known_path;
		bool is_hold_full;
		const char *want;
	} beyond_rows[] = {
	    {"n---", OWN_UNPROVED, false, false, false,
	     "- reject reject local_policy/policy.on_own policy.on_own"},
	    {"n---", OWN_OPEN, false, false, false,
	     "- tempfail tempfail - policy.on_own"},
	    {"n---", OWN_PROVED, false, false, false,
	     "- none none - dmarc=none"},
	    {"fn--", OWN_UNPROVED, false, false, false,
	     "none reject reject local_policy/policy.on_own policy.on_own"},
	    {"fr--", OWN_UNPROVED, false, false, false,
	     "reject reject reject - policy.on_reject"},
	    {"fnta", OWN_UNPROVED, false, false, false,
	     "none quarantine quarantine local_policy/trusted ARC sealer "
	     "policy.indirect_mail"},
	    {"tr--", OWN_UNPROVED, false, false, false,
	     "reject reject reject - policy.on_own"},
	    {"tr--", OWN_OPEN, false, false, false,
	     "reject tempfail tempfail - policy.on_temperror"},
	    {"m---", OWN_UNPROVED, true, false, false,
	     "- reject reject - policy.on_malformed"},
	    {"n---", OWN_NOT, true, false, false,
	     "- tag tag local_policy/policy.on_unauthenticated "
	     "policy.on_unauthenticated"},
	    {"e---", OWN_NOT, true, false, false,
	     "- tag tag local_policy/policy.on_unauthenticated "
	     "policy.on_unauthenticated"},
	    {"e---", OWN_NOT, false, false, false,
	     "- none none - dmarc=permerror"},
	    {"n---", OWN_UNPROVED, true, false, false,
	     "- reject reject local_policy/policy.on_own policy.on_own"},
	    {"fn--", OWN_NOT, true, false, false,
	     "none none none - policy.on_none"},
	    {"fr--", OWN_NOT, false, true, false,
	     "reject quarantine quarantine local_policy/known path "
	     "policy.known_path"},
	    {"fr--", OWN_NOT, false, true, true,
	     "reject reject reject - policy.on_reject"},
	    {"fr--", OWN_UNPROVED, false, true, false,
	     "reject reject reject - policy.on_own"},
	    {"fr-b", OWN_NOT, false, true, false,
	     "reject quarantine quarantine local_policy/body changed, header "
	     "signature intact policy.indirect_mail"},
	    {"fq--", OWN_NOT, false, true, false,
	     "quarantine quarantine quarantine - policy.on_quarantine"},
	};
	struct policy_settings settings = defaults;
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	settings.on_own = GONE;
	settings.on_unauthenticated = DISPOSITION_TAG;
	settings.known_path = HELD;
	for (size_t i = 0; i < sizeof beyond_rows / sizeof beyond_rows[0];
	     i++) {
		struct row row = {.input = beyond_rows[i].input, .pct = -1};
		struct decide_input input = input_of(&row);
		input.own = beyond_rows[i].own;
		input.is_unauthenticated = beyond_rows[i].is_unauthenticated;
		input.is_known_path = beyond_rows[i].is_known_path;
		input.is_hold_full = beyond_rows[i].is_hold_full;
		struct decide_rules rules = {.policy = &settings};
		struct decision decision = decide(&input, &rules);
		const char *got = describe(mem, &input, &decision);
		if (strcmp(got, beyond_rows[i].want) != 0)
			fail_msg("row %zu %s: %s, wanted %s", i, row.input, got,
				 beyond_rows[i].want);
		assert_int_equal(decide_acts_unasked(&input, &settings),
				 input.is_unauthenticated ||
				     input.own == OWN_UNPROVED ||
				     input.own == OWN_OPEN);
		assert_false(decide_acts_unasked(&input, &defaults));
	}
	mem_free(mem);
}

/* Who is refused may ask a postmaster, but for an override that refuses, and
 * for a From that cannot be read. */
static void lets_ask_a_postmaster(void **state)
{
	static const struct {
		const char *input;
		bool is_set;
		bool is_overridden;
		const char *want;
	} ask_rows[] = {
	    {"fr--", true, false,
	     "reject tag tag local_policy/to a postmaster alone "
	     "policy.postmaster_exempt"},
	    {"fr--", false, false, "reject reject reject - policy.on_reject"},
	    {"fr--", true, true, "reject reject reject - override"},
	    {"fr-b", true, false,
	     "reject quarantine quarantine local_policy/body changed, header "
	     "signature intact policy.indirect_mail"},
	    {"fq--", true, false,
	     "quarantine quarantine quarantine - policy.on_quarantine"},
	    {"m---", true, false, "- reject reject - policy.on_malformed"},
	    {"tr--", true, false,
	     "reject tempfail tempfail - policy.on_temperror"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof ask_rows / sizeof ask_rows[0]; i++) {
		struct policy_settings settings = defaults;
		settings.is_postmaster_exempt = ask_rows[i].is_set;
		struct row row = {.input = ask_rows[i].input, .pct = -1};
		if (ask_rows[i].is_overridden)
			row.match = (struct override_match){
			    true, GONE, OVERRIDE_LOCAL_POLICY, NULL};
		struct decide_input input = input_of(&row);
		input.is_to_postmaster = true;
		struct decide_rules rules = {.policy = &settings};
		struct decision decision = decide(&input, &rules);
		assert_string_equal(describe(mem, &input, &decision),
				    ask_rows[i].want);
	}
	mem_free(mem);
}

/* The strictest of all recipients', wherever it stands; of equal ones the
 * first. */
static void decides_for_all_recipients(void **state)
{
	static const struct override_match accept = {
	    true, FINE, OVERRIDE_LOCAL_POLICY, "accept"};
	static const struct override_match hold = {
	    true, HELD, OVERRIDE_LOCAL_POLICY, "hold"};
	static const struct override_match refuse = {
	    true, GONE, OVERRIDE_LOCAL_POLICY, "refuse"};
	static const struct override_match none = {0};
	const struct {
		const char *input;
		struct override_match matches[3];
		size_t chosen;
		enum disposition want;
	} all_rows[] = {
	    {"fr--", {accept, accept, accept}, 0, FINE},
	    {"fr--", {accept, hold, accept}, 1, HELD},
	    {"fr--", {accept, hold, none}, 2, GONE},
	    {"fn--", {none, accept, refuse}, 2, GONE},
	    {"fq--", {accept, none, hold}, 1, HELD},
	    {"t---", {hold, none, accept}, 1, LATER},
	    {"t---", {accept, none, refuse}, 2, GONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all_rows / sizeof all_rows[0]; i++) {
		struct row row = {.input = all_rows[i].input, .pct = -1};
		struct decide_input input = input_of(&row);
		struct decide_rules rules = {.policy = &defaults};
		size_t chosen;
		struct decision decision = decide_for_all(
		    &input, all_rows[i].matches, 3, &rules, &chosen);
		assert_int_equal(decision.applied, all_rows[i].want);
		assert_int_equal(chosen, all_rows[i].chosen);
		assert_ptr_equal(input.override.comment,
				 all_rows[i].matches[chosen].comment);
	}
}

static void refuses_what_cannot_be_cleaned(void **state)
{
	static const char *const inputs[] = {"pr--", "fn--", "m---", "n---"};

	(void)state;
	for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
		struct row row = {.input = inputs[i], .pct = -1};
		struct decide_input input = input_of(&row);
		input.is_uncleanable = true;
		for (int mode = MODE_ENFORCE; mode <= MODE_MONITOR; mode++) {
			struct decide_rules rules = {.mode =
							 (enum policy_mode)mode,
						     .policy = &defaults};
			struct decision decision = decide(&input, &rules);
			assert_int_equal(decision.applied, GONE);
			assert_int_equal(decision.comment, REASON_UNCLEANABLE);
		}
	}
}

static void tells_incidents(void **state)
{
	static const struct {
		bool is_malformed;
		enum dmarc_result result;
		enum override_type override;
		enum disposition applied;
		bool want;
	} cases[] = {
	    {false, DMARC_RESULT_PASS, OVERRIDE_NONE, DISPOSITION_NONE, false},
	    {false, DMARC_RESULT_NONE, OVERRIDE_NONE, DISPOSITION_NONE, false},
	    {false, DMARC_RESULT_PERMERROR, OVERRIDE_NONE, DISPOSITION_NONE,
	     false},
	    {false, DMARC_RESULT_FAIL, OVERRIDE_NONE, DISPOSITION_NONE, true},
	    {false, DMARC_RESULT_TEMPERROR, OVERRIDE_NONE, DISPOSITION_NONE,
	     true},
	    {true, DMARC_RESULT_PERMERROR, OVERRIDE_NONE, DISPOSITION_NONE,
	     true},
	    {false, DMARC_RESULT_PASS, OVERRIDE_LOCAL_POLICY, DISPOSITION_NONE,
	     true},
	    {false, DMARC_RESULT_PASS, OVERRIDE_NONE, DISPOSITION_TAG, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct decide_input input = {.is_author_malformed =
						 cases[i].is_malformed,
					     .result = cases[i].result};
		struct decision decision = {.override = cases[i].override,
					    .applied = cases[i].applied};
		assert_int_equal(decision_is_incident(&input, &decision),
				 cases[i].want);
	}
}

/* A reason is known again by its words, and by no others. */
static void knows_its_words(void **state)
{
	(void)state;
	assert_null(decide_reason_text(REASON_NONE));
	for (int i = REASON_NONE + 1; i <= REASON_MONITOR_MODE; i++) {
		const char *text = decide_reason_text((enum decide_reason)i);
		assert_non_null(text);
		assert_int_equal(decide_reason_of(text), i);
	}
	for (int i = 0; i <= DMARC_RESULT_PERMERROR; i++)
		assert_int_equal(
		    dmarc_result_find(dmarc_result_text((enum dmarc_result)i)),
		    i);
	for (int i = 0; i <= DISPOSITION_TEMPFAIL; i++)
		assert_int_equal(
		    disposition_find(disposition_text((enum disposition)i)), i);
	for (int i = REQUEST_NONE; i <= REQUEST_REJECT; i++)
		assert_int_equal(request_find(request_text((enum request)i)),
				 i);
	for (int i = OVERRIDE_LOCAL_POLICY; i <= OVERRIDE_TRUSTED_FORWARDER;
	     i++)
		assert_int_equal(override_type_find(
				     override_type_text((enum override_type)i)),
				 i);
	for (int i = 0; i <= INDIRECT_ARC; i++)
		assert_int_equal(indirect_find(indirect_text((enum indirect)i)),
				 i);
	assert_int_equal(override_type_find(""), OVERRIDE_NONE);
	assert_int_equal(override_type_find("forwarded"), -1);
	assert_int_equal(indirect_find("arc body_changed"), -1);
	assert_int_equal(request_find(""), REQUEST_ABSENT);
	assert_int_equal(dmarc_result_find("pas"), -1);
	assert_int_equal(disposition_find(""), -1);
	assert_int_equal(request_find("tag"), -1);
	assert_int_equal(decide_reason_of(""), REASON_NONE);
	assert_int_equal(decide_reason_of("Monitor mode"), REASON_NONE);
	assert_int_equal(decide_reason_of("sampled out, pct=5"), REASON_NONE);
}

/* A16: of 10 000 messages with a draw each, exactly the share is lowered. */
static void samples_fairly(void **state)
{
	size_t rejected = 0;

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		struct decide_input input = {.result = DMARC_RESULT_FAIL,
					     .policy = REQUEST_REJECT,
					     .pct = 50,
					     .draw = i % 100};
		struct decide_rules rules = {.honor_pct = HONOR_PCT_FULL,
					     .policy = &defaults};
		rejected += decide(&input, &rules).applied == GONE;
	}
	assert_int_equal(rejected, 5000);
}

static void has_words(void **state)
{
	(void)state;
	assert_null(override_type_text(OVERRIDE_NONE));
	assert_string_equal(dmarc_result_text(DMARC_RESULT_TEMPERROR),
			    "temperror");
	assert_string_equal(disposition_text(LATER), "tempfail");
	assert_string_equal(indirect_text(INDIRECT_ARC), "arc");
}

/* What DNS said before it fell silent lets in, and refuses nothing. */
static void refuses_nothing_by_stale_answers(void **state)
{
	static const struct {
		const char *input;
		enum basis basis;
		int on_temperror;
		bool is_overridden;
		const char *want;
	} stale_rows[] = {
	    {"pr--", BASIS_STALE, LATER, false,
	     "reject none none local_policy/stale answer dmarc=pass"},
	    {"pr--", BASIS_REMEMBERED, LATER, false,
	     "reject none none local_policy/remembered record dmarc=pass"},
	    {"n---", BASIS_STALE, LATER, false,
	     "- none none local_policy/stale answer dmarc=none"},
	    {"fr--", BASIS_STALE, LATER, false,
	     "reject tempfail tempfail - dns.serve_stale"},
	    /* Nor does it let in what fails. */
	    {"fr--", BASIS_REMEMBERED, DISPOSITION_NONE, false,
	     "reject tempfail tempfail - dns.serve_stale"},
	    {"fq--", BASIS_REMEMBERED, LATER, false,
	     "quarantine quarantine quarantine local_policy/remembered record "
	     "policy.on_quarantine"},
	    {"frt-", BASIS_STALE, LATER, false,
	     "quarantine quarantine quarantine policy_test_mode/- "
	     "policy.on_quarantine"},
	    {"t---", BASIS_STALE, LATER, false,
	     "- tempfail tempfail - policy.on_temperror"},
	    {"m---", BASIS_STALE, LATER, false,
	     "- reject reject - policy.on_malformed"},
	    /* An operator's word needs no DNS. */
	    {"fr--", BASIS_STALE, LATER, true,
	     "reject reject reject - override"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof stale_rows / sizeof stale_rows[0]; i++) {
		struct policy_settings settings = defaults;
		settings.on_temperror = stale_rows[i].on_temperror;
		struct row row = {.input = stale_rows[i].input, .pct = -1};
		if (stale_rows[i].is_overridden)
			row.match = (struct override_match){
			    true, GONE, OVERRIDE_LOCAL_POLICY, "by hand"};
		struct decide_input input = input_of(&row);
		input.basis = stale_rows[i].basis;
		struct decide_rules rules = {.policy = &settings};
		struct decision decision = decide(&input, &rules);
		assert_string_equal(describe(mem, &input, &decision),
				    stale_rows[i].want);
		assert_true(decision_is_incident(&input, &decision));
	}
	for (int basis = BASIS_ANSWERED; basis <= BASIS_REMEMBERED; basis++)
		assert_int_equal(basis_text_find(basis_text((enum basis)basis)),
				 basis);
	assert_int_equal(basis_text_find("x"), -1);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decides),
	    cmocka_unit_test(obeys_levels),
	    cmocka_unit_test(finds_no_room_to_hold),
	    cmocka_unit_test(looks_beyond_the_policy),
	    cmocka_unit_test(lets_ask_a_postmaster),
	    cmocka_unit_test(decides_for_all_recipients),
	    cmocka_unit_test(refuses_what_cannot_be_cleaned),
	    cmocka_unit_test(refuses_nothing_by_stale_answers),
	    cmocka_unit_test(tells_incidents),
	    cmocka_unit_test(knows_its_words),
	    cmocka_unit_test(samples_fairly),
	    cmocka_unit_test(has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
