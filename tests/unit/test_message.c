/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_message.c - what is collected of a message, at its bounds
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/app/engine.h"
#include "lib/base/limits.h"

static struct engine *engine;

struct scene {
	TALLOC_CTX *mem;
	struct message *message;
	const struct verdict *verdict;
};

static struct scene scene_new(void)
{
	struct scene scene = {.mem = mem_context(NULL)};
	struct evaluator *evaluator = &engine->evaluator;
	struct client client = {.helo = "client.test"};

	assert_true(net_address_parse("192.0.2.1", &client.address));
	evaluator->keeps_header = true;
	scene.message = message_begin(scene.mem, evaluator, &client,
				      span_of("<a@sender.test>"), NULL);
	return scene;
}

static void finish(struct scene *scene)
{
	(void)message_end_of_header(scene->message);
	scene->verdict = message_finish(scene->message);
}

static void add(struct scene *scene, const char *name, const char *value)
{
	message_header(scene->message, span_of(name), span_of(value));
}

/* "xxx..." of that many bytes. */
static char *run_of(TALLOC_CTX *mem, size_t length)
{
	char *text = mem_zeroed(mem, length + 1, 1, "run");

	memset(text, 'x', length);
	return text;
}

static bool is_cut(const char *text)
{
	size_t length = strlen(text);

	return length >= 3 && strcmp(text + length - 3, "...") == 0;
}

static void shows_so_much_of_from(void **state)
{
	(void)state;
	for (int more = 0; more < 2; more++) {
		struct scene scene = scene_new();
		size_t name = LIMIT_FROM_SHOWN - strlen(" <a@d.test>");
		add(&scene, "From",
		    mem_printf(scene.mem, "%s <a@d.test>",
			       run_of(scene.mem, name + (size_t)more)));
		finish(&scene);
		const char *shown = scene.verdict->from_fields.items[0];
		assert_int_equal(strlen(shown), LIMIT_FROM_SHOWN);
		assert_int_equal(is_cut(shown), more);
		/* what is judged is the whole value */
		assert_string_equal(scene.verdict->author.domain, "d.test");
		mem_free(scene.mem);
	}
}

static void keeps_so_much_of_a_list_id(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		struct scene scene = scene_new();
		add(&scene, "List-Id",
		    mem_printf(scene.mem, "A list <%s>",
			       run_of(scene.mem, LIMIT_LIST_ID_BYTES + more)));
		finish(&scene);
		assert_int_equal(strlen(scene.verdict->list_id),
				 LIMIT_LIST_ID_BYTES);
		assert_int_equal(is_cut(scene.verdict->list_id), more == 1);
		mem_free(scene.mem);
	}
}

static void keeps_so_many_recipient_domains(void **state)
{
	struct scene scene = scene_new();

	(void)state;
	for (int i = 0; i < LIMIT_RECIPIENT_DOMAINS + 5; i++)
		message_recipient(
		    scene.message,
		    span_of(mem_printf(scene.mem, "<r@d%d.test>", i)));
	finish(&scene);
	const struct text_list *kept = &scene.verdict->rcpt_domains;
	assert_int_equal(kept->count, LIMIT_RECIPIENT_DOMAINS);
	assert_string_equal(kept->items[0], "d0.test");
	mem_free(scene.mem);
}

/* Of more recipients than can be looked for in the header none of it is kept
 * for a failure report. */
static void knows_so_many_recipients(void **state)
{
	(void)state;
	for (int more = 0; more < 2; more++) {
		struct scene scene = scene_new();
		for (int i = 0; i < LIMIT_FAILURE_RECIPIENTS + more; i++)
			message_recipient(
			    scene.message,
			    span_of(mem_printf(scene.mem, "<r%d@d.test>", i)));
		finish(&scene);
		assert_int_equal(scene.verdict->kept.is_overfull, more);
		mem_free(scene.mem);
	}
}

/* The next one is taken for ours unread. */
static void reads_so_many_results_of_others(void **state)
{
	struct scene scene = scene_new();

	(void)state;
	for (int i = 0; i < LIMIT_AUTHRES_FIELDS + 1; i++)
		add(&scene, "Authentication-Results", "other.test; none");
	finish(&scene);
	assert_int_equal(scene.verdict->forged.count, 1);
	assert_int_equal(scene.verdict->forged.indexes[0],
			 LIMIT_AUTHRES_FIELDS + 1);
	mem_free(scene.mem);
}

static int start(void **state)
{
	struct config *config = config_defaults(NULL);
	struct error err;

	(void)state;
	config->dns.fixture = "/dev/null";
	if (engine_new(config, NULL, clock_system(), random_system(), &engine,
		       &err))
		return 0;
	print_error("%s\n", err.words);
	return -1;
}

static int stop(void **state)
{
	(void)state;
	engine_unref(engine);
	return 0;
}

/* --- who looks like one of ours --- */

static bool is_read;
static unsigned days_passed;

static unsigned tell_days(void *context, const struct verdict *verdict,
			  bool *is_loaded)
{
	(void)context;
	(void)verdict;
	*is_loaded = is_read;
	return is_read ? days_passed : 0;
}

/* What a mailer of everybody's let pass before says nothing of who writes. */
static void knows_nobody_at_an_open_domain(void **state)
{
	static const struct {
		const char *from;
		bool is_told;
	} rows[] = {
	    {"Ann Example <a@partner.test>", false}, /* who passed before */
	    {"Ann Example <a@free.test>", true},
	    {"=?utf-8?q?Ann_Ex=C3=A4mple?= <a@free.test>", true},
	    {"\"Example, Ann\" <ann@home.free.test>", false},
	    {"Ann Other <a@free.test>", false},
	    {"a@free.test (Ann Example)", true},
	    {"Ann Example <a@example-bank.test>", false}, /* ours */
	};
	const struct evaluator plain = engine->evaluator;
	struct policy_settings policy = *plain.policy;
	const char *entries[] = {
	    "Ann Example <ann@example-bank.test> <home.free.test>"};
	const char *own[] = {"example-bank.test"};
	const char *open[] = {"free.test"};
	TALLOC_CTX *mem = mem_context(NULL);
	const struct people_rules rules = {
	    .entries = {.count = 1, .items = entries},
	    .own = {.count = 1, .items = own},
	    .open = {.count = 1, .items = open}};

	(void)state;
	policy.on_person_name = DISPOSITION_REJECT;
	engine->evaluator.policy = &policy;
	engine->evaluator.mode = MODE_ENFORCE;
	engine->evaluator.people = people_new(mem, &rules);
	engine->evaluator.paths.author_days = tell_days;
	is_read = true;
	days_passed = LOOKALIKE_DAYS;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scene scene = scene_new();
		add(&scene, "From", rows[i].from);
		finish(&scene);
		assert_int_equal(scene.verdict->lookalike.kind,
				 rows[i].is_told ? LOOKALIKE_PERSON
						 : LOOKALIKE_NONE);
		assert_int_equal(scene.verdict->decision.applied,
				 rows[i].is_told ? DISPOSITION_REJECT
						 : DISPOSITION_NONE);
		mem_free(scene.mem);
	}
	engine->evaluator = plain;
	mem_free(mem);
}

static void turns_nobody_away_for_his_looks_too_early(void **state)
{
	static const struct {
		bool is_read;
		unsigned days;
		bool is_told;
		enum disposition applied;
	} rows[] = {
	    {true, 0, true, DISPOSITION_REJECT},
	    {true, LOOKALIKE_DAYS - 1, true, DISPOSITION_REJECT},
	    {true, LOOKALIKE_DAYS, false, DISPOSITION_NONE},
	    /* Behind a start, or without what the store has: nobody is known. */
	    {false, LOOKALIKE_DAYS, true, DISPOSITION_TAG},
	};
	const struct evaluator plain = engine->evaluator;
	struct policy_settings policy = *plain.policy;
	const char *own[] = {"example-bank.test"};
	TALLOC_CTX *mem = mem_context(NULL);
	const struct lookalike_rules rules = {
	    .own = {.count = 1, .items = own}};

	(void)state;
	policy.on_lookalike = DISPOSITION_REJECT;
	engine->evaluator.policy = &policy;
	engine->evaluator.mode = MODE_ENFORCE;
	engine->evaluator.lookalikes = lookalike_list_new(mem, &rules);
	engine->evaluator.paths.author_days = tell_days;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scene scene = scene_new();
		is_read = rows[i].is_read;
		days_passed = rows[i].days;
		add(&scene, "From", "a@examp1e-bank.test");
		finish(&scene);
		assert_int_equal(scene.verdict->lookalike.kind !=
				     LOOKALIKE_NONE,
				 rows[i].is_told);
		assert_int_equal(scene.verdict->decision.applied,
				 rows[i].applied);
		mem_free(scene.mem);
	}
	engine->evaluator = plain;
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shows_so_much_of_from),
	    cmocka_unit_test(keeps_so_much_of_a_list_id),
	    cmocka_unit_test(keeps_so_many_recipient_domains),
	    cmocka_unit_test(knows_so_many_recipients),
	    cmocka_unit_test(reads_so_many_results_of_others),
	    cmocka_unit_test(turns_nobody_away_for_his_looks_too_early),
	    cmocka_unit_test(knows_nobody_at_an_open_domain),
	};

	return cmocka_run_group_tests(tests, start, stop) != 0;
}
