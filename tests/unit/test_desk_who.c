/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_desk_who.c - who asks, by the other end and by headers
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "desk/who.h"
#include "lib/base/account.h"

#define TOKEN "c2VjcmV0LXRva2VuLTAx"
#define BASIC "Basic eDpjMlZqY21WMExYUnZhMlZ1TFRBeA==" /* x:TOKEN */

struct scene {
	TALLOC_CTX *mem;
	struct desk_settings *settings;
	struct desk_gate *gate;
	uid_t proxy;
};

/* "nobody" is the web server, "root" a user of the host who may look up. */
static struct scene begin(const char *listen)
{
	static const char *hosts[] = {"desk.test"};
	static const char *helpdesk[] = {"bob", "root", "ann"};
	static const char *analysts[] = {"ann", "sue:example.com",
					 "ext:corp:other.test"};
	struct scene scene = {.mem = mem_context(NULL)};
	struct account_ids ids;
	struct error err;

	scene.settings = mem_new(scene.mem, struct desk_settings);
	settings_defaults(scene.mem, desk_sections, scene.settings);
	scene.settings->listen = listen;
	scene.settings->proxy = "nobody";
	scene.settings->hosts = (struct text_list){1, hosts};
	scene.settings->helpdesk = (struct text_list){3, helpdesk};
	scene.settings->analysts = (struct text_list){3, analysts};
	assert_true(account_find_user("nobody", &ids, &err));
	scene.proxy = ids.user;
	assert_true(
	    desk_gate_new(scene.mem, scene.settings, TOKEN, &scene.gate, &err));
	return scene;
}

#define FIELDS(...)                                                            \
	(const struct desk_field[]){__VA_ARGS__},                              \
	    COUNT_OF(((const struct desk_field[]){__VA_ARGS__}))

static struct desk_refusal ask(const struct scene *scene, uid_t peer,
			       const struct desk_field *fields, size_t count,
			       struct desk_who *who)
{
	const struct desk_arrival arrival = {
	    .is_tcp = desk_settings_is_tcp(scene->settings),
	    .peer = peer,
	    .count = count,
	    .fields = fields};

	return desk_gate_who(scene->mem, scene->gate, &arrival, who);
}

static unsigned check(const struct scene *scene,
		      const struct desk_field *fields, size_t count)
{
	const struct desk_arrival arrival = {.count = count, .fields = fields};

	return desk_gate_check(scene->gate, &arrival).status;
}

static void the_web_server_names_users(void **state)
{
	static const struct {
		const char *user;
		enum desk_role role;
		const char *author_domain;
	} rows[] = {
	    {"ann", DESK_ANALYST, NULL},
	    {"bob", DESK_HELPDESK, NULL},
	    {"sue", DESK_ANALYST, "example.com"},
	    {"ext:corp", DESK_ANALYST, "other.test"},
	    {"sue:example.com", DESK_NOBODY, NULL},
	    {"Ann", DESK_NOBODY, NULL},
	    {"eve", DESK_NOBODY, NULL},
	    {"*", DESK_NOBODY, NULL},
	};
	struct scene scene = begin("unix:/x");
	struct desk_who who;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(ask(&scene, scene.proxy,
				     FIELDS({"x-remote-user", rows[i].user}),
				     &who)
				     .status,
				 0);
		assert_int_equal(who.role, rows[i].role);
		assert_string_equal(who.user, rows[i].user);
		assert_int_equal(who.author_domain == NULL,
				 rows[i].author_domain == NULL);
		if (who.author_domain != NULL)
			assert_string_equal(who.author_domain,
					    rows[i].author_domain);
	}
	mem_free(scene.mem);
}

static void odd_headers_are_refused(void **state)
{
	struct scene scene = begin("unix:/x");
	struct desk_who who;

	(void)state;
	assert_int_equal(
	    ask(&scene, scene.proxy, FIELDS({"Host", "desk.test"}), &who)
		.status,
	    403);
	assert_int_equal(
	    ask(&scene, scene.proxy, FIELDS({"X-Remote-User", ""}), &who)
		.status,
	    403);
	assert_int_equal(
	    ask(&scene, scene.proxy,
		FIELDS({"X-Remote-User", "bob"}, {"X-Remote-User", "ann"}),
		&who)
		.status,
	    400);
	assert_int_equal(
	    ask(&scene, scene.proxy,
		FIELDS({"X-Remote-User", "bob"}, {"x_remote-USER", "ann"}),
		&who)
		.status,
	    400);
	assert_int_equal(
	    ask(&scene, scene.proxy, FIELDS({"X_Remote_User", "ann"}), &who)
		.status,
	    400);
	assert_int_equal(
	    ask(&scene, scene.proxy, FIELDS({"X-Remote-User", "a\tn"}), &who)
		.status,
	    400);
	assert_int_equal(who.role, DESK_NOBODY);
	/* Only the web server's word counts. */
	assert_int_equal(
	    ask(&scene, 0, FIELDS({"X-Remote-User", "ann"}), &who).status, 403);
	assert_int_equal(
	    ask(&scene, 0, FIELDS({"X_Remote-User", "ann"}), &who).status, 403);
	assert_int_equal(who.role, DESK_NOBODY);
	mem_free(scene.mem);
}

static void users_of_the_host_come_by_name(void **state)
{
	struct scene scene = begin("unix:/x");
	struct desk_who who;

	(void)state;
	assert_int_equal(
	    ask(&scene, 0, FIELDS({"Host", "desk.test"}), &who).status, 0);
	assert_int_equal(who.role, DESK_HELPDESK);
	assert_string_equal(who.user, "root");
	assert_int_equal(
	    ask(&scene, 12345678, FIELDS({"Host", "desk.test"}), &who).status,
	    0);
	assert_int_equal(who.role, DESK_NOBODY);
	assert_int_equal(
	    ask(&scene, (uid_t)-1, FIELDS({"Host", "desk.test"}), &who).status,
	    0);
	assert_int_equal(who.role, DESK_NOBODY);
	mem_free(scene.mem);
}

static void a_token_stands_for_all(void **state)
{
	static const char bearer[] = "Bearer " TOKEN;
	const char *const wrong[] = {
	    "Basic eDo=",
	    "Basic eDpjMlZqY21WMExYUnZhMlZ1TFRBeQ==",
	    "Basic eDpjMlZqY21WMExYUnZhMlZ1TFRBeDA=",
	    bearer,
	    "Basic",
	    "",
	    "Basic ====",
	    "Basic \xff\xff",
	};
	struct scene scene = begin("inet:8000@127.0.0.1");
	struct desk_who who;

	(void)state;
	assert_int_equal(
	    ask(&scene, 0, FIELDS({"Authorization", BASIC}), &who).status, 0);
	assert_int_equal(who.role, DESK_ANALYST);
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_int_equal(
		    ask(&scene, 0, FIELDS({"Authorization", wrong[i]}), &who)
			.status,
		    401);
		assert_int_equal(who.role, DESK_NOBODY);
	}
	assert_int_equal(
	    ask(&scene, 0, FIELDS({"X-Remote-User", "ann"}), &who).status, 401);
	assert_int_equal(
	    ask(&scene, 0,
		FIELDS({"Authorization", BASIC}, {"Authorization", BASIC}),
		&who)
		.status,
	    401);
	mem_free(scene.mem);
}

#define HOST                                                                   \
	{                                                                      \
		"Host", "desk.test"                                            \
	}

static void other_sites_are_refused(void **state)
{
	struct scene scene = begin("unix:/x");
	struct scene tcp = begin("inet:8000@127.0.0.1");

	(void)state;
	assert_int_equal(check(&scene, FIELDS(HOST)), 0);
	assert_int_equal(check(&scene, FIELDS({"host", "DESK.test:8443"})), 0);
	assert_int_equal(check(&scene, FIELDS({"Host", "localhost"})), 421);
	assert_int_equal(check(&tcp, FIELDS({"Host", "localhost:8000"})), 0);
	assert_int_equal(check(&tcp, FIELDS({"Host", "[::1]:8000"})), 0);
	assert_int_equal(check(&tcp, FIELDS({"Host", "evil.test:8000"})), 421);
	assert_int_equal(check(&scene, FIELDS({"Host", "desk.test.evil"})),
			 421);
	assert_int_equal(check(&scene, FIELDS({"Host", ""})), 421);
	assert_int_equal(check(&scene, FIELDS({"Accept", "*"})), 421);
	assert_int_equal(check(&scene, FIELDS(HOST, HOST)), 421);
	assert_int_equal(
	    check(&scene, FIELDS(HOST, {"Origin", "https://desk.test"})), 0);
	assert_int_equal(
	    check(&scene, FIELDS(HOST, {"Origin", "https://evil.test"})), 403);
	assert_int_equal(check(&scene, FIELDS(HOST, {"Origin", "null"})), 403);
	assert_int_equal(
	    check(&scene, FIELDS(HOST, {"Sec-Fetch-Site", "same-origin"})), 0);
	assert_int_equal(
	    check(&scene, FIELDS(HOST, {"Sec-Fetch-Site", "cross-site"})), 403);
	/* A link in a mail. */
	assert_int_equal(
	    check(&scene, FIELDS(HOST, {"Sec-Fetch-Site", "cross-site"},
				 {"Sec-Fetch-Mode", "navigate"},
				 {"Sec-Fetch-Dest", "document"})),
	    0);
	assert_int_equal(
	    check(&scene, FIELDS(HOST, {"Sec-Fetch-Site", "cross-site"},
				 {"Sec-Fetch-Mode", "navigate"},
				 {"Sec-Fetch-Dest", "iframe"})),
	    403);
	assert_int_equal(
	    check(&scene, FIELDS(HOST, {"Sec-Fetch-Site", "same-site"},
				 {"Sec-Fetch-Mode", "no-cors"},
				 {"Sec-Fetch-Dest", "image"})),
	    403);
	mem_free(scene.mem);
	mem_free(tcp.mem);
}

static void bodies_are_refused(void **state)
{
	struct scene scene = begin("unix:/x");

	(void)state;
	assert_int_equal(check(&scene, FIELDS(HOST, {"Content-Length", "0"})),
			 0);
	assert_int_equal(check(&scene, FIELDS(HOST, {"Content-Length", "5"})),
			 400);
	assert_int_equal(check(&scene, FIELDS(HOST, {"Content-Length", "0"},
					      {"Content-Length", "0"})),
			 400);
	assert_int_equal(
	    check(&scene, FIELDS(HOST, {"Transfer-Encoding", "chunked"})), 400);
	mem_free(scene.mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_web_server_names_users),
	    cmocka_unit_test(odd_headers_are_refused),
	    cmocka_unit_test(users_of_the_host_come_by_name),
	    cmocka_unit_test(a_token_stands_for_all),
	    cmocka_unit_test(other_sites_are_refused),
	    cmocka_unit_test(bodies_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
