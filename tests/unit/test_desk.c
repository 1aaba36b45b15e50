/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_desk.c - who sees which page, what is found, and what a fault says
 */
#include "tests/unit/unit.h"

#include <string.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/desk/desk.h"
#include "lib/store/store_db.h"
#include "tests/unit/store_fixture.h"

#define PAGE_MS 20000 /* more than a watched program takes */

static const struct {
	const char *reference;
	int after_s;
	const char *author;
	const char *queue_id;
	const char *mail_from;
	const char *from_address;
	const char *sender_address;
	const char *client_ip;
	const char *applied;
} rows[] = {
    {"K7QX-2M4D", 10, "example.com", "Q1", "ann@example.com", "", "", "192.0.2.7",
     "quarantine"},
    {"K7QX-2M4E", 20, "other.test", "Q2", "x@other.test",
     "boss@other.test", "x@other.test", "192.0.2.8",
     "reject"},
    {"B3RM-9WTA", 30, "sub.example.com", "Q3", "Bob@sub.example.com",
     "bob@sub.example.com", "", "192.0.2.7", "reject"},
    {"TJ4C-P8XE", 40, "third.test", "Q3", "", "news@third.test",
     "bounce-7@esp.test", "2001:db8::1", "reject"},
};

static const struct desk_who analyst = {.role = DESK_ANALYST, .user = "ann"};
static const struct desk_who helper = {.role = DESK_HELPDESK, .user = "bob"};
static const struct desk_who nobody = {.role = DESK_NOBODY};
static const struct desk_who scoped = {.role = DESK_ANALYST,
				       .author_domain = "example.com"};

struct scene {
	struct place place;
	struct desk desk;
	TALLOC_CTX *mem;
	struct desk_answer answer;
};

static struct scene begin(void)
{
	struct scene scene = {.place = place_make(), .mem = mem_context(NULL)};
	struct store *store = open_store(scene.place.path, DURABILITY_COMMIT);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct store_entry entry = example_incident(rows[i].reference);
		entry.incident.time_s = NOON_S + rows[i].after_s;
		entry.incident.author_domain = rows[i].author;
		entry.incident.queue_id = rows[i].queue_id;
		entry.incident.mail_from = rows[i].mail_from;
		entry.from_address = rows[i].from_address;
		entry.sender_address = rows[i].sender_address;
		entry.incident.client_ip = rows[i].client_ip;
		entry.incident.applied = rows[i].applied;
		assert_int_equal(store_record(store, &entry, 20000),
				 STORE_COMMITTED);
	}
	store_close(store);
	scene.desk =
	    (struct desk){.store = mem_strdup(scene.mem, scene.place.path),
			  .now_s = NOON_S + 3600,
			  .page_ms = PAGE_MS};
	return scene;
}

static void end(struct scene *scene)
{
	mem_free(scene->mem);
	place_remove(&scene->place);
}

/* The page's text; the answer stays in the scene. */
static const char *ask(struct scene *scene, const struct desk_who *who,
		       const char *target)
{
	struct desk_request request;
	struct error err;

	assert_true(desk_request_read(scene->mem, target, &request, &err));
	desk_answer(scene->mem, &scene->desk, who, &request, &scene->answer);
	assert_false(strbuf_is_full(&scene->answer.body));
	return strbuf_text(&scene->answer.body);
}

static void want(struct scene *scene, const struct desk_who *who,
		 const char *target, unsigned status, const char *words)
{
	const char *text = ask(scene, who, target);

	if (scene->answer.status != status || strstr(text, words) == NULL)
		fail_msg("%s: %u\n%s", target, scene->answer.status, text);
}

static void want_not(struct scene *scene, const struct desk_who *who,
		     const char *target, const char *words)
{
	if (strstr(ask(scene, who, target), words) != NULL)
		fail_msg("%s: %s", target, words);
}

static void want_place(struct scene *scene, const struct desk_who *who,
		       const char *target, const char *location)
{
	(void)ask(scene, who, target);
	assert_int_equal(scene->answer.status, 303);
	assert_string_equal(scene->answer.location, location);
}

/* --- */

static void roles_have_their_pages(void **state)
{
	static const char *const lists[] = {"/incidents",
					    "/groups",
					    "/likely",
					    "/overrides",
					    "/reports",
					    "/incidents?format=csv"};
	struct scene scene = begin();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		want(&scene, &helper, lists[i], 403, "one reference");
		want(&scene, &nobody, lists[i], 403, "desk.conf");
	}
	want(&scene, &helper, "/", 303, "");
	assert_string_equal(scene.answer.location, "search");
	want(&scene, &nobody, "/", 403, "desk.conf");
	want(&scene, &helper, "/incident/K7QX-2M4D", 200, "What you can do");
	/* What else came from there is a list. */
	want_not(&scene, &helper, "/incident/K7QX-2M4D",
		 "From the same source");
	want(&scene, &analyst, "/incident/K7QX-2M4D", 200,
	     "From the same source");
	want(&scene, &nobody, "/incident/K7QX-2M4D", 403, "desk.conf");
	want(&scene, &nobody, "/search?q=K7QX-2M4D", 403, "desk.conf");
	want(&scene, &analyst, "/incidents", 200, "TJ4C-P8XE");
	want(&scene, &analyst, "/nothing", 404, "no such page");
	want(&scene, &analyst, "/incident/", 404, "no such page");
	end(&scene);
}

static void finds_what_is_read_out(void **state)
{
	struct scene scene = begin();

	(void)state;
	want_place(&scene, &helper, "/search?q=k7qx2m4d", "incident/K7QX-2M4D");
	want_place(&scene, &helper, "/search?q=K7QX+2M4D",
		   "incident/K7QX-2M4D");
	want_place(&scene, &helper, "/search?q=Q1", "incident/K7QX-2M4D");
	want(&scene, &helper, "/search?q=Q3", 200, "B3RM-9WTA");
	want(&scene, &helper, "/search?q=Q3", 200, "TJ4C-P8XE");
	want(&scene, &helper, "/search?q=bob%40sub.example.com", 200,
	     "B3RM-9WTA");
	want_not(&scene, &helper, "/search?q=ann%40example.com", "B3RM-9WTA");
	want(&scene, &analyst, "/search?q=192.0.2.7", 200, "B3RM-9WTA");
	want(&scene, &analyst, "/search?q=2001%3adb8%3a%3a%2f32", 200,
	     "TJ4C-P8XE");
	want(&scene, &analyst, "/search?q=example.com", 200, "B3RM-9WTA");
	/* One at a time. */
	want(&scene, &helper, "/search?q=192.0.2.7", 404, "Nothing is");
	want(&scene, &helper, "/search?q=example.com", 404, "Nothing is");
	want(&scene, &helper, "/search?q=x%40y%40", 400, "no address");
	want(&scene, &helper, "/search", 200, "as it was read out");
	end(&scene);
}

/* In From or MAIL FROM, and what was recorded without them; a page has a next
 * one. */
static void finds_by_address(void **state)
{
	static const struct {
		const char *typed;
		const char *found;
	} table[] = {
	    {"News%40Third.test", "TJ4C-P8XE"},
	    {"%3cbounce-7%40esp.test%3e", "TJ4C-P8XE"},
	    {"boss%40other.test", "K7QX-2M4E"},
	    {"x%40other.test", "K7QX-2M4E"},
	    {"ann%40example.com", "K7QX-2M4D"},
	};
	struct scene scene = begin();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++)
		want(&scene, &helper,
		     mem_printf(scene.mem, "/search?q=%s", table[i].typed), 200,
		     table[i].found);
	want(&scene, &helper, "/search?q=nobody%40third.test", 404,
	     "the address in From");
	want(&scene, &scoped, "/search?q=news%40third.test", 404, "MAIL FROM");
	want_not(&scene, &scoped, "/search?q=news%40third.test", "TJ4C-P8XE");
	want(&scene, &analyst, "/search?q=news%40third.test&before=1.1", 404,
	     "MAIL FROM");
	want(&scene, &analyst, "/search?q=news%40third.test&before=x", 400,
	     "begin at its top");
	want(&scene, &analyst, "/search?q=example.com", 200, "K7QX-2M4D");
	want_not(&scene, &analyst, "/search?q=example.com&before=1.1",
		 "K7QX-2M4D");
	end(&scene);
}

static void offers_what_is_spelled_nearly_so(void **state)
{
	struct scene scene = begin();

	(void)state;
	want(&scene, &helper, "/search?q=K7QX-2M4F", 404, "Did you mean");
	want(&scene, &helper, "/search?q=K7QX-2M4F", 404,
	     "href=\"incident/K7QX-2M4E\"");
	want(&scene, &helper, "/search?q=ZZZZ-ZZZZ", 404, "purged");
	want(&scene, &helper, "/search?q=0I1O", 404, "never 0, 1, I or O");
	want(&scene, &helper, "/incident/ZZZZ-ZZZZ", 404,
	     "no incident ZZZZ-ZZZZ");
	end(&scene);
}

/* Whoever sees mail in one name sees nothing of another's, however he asks. */
static void scope_holds_everywhere(void **state)
{
	static const char *const asked[] = {"/incidents",
					    "/incidents?format=json",
					    "/incidents?format=csv",
					    "/incidents?from=other.test",
					    "/incidents?ip=192.0.2.0/24",
					    "/groups?by=from",
					    "/groups?by=from&format=csv",
					    "/likely",
					    "/likely?format=json",
					    "/",
					    "/?format=json",
					    "/search?q=K7QX-2M4F",
					    "/search?q=Q2",
					    "/search?q=x%40other.test",
					    "/search?q=other.test",
					    "/search?q=192.0.2.0/25",
					    "/incident/K7QX-2M4E?format=json",
					    "/incident/K7QX-2M4D"};
	struct scene scene = begin();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(asked); i++) {
		want_not(&scene, &scoped, asked[i], "192.0.2.8");
		want_not(&scene, &scoped, asked[i], "SPF fail for other");
		want_not(&scene, &scoped, asked[i], "incident/K7QX-2M4E");
	}
	want(&scene, &scoped, "/incident/K7QX-2M4E", 404,
	     "no incident K7QX-2M4E");
	want(&scene, &scoped, "/incident/K7QX-2M4E?format=csv", 404,
	     "no incident K7QX-2M4E");
	want(&scene, &scoped, "/search?q=K7QX-2M4E", 404, "incident/K7QX-2M4D");
	want(&scene, &scoped, "/incidents", 200, "B3RM-9WTA");
	want(&scene, &scoped, "/incidents?from=com", 200, "B3RM-9WTA");
	want(&scene, &scoped, "/incidents?from=sub.example.com", 200,
	     "B3RM-9WTA");
	want(&scene, &scoped, "/incidents?from=other.test", 200,
	     "not yours to see");
	want(&scene, &scoped, "/overrides", 403, "of one domain");
	want(&scene, &scoped, "/reports", 403, "of one domain");
	want_not(&scene, &scoped, "/", "href=\"overrides\"");
	want_not(&scene, &scoped, "/", "What waits");
	want(&scene, &analyst, "/", 200, "What waits");
	end(&scene);
}

static const char *limited(const struct scene *scene, int limit,
			   const char *form)
{
	return mem_printf(scene->mem, "/incidents?limit=%d&format=%s", limit,
			  form);
}

static void faults_stand_beside_their_fields(void **state)
{
	struct scene scene = begin();

	(void)state;
	want(&scene, &analyst, "/incidents?since=yesterday&from=a.test", 400,
	     "value=\"yesterday\"");
	want(&scene, &analyst, "/incidents?since=yesterday&from=a.test", 400,
	     "value=\"a.test\"");
	want(&scene, &analyst, "/incidents?since=yesterday", 400,
	     "id=\"h-since\">&quot;yesterday&quot; is no time (allowed: 90m");
	want(&scene, &analyst, "/incidents?since=yesterday", 400,
	     "aria-invalid=\"true\"");
	want(&scene, &analyst, "/incidents?applied=eaten", 400,
	     "&quot;eaten&quot; (allowed: none, tag");
	want(&scene, &analyst, "/incidents?ip=%3Cscript%3E", 400,
	     "value=\"&lt;script&gt;\"");
	want(&scene, &analyst, limited(&scene, LIMIT_DESK_ROWS + 1, "html"),
	     400, "at most 500 here");
	want(&scene, &analyst, limited(&scene, LIMIT_DESK_ROWS + 1, "json"),
	     200, "\"reference\"");
	want(&scene, &analyst, limited(&scene, LIMIT_DESK_FILE_ROWS + 1, "csv"),
	     400, "at most 10000 here");
	want(&scene, &analyst, "/incidents?form=a", 400, "no field");
	want(&scene, &analyst, "/incidents?before=x", 400, "no place");
	want(&scene, &analyst, "/incidents?format=xml", 400, "allowed here");
	want(&scene, &analyst, "/groups?by=hat", 400, "not grouped by");
	end(&scene);
}

/* Each row once, over pages of one. */
static void pages_follow_one_another(void **state)
{
	struct scene scene = begin();
	const char *target = "/incidents?limit=1";

	(void)state;
	for (size_t i = COUNT_OF(rows); i > 0; i--) {
		const char *text = ask(&scene, &analyst, target);
		for (size_t k = 0; k < COUNT_OF(rows); k++) {
			const char *link =
			    mem_printf(scene.mem, "href=\"incident/%s\"",
				       rows[k].reference);
			assert_int_equal(strstr(text, link) != NULL,
					 k == i - 1);
		}
		const char *older = strstr(text, "before=");
		assert_non_null(older);
		target = mem_printf(scene.mem, "/incidents?limit=1&%.*s",
				    (int)strcspn(older, "\""), older);
	}
	want(&scene, &analyst, target, 200, "Nothing matches.");
	end(&scene);
}

static void data_is_that_of_the_command(void **state)
{
	struct scene scene = begin();

	(void)state;
	want(&scene, &analyst, "/incidents?format=csv", 200,
	     "reference,time,queue_id");
	assert_string_equal(scene.answer.type, "text/csv; charset=utf-8");
	assert_string_equal(scene.answer.file, "alignd.csv");
	want(&scene, &analyst, "/incident/K7QX-2M4D?format=json", 200,
	     "\"reference\":\"K7QX-2M4D\"");
	assert_null(scene.answer.file);
	want(&scene, &analyst, "/?format=json", 200, "\"total\"");
	want(&scene, &analyst, "/search?q=1&format=json", 400,
	     "allowed here: html)");
	end(&scene);
}

static void run(const struct scene *scene, const char *sql)
{
	struct store_db *db;
	struct error err;

	assert_true(
	    store_db_open(scene->place.path, STORE_DB_WRITE, &db, &err));
	assert_true(store_db_run(db, sql, &err));
	store_db_close(db);
}

/* Rows of somebody else's, as long as a text may be. */
static void a_page_has_a_bound(void **state)
{
	struct scene scene = begin();

	(void)state;
	run(&scene,
	    "UPDATE incident SET reason = printf('%.*c', 1000000, 'x'), "
	    "helo = reason, mail_from = printf('%.*c', 1000000, 'y'), host = "
	    "printf('%.*c', 1000000, 'z')");
	want(&scene, &analyst, "/incidents?format=json", 503,
	     "larger than 8 MiB");

	want(&scene, &analyst, "/incidents", 200, "(1000000 bytes in all)");
	assert_true(scene.answer.body.length < LIMIT_DESK_PAGE_BYTES / 8);
	end(&scene);
}

static void a_store_that_fails_is_a_page(void **state)
{
	struct scene scene = begin();

	(void)state;
	scene.desk.page_ms = 0;
	want(&scene, &analyst, "/incidents", 503, "longer than it may");
	scene.desk.page_ms = PAGE_MS;
	run(&scene, "PRAGMA user_version = 9999");
	want(&scene, &analyst, "/incidents", 503, "alignctl doctor");
	assert_int_equal(unlink(scene.place.path), 0);
	want(&scene, &helper, "/search?q=K7QX-2M4D", 503, "does not exist");
	want(&scene, &helper, "/search?q=K7QX-2M4D", 503, "Try again");
	scene.desk.store = "";
	want(&scene, &analyst, "/", 503, "nothing is recorded");
	end(&scene);
}

/* A row of what was only counted tells of many authors' mail, or of anybody's. */
static void what_was_counted_has_no_scope(void **state)
{
	static const char *const asked[] = {
	    "/incidents",    "/incidents?format=json",
	    "/groups?by=ip", "/groups?by=ip&format=json",
	    "/likely",	     "/likely?format=json",
	    "/",	     "/search?q=EW3K-9TCM"};
	struct scene scene = begin();

	(void)state;
	run(&scene,
	    "INSERT INTO counted (segment_id, reference, hour_s, network, "
	    "author_domain, budget, first_s, last_s, messages, none, tag, "
	    "quarantine, reject, tempfail) SELECT max(segment_id), "
	    "'EW3K-9TCM', max(hour_s), '198.51.100.0/24', '', 500, "
	    "max(hour_s), max(hour_s) + 60, 4242, 0, 0, 0, 4242, 0 "
	    "FROM segment");
	want(&scene, &analyst, "/incidents", 200, "EW3K-9TCM");
	want(&scene, &analyst, "/incidents?format=json", 200, "4242");
	for (size_t i = 0; i < COUNT_OF(asked); i++) {
		want_not(&scene, &scoped, asked[i], "4242");
		want_not(&scene, &scoped, asked[i], "198.51.100.");
	}
	want(&scene, &scoped, "/incident/EW3K-9TCM", 404, "no incident");
	want(&scene, &scoped, "/incident/EW3K-9TCM?format=json", 404,
	     "no incident");
	end(&scene);
}

/* Told where more match: nobody takes a list of the newest for all of them. */
static void likely_errors_are_looked_for_among_the_newest(void **state)
{
	static const char words[] = "Only the newest were looked at";
	struct scene scene = begin();

	(void)state;
	scene.desk.likely_max = LIMIT_DESK_LIKELY;
	want_not(&scene, &analyst, "/likely", words);
	scene.desk.likely_max = COUNT_OF(rows) - 1;
	want(&scene, &analyst, "/likely", 200, words);
	end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(roles_have_their_pages),
	    cmocka_unit_test(finds_what_is_read_out),
	    cmocka_unit_test(finds_by_address),
	    cmocka_unit_test(offers_what_is_spelled_nearly_so),
	    cmocka_unit_test(scope_holds_everywhere),
	    cmocka_unit_test(what_was_counted_has_no_scope),
	    cmocka_unit_test(faults_stand_beside_their_fields),
	    cmocka_unit_test(pages_follow_one_another),
	    cmocka_unit_test(data_is_that_of_the_command),
	    cmocka_unit_test(likely_errors_are_looked_for_among_the_newest),
	    cmocka_unit_test(a_page_has_a_bound),
	    cmocka_unit_test(a_store_that_fails_is_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
