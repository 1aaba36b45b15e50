/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_replay.c - a recorded tuple decided again under other rules
 *
 * tests/replay/whatif_oracle compares whole messages with their evaluation;
 * here stand the corners that no message there has.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/app/replay.h"
#include "lib/app/replay_settings.h"
#include "lib/base/strbuf.h"
#include "tests/unit/store_fixture.h"

#define NONE DISPOSITION_NONE
#define HELD DISPOSITION_QUARANTINE
#define REFUSED DISPOSITION_REJECT

/* Fails under p=reject, from 192.0.2.7, SPF pass for another domain. */
static struct store_tuple failing(void)
{
	struct store_tuple tuple = example_entry().tuple;

	tuple.dmarc_result = "fail";
	tuple.is_spf_aligned = 0;
	tuple.indirect = "none";
	tuple.asked = "reject";
	tuple.applied = "reject";
	return tuple;
}

/* One side's settings; the defaults enforce. */
static struct config *config_with(TALLOC_CTX *mem, const char *name,
				  const char *value)
{
	struct config *config = config_defaults(mem);
	struct error err;

	if (name != NULL &&
	    !settings_set(config, config_sections, name, value, config, &err))
		fail_msg("%s", err.words);
	return config;
}

static struct replay play(TALLOC_CTX *mem, const struct config *config,
			  const struct store_tuple *tuple,
			  bool is_draw_recorded)
{
	struct replay_rules rules = replay_rules(mem, config, NOON_S);
	struct replay replay;

	assert_true(
	    replay_tuple(mem, &rules, tuple, is_draw_recorded, &replay));
	return replay;
}

static void draws_by_pct(void **state)
{
	static const struct {
		const char *record;
		const char *honor_pct;
		const char *asked; /* as recorded */
		bool is_draw_recorded;
		int percent;
		enum disposition kept;
		enum disposition sampled_out;
	} rows[] = {
	    {"v=DMARC1; p=reject; pct=20", "zero", "reject", false, 100,
	     REFUSED, NONE},
	    {"v=DMARC1; p=reject; pct=0", "zero", "quarantine", false, 100,
	     HELD, NONE},
	    {"v=DMARC1; p=reject; pct=0", "no", "quarantine", false, 100,
	     REFUSED, NONE},
	    {"v=DMARC1; p=reject; pct=20", "full", "reject", false, 20, REFUSED,
	     HELD},
	    {"v=DMARC1; p=reject; pct=100", "full", "reject", false, 100,
	     REFUSED, NONE},
	    {"v=DMARC1; p=reject", "full", "reject", false, 100, REFUSED, NONE},
	    /* recorded under full: the draw is known */
	    {"v=DMARC1; p=reject; pct=20", "full", "reject", true, 100, REFUSED,
	     NONE},
	    {"v=DMARC1; p=reject; pct=20", "full", "quarantine", true, 0,
	     REFUSED, HELD},
	    {"v=DMARC1; p=reject; pct=20", "full", "quarantine", false, 0,
	     REFUSED, HELD},
	    /* t=y lowers once, and draws nothing */
	    {"v=DMARC1; p=reject; pct=20; t=y", "full", "quarantine", false,
	     100, HELD, NONE},
	    /* a tab between tags, as the record's text is kept */
	    {"v=DMARC1;\\x09p=reject;\\x09t=y", "zero", "quarantine", false,
	     100, HELD, NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct store_tuple tuple = failing();
		tuple.record = rows[i].record;
		tuple.asked = rows[i].asked;
		struct replay replay = play(
		    mem, config_with(mem, "dmarc.honor_pct", rows[i].honor_pct),
		    &tuple, rows[i].is_draw_recorded);
		assert_int_equal(replay.kept_percent, rows[i].percent);
		assert_int_equal(replay.kept.applied, rows[i].kept);
		if (rows[i].percent < 100)
			assert_int_equal(replay.sampled_out.applied,
					 rows[i].sampled_out);
		mem_free(mem);
	}
}

static void follows_trust(void **state)
{
	static const struct {
		const char *setting;
		const char *value;
		const char *arc;
		const char *indirect;
		enum disposition wanted;
		bool is_skipped;
	} rows[] = {
	    {NULL, NULL, "{}", "none", REFUSED, false},
	    {NULL, NULL, "{}", "body_changed", HELD, false},
	    /* the sealer was trusted when it was recorded, and is no more */
	    {NULL, NULL, "{\"result\":\"pass\",\"sealers\":[\"list.test\"]}",
	     "arc", REFUSED, false},
	    {NULL, NULL, "{\"result\":\"pass\",\"sealers\":[\"list.test\"]}",
	     "arc body_changed", HELD, false},
	    {"trust.arc_sealers", "list.test",
	     "{\"result\":\"pass\",\"sealers\":[\"a.test\",\"list.test\"]}",
	     "none", HELD, false},
	    /* not the last one; a chain that fails; no JSON at all */
	    {"trust.arc_sealers", "list.test",
	     "{\"result\":\"pass\",\"sealers\":[\"list.test\",\"b.test\"]}",
	     "none", REFUSED, false},
	    {"trust.arc_sealers", "list.test",
	     "{\"result\":\"fail\",\"sealers\":[\"list.test\"]}", "none",
	     REFUSED, false},
	    {"trust.arc_sealers", "list.test", "[", "none", REFUSED, false},
	    {"trust.arc_sealers", "list.test",
	     "{\"result\":\"pass\",\"sealers\":[7]}", "none", REFUSED, false},
	    /* what a trusted sealer recorded itself */
	    {"trust.arc_sealers", "list.test",
	     "{\"result\":\"pass\",\"sealers\":[\"list.test\"],"
	     "\"recorded\":\"pass\"}",
	     "none", HELD, false},
	    {"trust.arc_sealers", "list.test",
	     "{\"result\":\"pass\",\"sealers\":[\"list.test\"],"
	     "\"recorded\":\"fail\"}",
	     "none", REFUSED, false},
	    {"trust.arc_sealers", "list.test",
	     "{\"result\":\"pass\",\"sealers\":[\"list.test\"],"
	     "\"recorded\":\"other\"}",
	     "none", REFUSED, false},
	    /* a signed header that did not count then counts for nothing now */
	    {NULL, NULL, "{}", "none old", REFUSED, false},
	    {NULL, NULL, "{}", "none replayed", REFUSED, false},
	    {"trust.networks", "192.0.2.0/24", "{}", "none", NONE, true},
	    {"trust.networks", "192.0.3.0/24", "{}", "none", REFUSED, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct store_tuple tuple = failing();
		tuple.arc = rows[i].arc;
		tuple.indirect = rows[i].indirect;
		struct replay replay =
		    play(mem, config_with(mem, rows[i].setting, rows[i].value),
			 &tuple, false);
		assert_int_equal(replay.kept.applied, rows[i].wanted);
		assert_int_equal(replay.kept.skipped != NULL,
				 rows[i].is_skipped);
		mem_free(mem);
	}
}

/* H12: that there was no room is recorded; where nothing is held, it does not
 * matter. */
static void knows_a_full_hold_queue(void **state)
{
	static const struct {
		const char *setting;
		const char *value;
		enum disposition wanted;
	} rows[] = {
	    {NULL, NULL, DISPOSITION_TEMPFAIL},
	    {"policy.on_hold_full", "tag", DISPOSITION_TAG},
	    {"policy.quarantine_action", "tag", HELD},
	    {"policy.on_quarantine", "reject", REFUSED},
	    {"mode", "monitor", NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct store_tuple tuple = failing();
		tuple.policy = "quarantine";
		tuple.asked = "quarantine";
		tuple.applied = "tempfail";
		tuple.override_type = "local_policy";
		tuple.override_comment = decide_reason_text(REASON_HOLD_FULL);
		struct replay replay =
		    play(mem, config_with(mem, rows[i].setting, rows[i].value),
			 &tuple, false);
		assert_int_equal(replay.kept.applied, rows[i].wanted);
		mem_free(mem);
	}
}

static void finds_overrides(void **state)
{
	static const struct {
		const char *scope;
		enum disposition wanted;
	} rows[] = {
	    {"dkim = {\"list.test\"}", NONE},
	    {"dkim = {\"bad.test\"}", REFUSED}, /* its signature failed */
	    {"spf = {\"example.com\"}", NONE},
	    {"host = {\"out.example.com\"}", NONE},
	    {"host = {\"in.example.com\"}", REFUSED},
	    {"network = {\"192.0.2.0/29\"}", NONE},
	    {"from = {\"news.example.com\"} unsafe = yes", NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct config *config = config_with(mem, NULL, NULL);
		struct store_tuple tuple = failing();
		struct override_set *set;
		struct error err;
		char *file = mem_printf(mem,
					"override \"o\" { owner = \"o\" "
					"why = \"w\" action = accept "
					"permanent = yes %s }\n",
					rows[i].scope);
		if (!override_parse(config, "file", span_of(file), &set, &err))
			fail_msg("%s", err.words);
		config->overrides = set;
		tuple.dkim =
		    "[{\"domain\":null,\"result\":\"permerror\"},"
		    "{\"domain\":\"bad.test\",\"result\":\"fail\"},"
		    "{\"domain\":\"m.list.test\",\"result\":\"pass\"}]";
		assert_int_equal(play(mem, config, &tuple, false).kept.applied,
				 rows[i].wanted);
		mem_free(mem);
	}
}

static void add_name(void *context, const struct replay_gap *gap)
{
	strbuf_printf(context, "%s;", gap->setting);
}

static struct override_set *parse_overrides(TALLOC_CTX *mem, const char *text)
{
	struct override_set *set = NULL;
	struct error err;

	if (!override_parse(mem, "file", span_of(text), &set, &err))
		fail_msg("%s", err.words);
	return set;
}

static char *rcpt_override(TALLOC_CTX *mem, const char *recipient)
{
	return mem_printf(mem,
			  "override \"o\" { owner = \"o\" why = \"w\" "
			  "unsafe = yes permanent = yes rcpt = {\"%s\"} }\n",
			  recipient);
}

/* Names stand for recipients: of overrides that are the same as when it was
 * recorded, and of no others. */
static void knows_recipients_by_rules(void **state)
{
	static const struct {
		const char
		    *recorded; /* the rcpt list of then; NULL: not known */
		const char *rules;
		enum disposition wanted;
		bool is_unknown;
	} rows[] = {
	    {"a@r.test", "", REFUSED, false},
	    {"a@r.test", "[{\"rules\":[\"o\"]}]", NONE, false},
	    {"a@r.test", "[{\"rules\":[]},{\"rules\":[\"o\"]}]", REFUSED,
	     false},
	    {"a@r.test", "[{\"rules\":[\"x\"]}]", REFUSED, false},
	    {"b@r.test", "[{\"rules\":[\"o\"]}]", REFUSED, false},
	    {NULL, "[{\"rules\":[\"o\"]}]", NONE, false},
	    {"a@r.test", "[{\"more\":true}]", REFUSED, true},
	    {"a@r.test", "[7]", REFUSED, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct config *config = config_with(mem, NULL, NULL);
		struct config *before = config_with(mem, NULL, NULL);
		struct store_tuple tuple = failing();
		struct strbuf names;
		config->overrides =
		    parse_overrides(config, rcpt_override(mem, "a@r.test"));
		if (rows[i].recorded != NULL)
			before->overrides = parse_overrides(
			    before, rcpt_override(mem, rows[i].recorded));
		tuple.rcpt_rules = rows[i].rules;
		struct replay_rules rules = replay_rules(mem, config, NOON_S);
		rules.recorded = before->overrides;
		struct replay replay;
		assert_true(replay_tuple(mem, &rules, &tuple, false, &replay));
		assert_int_equal(replay.kept.applied, rows[i].wanted);
		assert_int_equal(replay.is_rcpt_unknown, rows[i].is_unknown);
		/* What it cannot say is named. */
		strbuf_init(&names, mem, 1000);
		replay_gaps(before, config, add_name, &names);
		bool is_known = rows[i].recorded != NULL &&
				strcmp(rows[i].recorded, "a@r.test") == 0;
		assert_string_equal(strbuf_text(&names),
				    is_known ? "" : "override \"o\", rcpt;");
		mem_free(mem);
	}
}

static void knows_monitor_mode(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_tuple tuple = failing();
	struct replay replay =
	    play(mem, config_with(mem, "mode", "monitor"), &tuple, false);

	(void)state;
	assert_int_equal(replay.kept.applied, NONE);
	assert_int_equal(replay.kept.enforced, REFUSED);
	assert_false(replay_was_monitored(&tuple));
	tuple.override_type = "local_policy";
	tuple.override_comment = decide_reason_text(REASON_MONITOR_MODE);
	assert_true(replay_was_monitored(&tuple));
	mem_free(mem);
}

/* A store that somebody else wrote to. */
static void refuses_unknown_words(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct replay_rules rules =
	    replay_rules(mem, config_with(mem, NULL, NULL), NOON_S);
	struct store_tuple tuple = failing();
	enum disposition disposition;
	struct replay replay;

	(void)state;
	tuple.policy = "destroy";
	assert_false(replay_tuple(mem, &rules, &tuple, false, &replay));
	tuple = failing();
	tuple.dmarc_result = "";
	assert_false(replay_tuple(mem, &rules, &tuple, false, &replay));
	assert_false(replay_disposition("", &disposition));
	assert_true(replay_disposition("tempfail", &disposition));
	assert_int_equal(disposition, DISPOSITION_TEMPFAIL);
	mem_free(mem);
}

static void names_what_it_cannot_replay(void **state)
{
	static const struct {
		const char *setting;
		const char *value;
		const char *wanted;
	} rows[] = {
	    {NULL, NULL, ""},
	    {"mode", "monitor", ""},
	    {"policy.on_none", "reject", ""},
	    {"policy.contact", "call us", ""},
	    {"policy.on_own", "reject", ""},
	    {"policy.on_unauthenticated", "tag", ""},
	    {"policy.known_path", "quarantine", ""},
	    {"policy.known_path_messages", "7", "policy.known_path_messages;"},
	    {"own.domains", "a.test", "own.domains;"},
	    {"trust.recipient_delimiter", "-", "trust.recipient_delimiter;"},
	    {"policy.postmaster_exempt", "no", ""},
	    {"protect.names", "a.test", ""},
	    {"dmarc.honor_pct", "full", ""},
	    {"trust.arc_sealers", "a.test", ""},
	    {"dns.cache_entries", "10000", ""},
	    {"dmarc.org_domain_method", "psl", "dmarc.org_domain_method;"},
	    {"spf.term_limit", "8", "spf.term_limit;"},
	    {"dkim.min_rsa_bits", "2048", "dkim.min_rsa_bits;"},
	    {"dns.servers", "192.0.2.53", "dns.servers;"},
	    {"policy.on_lookalike", "tag", "policy.on_lookalike;"},
	    {"policy.on_person_name", "tag", "policy.on_person_name;"},
	    {"protect.people", "Ann B <a@b.test>", "protect.people;"},
	    {"protect.open_domains", "a.test", "protect.open_domains;"},
	    {"protect.lookalike_suffixes", "yes", "protect.lookalike_suffixes;"},
	    {"trust.networks", "192.0.2.0/24", "trust.networks;"},
	    {"trust.authenticated", "evaluate", "trust.authenticated;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct strbuf names;
		strbuf_init(&names, mem, 1000);
		replay_gaps(config_defaults(mem),
			    config_with(mem, rows[i].setting, rows[i].value),
			    add_name, &names);
		assert_string_equal(strbuf_text(&names), rows[i].wanted);
		mem_free(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(draws_by_pct),
	    cmocka_unit_test(follows_trust),
	    cmocka_unit_test(knows_a_full_hold_queue),
	    cmocka_unit_test(finds_overrides),
	    cmocka_unit_test(knows_recipients_by_rules),
	    cmocka_unit_test(knows_monitor_mode),
	    cmocka_unit_test(refuses_unknown_words),
	    cmocka_unit_test(names_what_it_cannot_replay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
