/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_histories.c - random histories of stores against a real PostgreSQL:
 * with alignctl fleet forward nothing is lost, nothing is doubled; and once the
 * hosts are gone, alignctl privacy erase --fleet takes somebody out of each
 * segment and leaves its sums
 *
 * test_histories.py starts the PostgreSQL, and says in the environment where it
 * is: HISTORY_HOST_0 to _2 the hosts' connection strings, HISTORY_ADMIN and
 * HISTORY_MASTER the administrator's to the databases "fleet" and "postgres",
 * HISTORY_TOOL the alignctl. Each history gets a copy of the database "base".
 * HISTORIES and HISTORY as in test_store_histories.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "tests/unit/history.h"

#define SHORT 2 /* a quarter of a minute */
#define LINE_ROOM 512
#define CLAIMS 1000

static const char *setting(const char *name)
{
	const char *text = getenv(name);

	if (text == NULL)
		fail_msg("%s is not set: run test_histories.py", name);
	return text;
}

/* --- SQL --- */

static FILE *ask(const char *where, const char *sql)
{
	TALLOC_CTX *mem = mem_context(NULL);
	FILE *answer = popen(
	    mem_printf(mem,
		       "psql -qAtX -v ON_ERROR_STOP=1 \"%s\" <<'END'\n%s\nEND",
		       setting(where), sql),
	    "r");

	assert_non_null(answer);
	mem_free(mem);
	return answer;
}

static void run_sql(const char *where, const char *sql)
{
	FILE *answer = ask(where, sql);
	char line[LINE_ROOM];

	while (fgets(line, sizeof line, answer) != NULL)
		(void)fputs(line, stderr);
	assert_int_equal(pclose(answer), 0);
}

static void copy_database(const char *to, const char *from)
{
	TALLOC_CTX *mem = mem_context(NULL);

	run_sql("HISTORY_MASTER",
		mem_printf(mem,
			   "SET client_min_messages = error;\n"
			   "DROP DATABASE IF EXISTS %s WITH (FORCE);\n"
			   "CREATE DATABASE %s TEMPLATE %s;",
			   to, to, from));
	mem_free(mem);
}

static void save(void *context)
{
	(void)context;
	copy_database("saved", "fleet");
}

static void play_back(void *context)
{
	(void)context;
	copy_database("fleet", "saved");
}

static void forget(void *context)
{
	(void)context;
	copy_database("fleet", "base");
	copy_database("saved", "base");
}

/* --- the forwarder --- */

static const char *const stops[] = {
    "fleet-begun",	  "fleet-results", "fleet-before-commit",
    "fleet-after-commit", "fleet-marked",
};

static void write_config(const char *config, unsigned host, const char *path)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *conninfo =
	    setting(mem_printf(mem, "HISTORY_HOST_%u", host));
	FILE *file = fopen(config, "w");

	assert_non_null(file);
	(void)fprintf(file,
		      "authserv_id = \"mx%u.test\"\n"
		      "store { sqlite = \"%s\" postgresql = \"%s\" }\n"
		      "fleet { name = \"mx%c.test\" people = \"%s\" }\n",
		      host, path, conninfo, (char)('a' + host),
		      setting("HISTORY_ADMIN"));
	assert_int_equal(fclose(file), 0);
	mem_free(mem);
}

/* The configuration of the host that forwarded last. */
static char last_config[LINE_ROOM];

/* Killed at a step, or not. */
static void forward(void *context, unsigned host, const char *path,
		    int64_t now_s, bool is_last, struct dice *dice)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *config = mem_printf(mem, "%s.conf", path);
	unsigned at = dice_below(dice, 2 * COUNT_OF(stops));
	bool is_killed = !is_last && at < COUNT_OF(stops);

	(void)context;
	(void)now_s;
	write_config(config, host, path);
	(void)snprintf(last_config, sizeof last_config, "%s", config);
	int status = system(mem_printf(
	    mem,
	    "ALIGND_STOP_AT=%s exec %s --config %s fleet forward --once "
	    "2>%s.said",
	    is_killed ? stops[at] : "nowhere", setting("HISTORY_TOOL"), config,
	    path));
	if (!is_killed && status != 0)
		fail_msg("alignctl fleet forward: status %d, %s.said", status,
			 path);
	mem_free(mem);
}

/* --- what PostgreSQL has --- */

static const char tell_sql[] =
    "SET search_path = alignd;\n"
    "CREATE TEMP VIEW every AS SELECT segment_no, tuple_no, count FROM result "
    "UNION ALL SELECT segment_no, tuple_no, count FROM stray_result;\n"
    "SELECT 's', replace(ident::text, '-', ''), sum(messages), '' FROM segment "
    "GROUP BY ident;\n"
    "SELECT 'r', replace(ident::text, '-', ''), sum(count), author_domain "
    "FROM every JOIN segment USING (segment_no) JOIN tuple USING (tuple_no) "
    "GROUP BY ident, author_domain;\n"
    "SELECT 'c', replace(ident::text, '-', ''), sum(c.messages), '' FROM "
    "(SELECT segment_no, messages FROM counted UNION ALL SELECT segment_no, "
    "messages FROM stray_counted) AS c JOIN segment USING (segment_no) "
    "GROUP BY ident;\n"
    "SELECT 'i', replace(ident::text, '-', ''), 1, reference FROM incident "
    "JOIN segment USING (segment_no);\n"
    "SELECT 'i', replace(ident::text, '-', ''), 1, row->>'reference' FROM "
    "stray_incident JOIN segment USING (segment_no);\n"
    "SELECT 'a', replace(ident::text, '-', ''), 1, note FROM act;\n";

struct listener {
	struct history_claim claims[CLAIMS];
	size_t count;
	void (*incident)(void *to, const uint8_t *ident, const char *reference);
	void (*act)(void *to, const char *note);
	void *to;
};

static void read_ident(const char *text, uint8_t *ident)
{
	unsigned byte = 0;

	for (size_t i = 0; i < STORE_SEGMENT_IDENT; i++) {
		assert_int_equal(sscanf(text + 2 * i, "%2x", &byte), 1);
		ident[i] = (uint8_t)byte;
	}
}

static struct history_claim *claim_of(struct listener *listener,
				      const uint8_t *ident)
{
	for (size_t i = 0; i < listener->count; i++) {
		if (memcmp(listener->claims[i].ident, ident,
			   STORE_SEGMENT_IDENT) == 0)
			return &listener->claims[i];
	}
	assert_true(listener->count < CLAIMS);
	struct history_claim *made = &listener->claims[listener->count++];
	*made = (struct history_claim){.messages = 0};
	memcpy(made->ident, ident, STORE_SEGMENT_IDENT);
	return made;
}

static void count_domain(struct history_claim *claim, const char *domain,
			 int64_t count)
{
	for (unsigned i = 0; i < HISTORY_DOMAINS; i++) {
		if (strcmp(domain, history_domain(i)) == 0)
			claim->domains[i] += count;
	}
}

/* "KIND|NAME|COUNT|TEXT" */
static void hear(struct listener *listener, char *line)
{
	uint8_t ident[STORE_SEGMENT_IDENT];
	char kind = line[0];

	line[strcspn(line, "\n")] = '\0';
	assert_true(strlen(line) > 3 + 2 * (size_t)STORE_SEGMENT_IDENT);
	read_ident(line + 2, ident);
	char *number = line + 3 + 2 * (size_t)STORE_SEGMENT_IDENT;
	char *text = strchr(number, '|');
	assert_non_null(text);
	*text++ = '\0';
	int64_t count = strtoll(number, NULL, 10);
	if (kind == 's')
		claim_of(listener, ident)->messages = count;
	else if (kind == 'r')
		count_domain(claim_of(listener, ident), text, count);
	else if (kind == 'c')
		claim_of(listener, ident)->counted = count;
	else if (kind == 'i')
		listener->incident(listener->to, ident, text);
	else
		listener->act(listener->to, text);
}

/* --- the hosts are gone, and somebody is erased --- */

/* What each segment has, in numbers, and what names the domain. */
static const char sums_sql[] =
    "SET search_path = alignd;\n"
    "SELECT string_agg(segment_no || '=' || count, ' ' ORDER BY segment_no) "
    "FROM (SELECT segment_no, sum(count) AS count FROM (SELECT segment_no, "
    "count FROM result UNION ALL SELECT segment_no, count FROM stray_result) a "
    "GROUP BY segment_no) b;\n";
static const char named_sql[] =
    "SET search_path = alignd;\n"
    "SELECT (SELECT count(*) FROM tuple WHERE author_domain = 'a.test') + "
    "(SELECT count(*) FROM incident WHERE author_domain = 'a.test') + "
    "(SELECT count(*) FROM stray_incident WHERE row->>'author_domain' = "
    "'a.test') + (SELECT count(*) FROM counted WHERE author_domain = 'a.test') "
    "+ (SELECT count(*) FROM stray_counted WHERE author_domain = 'a.test');\n";

/* Below `mem`; all that it says. */
static char *answer_of(TALLOC_CTX *mem, const char *sql)
{
	FILE *answer = ask("HISTORY_ADMIN", sql);
	char *all = mem_strdup(mem, "");
	char line[LINE_ROOM];

	while (fgets(line, sizeof line, answer) != NULL)
		all = mem_printf(mem, "%s%s", all, line);
	assert_int_equal(pclose(answer), 0);
	return all;
}

static void erase_over_the_fleet(void)
{
	TALLOC_CTX *mem = mem_context(NULL);

	run_sql("HISTORY_ADMIN", "UPDATE alignd.host SET state = 'removed';");
	const char *before = answer_of(mem, sums_sql);
	const char *command =
	    mem_printf(mem, "%s --config %s privacy erase --fleet a.test",
		       setting("HISTORY_TOOL"), last_config);
	int status = system(mem_printf(
	    mem,
	    "count=$(%s | sed -n '1s/^a.test: \\([0-9]*\\) rows* .*/\\1/p') && "
	    "{ [ \"$count\" = 0 ] || %s --count \"$count\" >%s.erased; }",
	    command, command, last_config));
	assert_int_equal(status, 0);
	assert_string_equal(answer_of(mem, named_sql), "0\n");
	assert_string_equal(answer_of(mem, sums_sql), before);
	mem_free(mem);
}

static void
tell(void *context, void (*claim)(void *to, const struct history_claim *),
     void (*incident)(void *to, const uint8_t *ident, const char *reference),
     void (*act)(void *to, const char *note), void *to)
{
	struct listener *listener = heap_new(struct listener);
	FILE *answer = ask("HISTORY_ADMIN", tell_sql);
	char line[LINE_ROOM];

	(void)context;
	listener->incident = incident;
	listener->act = act;
	listener->to = to;
	while (fgets(line, sizeof line, answer) != NULL)
		hear(listener, line);
	assert_int_equal(pclose(answer), 0);
	for (size_t i = 0; i < listener->count; i++)
		claim(to, &listener->claims[i]);
	heap_free(listener);
	erase_over_the_fleet();
}

static unsigned number_of(const char *name, unsigned otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : (unsigned)strtoul(text, NULL, 10);
}

static void nothing_is_lost_or_doubled(void **state)
{
	const struct history_fleet fleet = {
	    .base_s = clock_now_s(clock_system()) - 5400,
	    .loses_strays = true,
	    .forward = forward,
	    .save = save,
	    .play_back = play_back,
	    .tell = tell,
	    .forget = forget,
	};
	bool is_one = getenv("HISTORY") != NULL;

	(void)state;
	forget(NULL);
	histories_run(&fleet, number_of("HISTORY", 0),
		      is_one ? 1 : number_of("HISTORIES", SHORT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(nothing_is_lost_or_doubled,
				      histories_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
