/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_review.c - what reviews ask: further filters, groups, acts, passes
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/strbuf.h"
#include "lib/store/store_acts.h"
#include "lib/store/store_db.h"
#include "lib/store/store_groups.h"
#include "lib/store/store_would.h"
#include "tests/unit/store_fixture.h"

#define DAY_MS ((int64_t)86400000)

/* One incident of the example store; the rest of it is the fixture's. */
struct row {
	const char *reference;
	int after_s;
	const char *client_ip;
	const char *client_name;
	const char *author_domain;
	const char *asked;
	const char *applied;
	const char *result;
	const char *override_type;
	const char *reason;
	const char *host;
	const char *queue_id;
};

static const struct row rows[] = {
    {"r1", 10, "192.0.2.1", "a.isp.test", "example.com", "reject", "reject",
     "fail", "", "SPF pass for x_y.test is not aligned", "mx1", "Q1"},
    {"r2", 20, "192.0.2.200", "isp.test", "example.com", "reject", "quarantine",
     "fail", "local_policy", "no DKIM signature", "mx1", "Q2"},
    {"r3", 30, "192.0.3.1", "xisp.test", "example.com", "none", "none", "fail",
     "", "100% unaligned", "mx2", "Q3"},
    {"r4", 40, "2001:db8:7::1", "", "other.test", "", "tempfail", "temperror",
     "", "", "mx2", "Q4"},
    {"r5", 50, "2001:db8:7:ffff::1", "", "", "", "reject", "permerror", "",
     "no From field", "mx2", "Q5"},
    {"r6", 60, "2001:db8::5", "a_b.test", "example.com", "reject", "reject",
     "fail", "", "no DKIM signature", "mx2", "Q6"},
    {"r7", 70, "unknown", "", "example.com", "reject", "reject", "fail", "",
     "no DKIM signature", "mx2", "Q6"},
};

struct scene {
	struct place place;
	struct store *store;
	struct store_reader *reader;
	TALLOC_CTX *mem;
};

static void record(struct store *store, const struct row *row)
{
	struct store_entry entry = example_incident(row->reference);

	entry.incident.time_s = NOON_S + row->after_s;
	entry.incident.client_ip = row->client_ip;
	entry.incident.client_name = row->client_name;
	entry.incident.author_domain = row->author_domain;
	entry.incident.asked = row->asked;
	entry.incident.applied = row->applied;
	entry.incident.dmarc_result = row->result;
	entry.incident.override_type = row->override_type;
	entry.incident.reason = row->reason;
	entry.incident.host = row->host;
	entry.incident.queue_id = row->queue_id;
	assert_int_equal(store_record(store, &entry, 20000), STORE_COMMITTED);
}

static struct scene begin(void)
{
	struct scene scene = {.place = place_make(), .mem = mem_context(NULL)};

	scene.store = open_store(scene.place.path, DURABILITY_COMMIT);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		record(scene.store, &rows[i]);
	scene.reader = open_reader(scene.mem, scene.place.path);
	return scene;
}

static void end(struct scene *scene)
{
	mem_free(scene->mem);
	store_close(scene->store);
	place_remove(&scene->place);
}

/* --- filters --- */

static bool add_reference(void *context, const struct store_incident *incident)
{
	strbuf_printf(context, "%s ", incident->reference);
	return true;
}

static const char *found(struct scene *scene, const struct store_filter *filter)
{
	struct strbuf text;
	struct error err;

	strbuf_init(&text, scene->mem, 1000);
	assert_true(
	    store_incidents(scene->reader, filter, add_reference, &text, &err));
	return strbuf_text(&text);
}

static void filters_select(void **state)
{
	static const struct {
		struct store_filter filter;
		const char *want;
	} cases[] = {
	    {{.client_name = "isp.test"}, "r2 r1 "},
	    {{.client_name = "a.isp.test"}, "r1 "},
	    {{.client_name = "b.test"}, ""},
	    {{.client_name = "a_b.test"}, "r6 "},
	    {{.client_name = "axb.test"}, ""}, /* "_" is no wildcard */
	    {{.dmarc_result = "fail", .limit = 2}, "r7 r6 "},
	    {{.dmarc_result = "permerror"}, "r5 "},
	    {{.asked = "none"}, "r3 "},
	    {{.asked = ""}, "r5 r4 "},
	    {{.override_type = "local_policy"}, "r2 "},
	    {{.reason = "No DKIM"}, "r7 r6 r2 "},
	    {{.reason = "100%"}, "r3 "},
	    {{.reason = "x_Y.test"}, "r1 "},
	    {{.reason = "%"}, "r3 "}, /* nor is this one */
	    {{.host = "mx1"}, "r2 r1 "},
	    {{.queue_id = "Q6"}, "r7 r6 "},
	    {{.client_ip = "192.0.2.0/23"}, "r3 r2 r1 "},
	    {{.client_ip = "192.0.2.0/24", .limit = 1}, "r2 "},
	    {{.client_ip = "192.0.0.0/16"}, "r3 r2 r1 "},
	    {{.client_ip = "192.0.2.1/32"}, "r1 "},
	    {{.client_ip = "2001:db8:7::/48"}, "r5 r4 "},
	    {{.client_ip = "2001:db8::/48"}, "r6 "}, /* a group of zeros */
	    {{.client_ip = "2001:db8::/32"}, "r6 r5 r4 "},
	    {{.client_ip = "2001:db8:7::/65"}, "r4 "},
	    {{.client_ip = "::/0"}, "r6 r5 r4 "},
	    {{.is_open = true, .limit = 2}, "r7 r6 "},
	};
	struct scene scene = begin();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(found(&scene, &cases[i].filter),
				    cases[i].want);
	end(&scene);
}

/* --- what enforce mode would have done --- */

#define WOULD(word) "{\"explain\": {\"enforced\": \"" word "\"}}"

/* Incidents of example.com that were let in. */
static const struct {
	const char *reference;
	const char *override_type;
	const char *verdict;
	const char *would; /* NULL: not known */
} let_in[] = {
    {"w1", "local_policy", WOULD("reject"), "reject"},
    {"w2", "local_policy", WOULD("quarantine"), "quarantine"},
    {"w3", "local_policy", WOULD("none"), "none"}, /* by an override */
    /* Without one nothing was let go, whatever stands there. */
    {"w4", "", WOULD("reject"), "none"},
    /* Cut, none of our words, not of our making. */
    {"w5", "local_policy", "{\"cut\": 12000}", NULL},
    {"w6", "local_policy", WOULD("eaten"), NULL},
    {"w7", "local_policy", "{\"explain\": [\"enforced\"]}", NULL},
    {"w8", "local_policy", "", NULL},
};

static struct store_entry let_in_entry(size_t i)
{
	struct store_entry entry = example_incident(let_in[i].reference);

	entry.incident.time_s = NOON_S + 80 + (int)i;
	entry.incident.author_domain = "example.com";
	entry.incident.applied = "none";
	entry.incident.override_type = let_in[i].override_type;
	entry.incident.verdict = let_in[i].verdict;
	return entry;
}

static struct scene begin_monitored(void)
{
	struct scene scene = begin();

	for (size_t i = 0; i < sizeof let_in / sizeof let_in[0]; i++) {
		struct store_entry entry = let_in_entry(i);
		assert_int_equal(store_record(scene.store, &entry, 20000),
				 STORE_COMMITTED);
	}
	return scene;
}

static void what_would_be_is_found(void **state)
{
	static const struct {
		struct store_filter filter;
		const char *want;
	} cases[] = {
	    {{.would = "reject"}, "w1 r7 r6 r5 r1 "},
	    {{.would = "reject", .limit = 2}, "w1 r7 "},
	    {{.would = "reject", .applied = "none"}, "w1 "},
	    {{.would = "quarantine"}, "w2 r2 "},
	    {{.would = "tempfail"}, "r4 "},
	    {{.would = "none"}, "w4 w3 r3 "},
	    {{.would = "tag"}, ""},
	};
	struct scene scene = begin_monitored();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(found(&scene, &cases[i].filter),
				    cases[i].want);
	end(&scene);
}

/* The row and SQL say the same. */
static void what_would_be_is_told(void **state)
{
	struct store_incident odd = {.applied = "tag",
				     .override_type = "local_policy",
				     .verdict = WOULD("reject")};

	(void)state;
	for (size_t i = 0; i < sizeof let_in / sizeof let_in[0]; i++) {
		const struct store_entry entry = let_in_entry(i);
		const char *would = store_would(&entry.incident);
		if (let_in[i].would == NULL)
			assert_null(would);
		else
			assert_string_equal(would, let_in[i].would);
	}
	assert_string_equal(store_would(&odd), "tag");
	odd.applied = "eaten";
	assert_null(store_would(&odd));
}

static bool add_would(void *context, const struct store_group *group)
{
	strbuf_printf(context, "%s %d spared %d:", group->key,
		      (int)group->count, (int)group->spared);
	for (int i = 0; i < STORE_DISPOSITIONS; i++)
		strbuf_printf(context, " %d", (int)group->would[i]);
	strbuf_add_text(context, "; ");
	return true;
}

static void what_would_be_is_counted(void **state)
{
	const struct store_filter all = {.until_s = 0};
	struct scene scene = begin_monitored();
	struct strbuf text;
	struct error err;

	(void)state;
	strbuf_init(&text, scene.mem, 1000);
	assert_true(store_groups(scene.reader, &all, STORE_GROUP_FROM,
				 add_would, &text, &err));
	/* Of the thirteen four are not known. */
	assert_string_equal(strbuf_text(&text),
			    "example.com 13 spared 2: 3 0 2 4 0; "
			    " 1 spared 0: 0 0 0 1 0; "
			    "other.test 1 spared 0: 0 0 0 0 1; ");
	end(&scene);
}

/* --- groups --- */

/* "key count/sources first-last none,tag,quarantine,reject,tempfail; " */
static bool add_group(void *context, const struct store_group *group)
{
	strbuf_printf(context, "%s %d/%d %d-%d ", group->key, (int)group->count,
		      (int)group->sources, (int)(group->first_s - NOON_S),
		      (int)(group->last_s - NOON_S));
	for (int i = 0; i < STORE_DISPOSITIONS; i++)
		strbuf_printf(context, "%s%d", i == 0 ? "" : ",",
			      (int)group->applied[i]);
	strbuf_add_text(context, "; ");
	return true;
}

static void groups_count(void **state)
{
	static const struct {
		enum store_group_key key;
		struct store_filter filter;
		const char *want;
	} cases[] = {
	    {STORE_GROUP_FROM,
	     {0},
	     "example.com 5/5 10-70 1,0,1,3,0;  1/1 50-50 0,0,0,1,0; "
	     "other.test 1/1 40-40 0,0,0,0,1; "},
	    {STORE_GROUP_FROM,
	     {.limit = 1},
	     "example.com 5/5 10-70 1,0,1,3,0; "},
	    {STORE_GROUP_IP,
	     {.client_ip = "192.0.2.0/24"},
	     "192.0.2.1 1/1 10-10 0,0,0,1,0; "
	     "192.0.2.200 1/1 20-20 0,0,1,0,0; "},
	    {STORE_GROUP_NETWORK,
	     {0},
	     "192.0.2.0/24 2/2 10-20 0,0,1,1,0; "
	     "2001:db8:7::/48 2/2 40-50 0,0,0,1,1; "
	     "192.0.3.0/24 1/1 30-30 1,0,0,0,0; "
	     "2001:db8::/48 1/1 60-60 0,0,0,1,0; "
	     "unknown 1/1 70-70 0,0,0,1,0; "},
	    {STORE_GROUP_REASON,
	     {.reason = "dkim"},
	     "no DKIM signature 3/3 20-70 0,0,1,2,0; "},
	    {STORE_GROUP_POLICY,
	     {0},
	     "reject 4/4 10-70 0,0,1,3,0;  2/2 40-50 0,0,0,1,1; "
	     "none 1/1 30-30 1,0,0,0,0; "},
	    {STORE_GROUP_HOST,
	     {0},
	     "mx2 5/5 30-70 1,0,0,3,1; mx1 2/2 10-20 0,0,1,1,0; "},
	    {STORE_GROUP_CLIENT, {.limit = 1}, " 3/3 40-70 0,0,0,2,1; "},
	    {STORE_GROUP_RESULT, {.limit = 1}, "fail 5/5 10-70 1,0,1,3,0; "},
	    {STORE_GROUP_OVERRIDE,
	     {.override_type = "local_policy"},
	     "local_policy 1/1 20-20 0,0,1,0,0; "},
	};
	struct scene scene = begin();
	struct strbuf text;
	struct error err;

	(void)state;
	strbuf_init(&text, scene.mem, 4000);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		strbuf_clear(&text);
		assert_true(store_groups(scene.reader, &cases[i].filter,
					 cases[i].key, add_group, &text, &err));
		assert_string_equal(strbuf_text(&text), cases[i].want);
	}
	end(&scene);
}

static void group_keys_have_texts(void **state)
{
	enum store_group_key key = STORE_GROUP_KEYS;

	(void)state;
	for (int i = 0; i < STORE_GROUP_KEYS; i++) {
		assert_true(store_group_key_parse(
		    store_group_key_text((enum store_group_key)i), &key));
		assert_int_equal(key, i);
	}
	assert_false(store_group_key_parse("sender", &key));
	assert_false(store_group_key_parse("", &key));
}

/* --- acts --- */

static bool add_act(void *context, const struct store_act *act)
{
	strbuf_printf(context, "%d %s %s %s; ", (int)(act->time_s - NOON_S),
		      act->who, store_act_kind_text(act->kind), act->note);
	return true;
}

static bool take_id(void *context, const struct store_incident *incident)
{
	*(int64_t *)context = incident->id;
	return false;
}

static void acts_stay_with_their_incident(void **state)
{
	struct scene scene = begin();
	struct store_filter second = {.reference = "r2"};
	struct store_filter open = {.is_open = true, .host = "mx1"};
	struct store_act confirm = {NOON_S + 1, "ann", ACT_CONFIRM, ""};
	struct store_act allow = {NOON_S + 2, "bob", ACT_ALLOW, "b\xc3\xbc"};
	struct store_acts_writer *writer;
	struct strbuf text;
	struct error err;
	int64_t id = 0;

	(void)state;
	assert_true(store_incidents(scene.reader, &second, take_id, &id, &err));
	assert_string_equal(found(&scene, &open), "r2 r1 ");
	assert_true(
	    store_acts_open(scene.mem, scene.place.path, &writer, &err));
	assert_true(store_acts_add(writer, id, &confirm, &err));
	assert_true(store_acts_add(writer, id, &allow, &err));
	strbuf_init(&text, scene.mem, 1000);
	assert_true(store_acts(scene.reader, id, add_act, &text, &err));
	assert_string_equal(strbuf_text(&text),
			    "1 ann confirm ; 2 bob allow b\xc3\xbc; ");
	strbuf_clear(&text);
	assert_true(store_acts(scene.reader, id + 1, add_act, &text, &err));
	assert_string_equal(strbuf_text(&text), "");
	assert_string_equal(found(&scene, &open), "r1 ");
	assert_false(store_acts_add(writer, 4711, &confirm, &err));
	assert_non_null(strstr(err.words, "purged meanwhile"));
	/* The daemon goes on beside it. */
	record(scene.store, &rows[0]);
	end(&scene);
}

static void acts_are_purged_with_it(void **state)
{
	struct place place = place_make();
	struct clock clock = clock_fixed(NOON_S + 20 * 86400);
	struct store_settings settings = {.sqlite = place.path,
					  .keep_incidents_ms = 10 * DAY_MS,
					  .keep_results_ms = 90 * DAY_MS};
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_act act = {NOON_S, "ann", ACT_CONFIRM, ""};
	struct store_filter all = {0};
	struct store_acts_writer *writer;
	struct store_db *db;
	struct store *store;
	struct error err;
	int64_t number = 0;

	(void)state;
	store = open_store(place.path, DURABILITY_COMMIT);
	record(store, &rows[0]);
	store_close(store);
	assert_true(store_acts_open(mem, place.path, &writer, &err));
	assert_true(store_acts_add(writer, 1, &act, &err));
	assert_true(store_open(&settings, "mx", &clock, &store, &err));
	for (int i = 0; i < 500 && count_incidents(place.path, &all) > 0; i++)
		(void)usleep(10000);
	store_close(store);
	assert_int_equal(count_incidents(place.path, &all), 0);
	mem_free(mem);
	assert_true(store_db_open(place.path, STORE_DB_READ, &db, &err));
	assert_true(
	    store_db_number(db, "SELECT count(*) FROM act", &number, &err));
	assert_int_equal(number, 0);
	store_db_close(db);
	place_remove(&place);
}

/* --- passes --- */

static bool add_pass(void *context, int64_t last_hour_s, int64_t count,
		     const struct store_tuple *tuple)
{
	strbuf_printf(context, "%s %d %d; ", tuple->client_ip, (int)count,
		      (int)((last_hour_s - NOON_S) / 3600));
	return true;
}

static void pass(struct store *store, int after_s, const char *author,
		 const char *client_ip, const char *result)
{
	struct store_entry entry = example_entry();

	entry.time_s += after_s;
	entry.tuple.author_domain = author;
	entry.tuple.client_ip = client_ip;
	entry.tuple.dmarc_result = result;
	assert_int_equal(store_record(store, &entry, 20000), STORE_COMMITTED);
}

static void passes_are_counted(void **state)
{
	struct scene scene = begin();
	struct strbuf text;
	struct error err;

	(void)state;
	pass(scene.store, 0, "a.test", "192.0.2.1", "pass");
	pass(scene.store, 7200, "a.test", "192.0.2.1", "pass");
	pass(scene.store, 3600, "a.test", "192.0.2.2", "pass");
	pass(scene.store, 3600, "a.test", "192.0.2.3", "fail");
	pass(scene.store, 3600, "b.a.test", "192.0.2.4", "pass");
	strbuf_init(&text, scene.mem, 1000);
	assert_true(
	    store_passes(scene.reader, "a.test", 10, add_pass, &text, &err));
	assert_string_equal(strbuf_text(&text),
			    "192.0.2.1 2 2; 192.0.2.2 1 1; ");
	strbuf_clear(&text);
	assert_true(
	    store_passes(scene.reader, "a.test", 1, add_pass, &text, &err));
	assert_string_equal(strbuf_text(&text), "192.0.2.1 2 2; ");
	strbuf_clear(&text);
	assert_true(
	    store_passes(scene.reader, "gone.test", 1, add_pass, &text, &err));
	assert_string_equal(strbuf_text(&text), "");
	end(&scene);
}

static bool add_text(void *context, const char *reference)
{
	strbuf_printf(context, "%s ", reference);
	return true;
}

static void references_are_listed(void **state)
{
	struct scene scene = begin();
	struct strbuf text;
	struct error err;

	(void)state;
	strbuf_init(&text, scene.mem, 1000);
	assert_true(store_references(scene.reader, "", add_text, &text, &err));
	assert_string_equal(strbuf_text(&text), "r1 r2 r3 r4 r5 r6 r7 ");
	end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(filters_select),
	    cmocka_unit_test(what_would_be_is_found),
	    cmocka_unit_test(what_would_be_is_told),
	    cmocka_unit_test(what_would_be_is_counted),
	    cmocka_unit_test(groups_count),
	    cmocka_unit_test(group_keys_have_texts),
	    cmocka_unit_test(acts_stay_with_their_incident),
	    cmocka_unit_test(acts_are_purged_with_it),
	    cmocka_unit_test(passes_are_counted),
	    cmocka_unit_test(references_are_listed),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
