/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_override.c - which override applies to a message
 */
#include "tests/unit/unit.h"

#include <stdint.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/policy/override.h"

#define NOW 1777636800 /* 2026-05-01T12:00:00Z */
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct override_set *parse(TALLOC_CTX *mem, const char *text)
{
	struct override_set *set = NULL;
	struct error err = {.words = ""};
	bool is_good = override_parse(mem, "f", span_of(text), &set, &err);

	assert_string_equal(err.words, "");
	assert_true(is_good);
	return set;
}

/* A failing message; NULL: nothing of that kind. */
struct shown {
	const char *signer; /* of a signature that passes */
	const char *broken; /* of one that does not */
	const char *spf;
	const char *host;
	const char *client;
	const char *author;
};

static const char *found_name(const struct override_set *set,
			      const struct shown *shown,
			      enum dmarc_result result, enum indirect indirect,
			      int64_t now_s)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct net_address client = {.family = NET_NONE};
	struct evidence_signature signatures[] = {
	    {.result = AUTH_PERMERROR},
	    {.result = AUTH_FAIL, .domain = shown->broken},
	    {.result = AUTH_PASS, .domain = shown->signer},
	};
	struct evidence evidence = {
	    .dkim = {shown->signer == NULL ? 2 : 3, signatures},
	    .spf = {.result = shown->spf == NULL ? AUTH_FAIL : AUTH_PASS,
		    .domain = shown->spf == NULL ? "list.example" : shown->spf},
	    .iprev = {.result = shown->host == NULL ? AUTH_FAIL : AUTH_PASS,
		      .name = shown->host},
	};
	struct override_facts facts = {
	    .result = result,
	    .indirect = indirect,
	    .author_domain = shown->author,
	    .client = &client,
	    .evidence = &evidence,
	};

	if (shown->client != NULL)
		assert_true(net_address_parse(shown->client, &client));
	const struct override *found = override_find(mem, set, &facts, now_s);
	mem_free(mem);
	return found == NULL ? NULL : found->name;
}

static void assert_found(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got == NULL ? "none" : got, want);
}

#define REST " owner = a why = b until = '2026-12-31' }\n"

static void matches_scopes(void **state)
{
	static const char text[] =
	    "override dkim { dkim = {'list.example', 'other.example'}" REST
	    "override spf { spf = {'bounce.example'}" REST
	    "override host { host = {'mail.example'}" REST
	    "override net { network = {'192.0.2.0/24', '2001:db8::/33',"
	    "'198.51.100.7'}" REST
	    "override pair { spf = {'p.test'} network = {'203.0.113.0/24'}"
	    "from = {'a.test', '.b.test'}" REST
	    "override world { unsafe = yes network = {'0.0.0.0/0'}"
	    "from = {'all.test'}" REST
	    "override top { unsafe = yes dkim = {'arpa'}" REST;
	static const struct {
		struct shown shown;
		const char *want;
	} rows[] = {
	    {{.author = "x.test"}, NULL},
	    {{.signer = "list.example", .author = "x.test"}, "dkim"},
	    {{.signer = "a.b.list.example", .author = "x.test"}, "dkim"},
	    {{.signer = "other.example", .author = "x.test"}, "dkim"},
	    {{.signer = "alist.example", .author = "x.test"}, NULL},
	    {{.signer = "example", .author = "x.test"}, NULL},
	    {{.signer = "list.example.test", .author = "x.test"}, NULL},
	    {{.broken = "list.example", .author = "x.test"}, NULL},
	    {{.author = "list.example"}, NULL},
	    {{.spf = "bounce.example", .author = "x.test"}, "spf"},
	    {{.spf = "x.bounce.example", .author = "x.test"}, "spf"},
	    {{.spf = "list.example", .author = "x.test"}, NULL},
	    {{.host = "mail.example", .author = "x.test"}, "host"},
	    {{.host = "7.mail.example", .author = "x.test"}, "host"},
	    {{.host = "gmail.example", .author = "x.test"}, NULL},
	    {{.client = "192.0.2.0", .author = "x.test"}, "net"},
	    {{.client = "192.0.2.255", .author = "x.test"}, "net"},
	    {{.client = "::ffff:192.0.2.9", .author = "x.test"}, "net"},
	    {{.client = "192.0.3.0", .author = "x.test"}, NULL},
	    {{.client = "198.51.100.7", .author = "x.test"}, "net"},
	    {{.client = "198.51.100.6", .author = "x.test"}, NULL},
	    {{.client = "2001:db8:7fff::1", .author = "x.test"}, "net"},
	    {{.client = "2001:db8:8000::1", .author = "x.test"}, NULL},
	    {{.client = "203.0.113.5", .spf = "p.test", .author = "a.test"},
	     "pair"},
	    {{.client = "203.0.113.5", .spf = "p.test", .author = "b.test"},
	     "pair"},
	    {{.client = "203.0.113.5", .spf = "p.test", .author = "x.b.test"},
	     "pair"},
	    {{.client = "203.0.113.5", .spf = "p.test", .author = "x.a.test"},
	     NULL},
	    {{.client = "203.0.113.5", .spf = "p.test", .author = "ab.test"},
	     NULL},
	    {{.client = "203.0.114.5", .spf = "p.test", .author = "a.test"},
	     NULL},
	    {{.client = "203.0.113.5", .author = "a.test"}, NULL},
	    {{.client = "203.0.113.5", .spf = "p.test"}, NULL},
	    {{.spf = "p.test", .author = "a.test"}, NULL},
	    {{.client = "203.0.113.5", .author = "all.test"}, "world"},
	    {{.client = "2001:db8:8000::1", .author = "all.test"}, NULL},
	    {{.signer = "x.arpa", .author = "x.test"}, "top"},
	    /* without an author: what names no author matches */
	    {{.signer = "list.example"}, "dkim"},
	    {{.client = "192.0.2.1"}, "net"},
	    {{.client = "203.0.113.5"}, NULL},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	const struct override_set *set = parse(mem, text);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_found(found_name(set, &rows[i].shown, DMARC_RESULT_FAIL,
					INDIRECT_NONE, NOW),
			     rows[i].want);
	mem_free(mem);
}

/* Every result and every action; the table of overrides.conf(5). */
static void applies_by_result(void **state)
{
	static const struct {
		enum dmarc_result result;
		const char *author;
		bool accept;
		bool quarantine;
		bool reject;
	} rows[] = {
	    {DMARC_RESULT_PASS, "x.test", false, false, false},
	    {DMARC_RESULT_FAIL, "x.test", true, true, true},
	    {DMARC_RESULT_TEMPERROR, "x.test", true, false, false},
	    {DMARC_RESULT_NONE, "x.test", false, false, true},
	    {DMARC_RESULT_PERMERROR, "x.test", false, false, true},
	    {DMARC_RESULT_PERMERROR, NULL, true, true, true},
	};
	static const char *const actions[] = {"accept", "quarantine", "reject"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const bool wants[] = {rows[i].accept, rows[i].quarantine,
				      rows[i].reject};
		for (size_t a = 0; a < COUNT(actions); a++) {
			TALLOC_CTX *mem = mem_context(NULL);
			const struct override_set *set = parse(
			    mem, mem_printf(mem,
					    "override o { spf = {'s.test'} "
					    "action = %s" REST,
					    actions[a]));
			struct shown shown = {.spf = "s.test",
					      .author = rows[i].author};
			assert_found(found_name(set, &shown, rows[i].result,
						INDIRECT_NONE, NOW),
				     wants[a] ? "o" : NULL);
			mem_free(mem);
		}
	}
}

static void spares_indirect_mail(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct override_set *set =
	    parse(mem, "override strict { from = {'gmail.com'} unsafe = yes "
		       "action = reject unless_indirect = yes" REST);
	struct shown spoof = {.author = "gmail.com"};

	(void)state;
	assert_found(
	    found_name(set, &spoof, DMARC_RESULT_FAIL, INDIRECT_NONE, NOW),
	    "strict");
	assert_found(found_name(set, &spoof, DMARC_RESULT_FAIL,
				INDIRECT_BODY_CHANGED, NOW),
		     NULL);
	assert_found(
	    found_name(set, &spoof, DMARC_RESULT_FAIL, INDIRECT_ARC, NOW),
	    NULL);
	assert_found(
	    found_name(set, &spoof, DMARC_RESULT_PASS, INDIRECT_NONE, NOW),
	    NULL);
	mem_free(mem);
}

/* "2026-12-31" is good through its last second. */
static void ends(void **state)
{
	static const struct {
		int64_t now_s;
		const char *want;
	} rows[] = {
	    {NOW, "short"},	   {1777766399, "short"}, {1777766400, "dated"},
	    {1798761599, "dated"}, {1798761600, "ever"},  {4102444800, "ever"},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	const struct override_set *set =
	    parse(mem, "override short { spf = {'s.test'} owner = a why = b "
		       "until = '2026-05-02' }\n"
		       "override dated { spf = {'s.test'}" REST
		       "override ever { spf = {'s.test'} owner = a why = b "
		       "permanent = yes }\n");
	struct shown shown = {.spf = "s.test", .author = "x.test"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_found(found_name(set, &shown, DMARC_RESULT_FAIL,
					INDIRECT_NONE, rows[i].now_s),
			     rows[i].want);
	assert_false(override_is_expired(&set->items[0], 1777766399));
	assert_true(override_is_expired(&set->items[0], 1777766400));
	assert_false(override_is_expired(&set->items[2], INT64_MAX - 1));
	mem_free(mem);
}

/* Whatever kinds they are filed under. */
static void takes_the_first_of_the_file(void **state)
{
	static const char *const scopes[] = {
	    "dkim = {'l.test'}",
	    "spf = {'s.test'}",
	    "host = {'h.test'}",
	    "network = {'192.0.2.0/24'}",
	    "network = {'192.0.2.1'}",
	    "from = {'.test'} unsafe = yes",
	    "from = {'x.test'} unsafe = yes",
	};
	struct shown shown = {.signer = "l.test",
			      .spf = "s.test",
			      .host = "h.test",
			      .client = "192.0.2.1",
			      .author = "x.test"};

	(void)state;
	for (size_t i = 0; i < COUNT(scopes); i++) {
		for (size_t k = 0; k < COUNT(scopes); k++) {
			TALLOC_CTX *mem = mem_context(NULL);
			const struct override_set *set =
			    parse(mem, mem_printf(mem,
						  "override no { spf = "
						  "{'no.test'}" REST
						  "override one { %s" REST
						  "override two { %s" REST,
						  scopes[i], scopes[k]));
			assert_found(found_name(set, &shown, DMARC_RESULT_FAIL,
						INDIRECT_NONE, NOW),
				     "one");
			mem_free(mem);
		}
	}
}

static void names_actions_and_kinds(void **state)
{
	(void)state;
	assert_string_equal(override_action_text(DISPOSITION_NONE), "accept");
	assert_string_equal(override_action_text(DISPOSITION_QUARANTINE),
			    "quarantine");
	assert_string_equal(override_action_text(DISPOSITION_REJECT), "reject");
	assert_string_equal(override_kind_text(OVERRIDE_DKIM), "dkim");
	assert_string_equal(override_kind_text(OVERRIDE_FROM), "from");
	assert_string_equal(override_kind_text(OVERRIDE_RCPT), "rcpt");
}

/* --- recipients ----------------------------------------------------------- */

static const char with_recipients[] =
    "override later { spf = {'l.test'} rcpt = {'z@r.test'} action = reject" REST
    "override one { spf = {'l.test'} rcpt = {'Ann@R.test'}" REST
    "override all { spf = {'l.test'} action = quarantine" REST
    "override old { spf = {'l.test'} rcpt = {'r.test'} owner = a why = b "
    "until = '2020-01-01' }\n"
    "override last { spf = {'l.test'} rcpt = {'r.test'} action = reject" REST
    "override bound { spf = {'other.test'} rcpt = {'r.test'}" REST;

/* Failing mail that passes SPF for l.test. */
static struct override_facts facts_of_list(const struct net_address *client,
					   const struct evidence *evidence)
{
	return (struct override_facts){
	    .result = DMARC_RESULT_FAIL,
	    .author_domain = "a.test",
	    .client = client,
	    .evidence = evidence,
	};
}

static void finds_by_recipient(void **state)
{
	static const char *const ann[] = {"ann@r.test", "r.test"};
	static const char *const others[] = {"r.test"};
	static const char *const names[] = {"one", "no such", "all", "old"};
	static const char *const last[] = {"last"};
	static const char *const many[] = {"all", "old", "last"};
	static const struct {
		struct text_list items;
		struct text_list rules;
		enum disposition at_least;
		const char *want;
	} rows[] = {
	    {{2, (const char **)(uintptr_t)ann}, {0}, 0, "one"},
	    {{1, (const char **)(uintptr_t)others}, {0}, 0, "all"},
	    {{0}, {0}, 0, "all"},
	    {{2, (const char **)(uintptr_t)ann},
	     {0},
	     DISPOSITION_QUARANTINE,
	     "all"},
	    {{2, (const char **)(uintptr_t)ann},
	     {0},
	     DISPOSITION_REJECT,
	     "last"},
	    /* recorded: names stand for recipients */
	    {{0}, {4, (const char **)(uintptr_t)names}, 0, "one"},
	    {{0}, {1, (const char **)(uintptr_t)last}, 0, "all"},
	    {{0},
	     {3, (const char **)(uintptr_t)many},
	     DISPOSITION_REJECT,
	     "last"},
	    {{0},
	     {1, (const char **)(uintptr_t)last},
	     DISPOSITION_REJECT,
	     "last"},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_set *set = parse(mem, with_recipients);
	struct net_address client = {.family = NET_NONE};
	struct evidence evidence = {
	    .spf = {.result = AUTH_PASS, .domain = "l.test"}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct override_facts facts = facts_of_list(&client, &evidence);
		facts.rcpt_items = &rows[i].items;
		facts.rcpt_rules = &rows[i].rules;
		facts.at_least = rows[i].at_least;
		const struct override *found =
		    override_find(mem, set, &facts, NOW);
		assert_found(found == NULL ? NULL : found->name, rows[i].want);
	}
	mem_free(mem);
}

/* What is recorded: in the order of the file, also what has ended, and nothing
 * of another sender. */
static void lists_rules_of_recipients(void **state)
{
	static const char *ann[] = {"ann@r.test", "r.test"};
	static const char *const want[] = {"one", "old", "last"};
	const struct text_list items = {2, ann};
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_set *set = parse(mem, with_recipients);
	struct net_address client = {.family = NET_NONE};
	struct evidence evidence = {
	    .spf = {.result = AUTH_PASS, .domain = "l.test"}};
	struct override_facts facts = facts_of_list(&client, &evidence);
	bool left_out;

	(void)state;
	facts.rcpt_items = &items;
	for (size_t max = 1; max <= 4; max++) {
		struct text_list names =
		    override_rcpt_rules(mem, set, &facts, max, &left_out);
		assert_int_equal(names.count, max < 3 ? max : 3);
		assert_int_equal(left_out, max < 3);
		for (size_t i = 0; i < names.count; i++)
			assert_string_equal(names.items[i], want[i]);
	}
	facts.rcpt_items = NULL;
	assert_int_equal(
	    override_rcpt_rules(mem, set, &facts, 4, &left_out).count, 0);
	assert_int_equal(set->rcpt_items.count, 3);
	assert_string_equal(set->rcpt_items.items[0], "ann@r.test");
	assert_string_equal(override_named(set, "last")->name, "last");
	assert_null(override_named(set, "none"));
	assert_null(override_named(NULL, "last"));
	mem_free(mem);
}

/* Found by what they share with nobody, in whatever order, and twice. */
static void lists_rules_in_order(void **state)
{
	static const char text[] =
	    "override spf { spf = {'l.test', 'a.l.test'} rcpt = {'r.test'}" REST
	    "override one { dkim = {'d.test'} rcpt = {'r.test'}" REST
	    "override two { dkim = {'d.test'} rcpt = {'r.test'}" REST;
	static const char *item[] = {"r.test"};
	const struct text_list items = {1, item};
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_set *set = parse(mem, text);
	struct override_set *empty = parse(mem, "");
	struct net_address client = {.family = NET_NONE};
	struct evidence_signature signature = {.result = AUTH_PASS,
					       .domain = "d.test"};
	struct evidence evidence = {
	    .dkim = {1, &signature},
	    .spf = {.result = AUTH_PASS, .domain = "a.l.test"}};
	struct override_facts facts = facts_of_list(&client, &evidence);
	bool left_out;

	(void)state;
	assert_null(override_find(mem, set, &facts, NOW));
	assert_int_equal(
	    override_rcpt_rules(mem, set, &facts, 4, &left_out).count, 0);
	facts.rcpt_items = &items;
	struct text_list names =
	    override_rcpt_rules(mem, set, &facts, 4, &left_out);
	assert_int_equal(names.count, 3);
	assert_string_equal(names.items[0], "spf");
	assert_string_equal(names.items[2], "two");
	names = override_rcpt_rules(mem, set, &facts, 2, &left_out);
	assert_true(left_out);
	assert_int_equal(names.count, 2);
	assert_string_equal(names.items[0], "spf");
	assert_string_equal(names.items[1], "one");
	assert_null(override_named(empty, "one"));
	mem_free(mem);
}

/* So many that a tuple does not hold their names. */
static void bounds_the_rules_of_recipients(void **state)
{
	static const char *item[] = {"r.test"};
	const struct text_list items = {1, item};
	TALLOC_CTX *mem = mem_context(NULL);
	struct net_address client = {.family = NET_NONE};
	struct evidence evidence = {
	    .spf = {.result = AUTH_PASS, .domain = "l.test"}};
	struct override_facts facts = facts_of_list(&client, &evidence);
	struct strbuf file;
	bool left_out;

	(void)state;
	facts.rcpt_items = &items;
	strbuf_init(&file, mem, 64 * 1024);
	for (int i = 0; i <= LIMIT_RCPT_RECORDED; i++) {
		struct text_list names = {0};
		strbuf_printf(&file,
			      "override o%d { spf = {'l.test'} "
			      "rcpt = {'r.test'}" REST,
			      i);
		names =
		    override_rcpt_rules(mem, parse(mem, strbuf_text(&file)),
					&facts, LIMIT_RCPT_RECORDED, &left_out);
		assert_int_equal(left_out, i == LIMIT_RCPT_RECORDED);
		assert_int_equal(names.count,
				 i == LIMIT_RCPT_RECORDED ? i : i + 1);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_by_recipient),
	    cmocka_unit_test(lists_rules_of_recipients),
	    cmocka_unit_test(lists_rules_in_order),
	    cmocka_unit_test(bounds_the_rules_of_recipients),
	    cmocka_unit_test(matches_scopes),
	    cmocka_unit_test(applies_by_result),
	    cmocka_unit_test(spares_indirect_mail),
	    cmocka_unit_test(ends),
	    cmocka_unit_test(takes_the_first_of_the_file),
	    cmocka_unit_test(names_actions_and_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
