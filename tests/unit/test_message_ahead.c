/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_message_ahead.c - in how many round trips a message is decided, and that
 * asking ahead changes nothing else
 *
 * Whole messages over a transport that answers round by round: the next round
 * is answered when the message waits.
 */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/app/engine.h"
#include "lib/auth/iprev.h"
#include "lib/auth/spf.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/dns/dns_private.h"
#include "tests/unit/slow_dns.h"

#define CLIENT "192.0.2.25"
#define PTR_CLIENT                                                             \
	"25.2.0.192.in-addr.arpa. PTR mx1.out.test.\n"                         \
	"25.2.0.192.in-addr.arpa. PTR mx2.out.test.\n"                         \
	"mx1.out.test. A 192.0.2.1\n"                                          \
	"mx2.out.test. A 192.0.2.25\n"
#define DKIM_SIGNATURE                                                         \
	" v=1; a=rsa-sha256; d=news.mail.d.test; s=s1; h=from;"                \
	" bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA"

static const struct dns_settings settings = {
    .timeout_ms = 10000,
    .cache_entries = 10000,
    .max_ttl_ms = 86400000,
    .negative_ttl_ms = 300000,
    .fixture = "",
};

static struct engine *engine;

/* -- a message ---------------------------------------------------------- */

struct run {
	struct dns *dns;
	const char *mail_from;
	const char *author;
	int64_t budget_ms; /* 0: the usual */
	TALLOC_CTX *mem;
	const struct verdict *verdict;
	atomic_bool is_finishing;
	atomic_bool is_done;
};

static void add_field(struct message *message, const char *name,
		      const char *value)
{
	message_header(message, span_of(name), span_of(value));
}

static void *run_message(void *context)
{
	struct run *run = context;
	struct evaluator evaluator = engine->evaluator;
	struct client client = {.helo = "mx2.out.test"};

	evaluator.dns = run->dns;
	if (run->budget_ms > 0)
		evaluator.dns_budget_ms = run->budget_ms;
	assert_true(net_address_parse(CLIENT, &client.address));
	struct message *message = message_begin(run->mem, &evaluator, &client,
						span_of(run->mail_from), NULL);
	add_field(message, "DKIM-Signature", DKIM_SIGNATURE);
	add_field(message, "From", mem_printf(run->mem, " %s", run->author));
	(void)message_end_of_header(message);
	message_body(message, span_of("text\r\n"));
	atomic_store(&run->is_finishing, true);
	run->verdict = message_finish(message);
	atomic_store(&run->is_done, true);
	return NULL;
}

static void pause_ms(int64_t ms)
{
	const struct timespec pause = clock_timespec(ms);

	(void)nanosleep(&pause, NULL);
}

/* How often anybody had to wait for an answer. */
static uint64_t waits(struct dns *dns)
{
	struct dns_statistics statistics;

	dns_get_statistics(dns, &statistics);
	return statistics.joined + statistics.sent - statistics.sent_ahead;
}

/* Answers round after round, each when the message waits for it. The number of
 * round trips it took: the last round with an answer that it used. */
static unsigned run_by_rounds(struct run *run, struct slow_dns *slow)
{
	uint64_t seen = waits(run->dns);
	unsigned last = 0;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, run_message, run), 0);
	while (!atomic_load(&run->is_finishing))
		pause_ms(1);
	while (!atomic_load(&run->is_done)) {
		uint64_t now = waits(run->dns);
		if (now == seen)
			pause_ms(1);
		else
			(void)slow_dns_round(slow);
		seen = now;
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	for (size_t i = 0; i < run->verdict->question_count; i++) {
		const struct dns_question *question =
		    &run->verdict->questions[i];
		unsigned round =
		    slow_dns_round_of(slow, question->name, question->type);
		last = round > last ? round : last;
	}
	return last;
}

static void same_questions(const struct verdict *a, const struct verdict *b)
{
	assert_int_equal(a->question_count, b->question_count);
	for (size_t i = 0; i < a->question_count; i++) {
		assert_string_equal(a->questions[i].name, b->questions[i].name);
		assert_int_equal(a->questions[i].type, b->questions[i].type);
		assert_int_equal(a->questions[i].answer->status,
				 b->questions[i].answer->status);
	}
}

/* -- tests -------------------------------------------------------------- */

#define INCLUDES                                                               \
	"d.test. TXT \"v=spf1 include:i1.test include:i2.test "                \
	"include:i3.test include:I4.test include:i5.test. include:i6.test "    \
	"include:i7.test include:i8.test include:i9.test include:ia.test "     \
	"-all\"\n"                                                             \
	"i1.test. TXT \"v=spf1 ip4:198.51.100.1 -all\"\n"                      \
	"i2.test. TXT \"v=spf1 ip4:198.51.100.2 -all\"\n"                      \
	"i3.test. TXT \"v=spf1 ip4:198.51.100.3 -all\"\n"                      \
	"i4.test. TXT \"v=spf1 ip4:198.51.100.4 -all\"\n"                      \
	"i5.test. TXT \"v=spf1 ip4:198.51.100.5 -all\"\n"                      \
	"i6.test. TXT \"v=spf1 ip4:198.51.100.6 -all\"\n"                      \
	"i7.test. TXT \"v=spf1 ip4:198.51.100.7 -all\"\n"                      \
	"i8.test. TXT \"v=spf1 ip4:198.51.100.8 -all\"\n"                      \
	"i9.test. TXT \"v=spf1 ip4:198.51.100.9 -all\"\n"                      \
	"ia.test. TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n"

static const struct {
	const char *name;
	const char *zone;
	const char *mail_from;
	const char *author;
	unsigned rounds;
	enum auth_result spf;
	enum dmarc_result result;
} rows[] = {
    {"ten includes and a walk of five labels",
     PTR_CLIENT INCLUDES "_dmarc.d.test. TXT \"v=DMARC1; p=reject\"\n",
     "u@d.test", "a@a.b.c.d.test", 2, AUTH_PASS, DMARC_RESULT_PASS},
    {"hosts of mx and names of a",
     PTR_CLIENT "d.test. TXT \"v=spf1 a:no.d.test mx -all\"\n"
		"no.d.test. A 192.0.2.7\n"
		"d.test. MX 10 m1.d.test.\n"
		"d.test. MX 20 m2.d.test.\n"
		"m1.d.test. A 192.0.2.8\n"
		"m2.d.test. A 192.0.2.25\n",
     "u@d.test", "a@d.test", 3, AUTH_PASS, DMARC_RESULT_NONE},
    {"includes in includes",
     PTR_CLIENT "d.test. TXT \"v=spf1 include:x.test -all\"\n"
		"x.test. TXT \"v=spf1 redirect=y.test\"\n"
		"y.test. TXT \"v=spf1 exists:z.test -all\"\n"
		"z.test. A 127.0.0.2\n",
     "u@d.test", "a@d.test", 4, AUTH_PASS, DMARC_RESULT_NONE},
    {"walks of identifiers, existence for np",
     PTR_CLIENT "bounce.mail.d.test. TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n"
		"_dmarc.d.test. TXT \"v=DMARC1; p=none; sp=none; np=reject\"\n",
     "u@bounce.mail.d.test", "a@gone.d.test", 2, AUTH_PASS, DMARC_RESULT_PASS},
    {"nothing but failures", ";!FAIL d.test TXT SERVFAIL\n", "u@d.test",
     "a@d.test", 1, AUTH_TEMPERROR, DMARC_RESULT_NONE},
};

static void takes_few_round_trips(void **state)
{
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct slow_dns *slow = slow_dns_new(rows[i].zone, 0);
		struct run run = {
		    .dns = dns_new_over(slow_dns_backend(slow), &settings),
		    .mail_from = rows[i].mail_from,
		    .author = rows[i].author,
		    .mem = mem_context(NULL),
		};
		struct run plain = run;
		assert_true(dns_new_from_text(rows[i].zone, &plain.dns, &err));
		plain.mem = mem_context(NULL);
		(void)run_message(&plain);

		unsigned rounds = run_by_rounds(&run, slow);
		print_message("%s: %u round trips, %zu questions\n",
			      rows[i].name, rounds, slow_dns_asked(slow));
		assert_int_equal(rounds, rows[i].rounds);
		assert_int_equal(run.verdict->evidence.spf.result, rows[i].spf);
		assert_int_equal(run.verdict->result, rows[i].result);
		assert_int_equal(plain.verdict->result, rows[i].result);
		same_questions(run.verdict, plain.verdict);
		assert_int_equal(slow_dns_asked_twice(slow), 0);

		/* Once more: nothing is asked, nothing waited for. */
		size_t asked = slow_dns_asked(slow);
		mem_free(run.mem);
		run.mem = mem_context(NULL);
		(void)run_message(&run);
		same_questions(run.verdict, plain.verdict);
		assert_int_equal(slow_dns_asked(slow), asked);
		mem_free(run.mem);
		mem_free(plain.mem);
		dns_free(run.dns);
		dns_free(plain.dns);
	}
}

/* What one SPF record makes leave, without anybody waiting. */
struct scene {
	struct slow_dns *slow;
	struct dns *dns;
	struct dns_session *session;
	struct net_address client;
};

static struct scene scene_new(const char *zone, const char *client)
{
	struct scene scene = {.slow = slow_dns_new(zone, 0)};
	const struct path path = {.local_part = "u", .domain = "d.test"};

	assert_true(net_address_parse(client, &scene.client));
	scene.dns = dns_new_over(slow_dns_backend(scene.slow), &settings);
	scene.session = dns_session_new(NULL, scene.dns, 20000);
	spf_ask_ahead(scene.session, &scene.client, "h.test", &path);
	return scene;
}

static void scene_free(struct scene *scene)
{
	mem_free(scene->session);
	dns_free(scene->dns);
}

/* Rounds until nothing is in flight. */
static void settle(struct scene *scene)
{
	while (slow_dns_round(scene->slow) > 0)
		continue;
}

static void asks_only_what_can_be_wanted(void **state)
{
	static const struct {
		const char *zone;
		const char *client;
		size_t asked;
	} table[] = {
	    /* The client's network is reached before the include. */
	    {"d.test. TXT \"v=spf1 ip4:192.0.2.0/24 include:x.test -all\"\n",
	     CLIENT, 1},
	    {"d.test. TXT \"v=spf1 ip4:192.0.2.0/24 include:x.test -all\"\n",
	     "198.51.100.1", 2},
	    /* Behind `all`; macros; two records; a broken one. */
	    {"d.test. TXT \"v=spf1 -all include:x.test redirect=y.test\"\n",
	     CLIENT, 1},
	    {"d.test. TXT \"v=spf1 exists:%{i}.x.test a:%{d2}.test -all\"\n",
	     CLIENT, 1},
	    {"d.test. TXT \"v=spf1 include:x.test -all\"\n"
	     "d.test. TXT \"v=spf1 include:y.test -all\"\n",
	     CLIENT, 1},
	    {"d.test. TXT \"v=spf1 include:x.test bad:x -all\"\n", CLIENT, 1},
	    /* An include of itself; more terms than there may be. */
	    {"d.test. TXT \"v=spf1 include:d.test -all\"\n", CLIENT, 1},
	    {"d.test. TXT \"v=spf1 a:1.d.test a:2.d.test a:3.d.test a:4.d.test "
	     "a:5.d.test a:6.d.test a:7.d.test a:8.d.test a:9.d.test "
	     "a:10.d.test a:11.d.test a:12.d.test -all\"\n",
	     CLIENT, 1 + LIMIT_SPF_TERMS_AHEAD},
	    /* No check, no question. */
	    {"d.test. TXT \"v=spf1 -all\"\n", "127.0.0.1", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct scene scene = scene_new(table[i].zone, table[i].client);
		settle(&scene);
		assert_int_equal(slow_dns_asked(scene.slow), table[i].asked);
		assert_int_equal(dns_session_count(scene.session), 0);
		scene_free(&scene);
	}
}

/* Ten mx of ten hosts each could make a hundred questions leave. */
static void bounds_hosts(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf zone;

	(void)state;
	strbuf_init(&zone, mem, 100000);
	strbuf_add_text(&zone, "d.test. TXT \"v=spf1");
	for (int i = 0; i < 10; i++)
		strbuf_printf(&zone, " mx:m%d.test", i);
	strbuf_add_text(&zone, " -all\"\n");
	for (int i = 0; i < 10; i++) {
		for (int k = 0; k < 10; k++)
			strbuf_printf(&zone, "m%d.test. MX 1 h%d.m%d.test.\n",
				      i, k, i);
	}
	struct scene scene = scene_new(strbuf_text(&zone), "2001:db8::1");
	settle(&scene);
	assert_int_equal(slow_dns_asked(scene.slow),
			 1 + LIMIT_SPF_TERMS_AHEAD + LIMIT_SPF_HOSTS_AHEAD);
	assert_int_equal(slow_dns_count(scene.slow, "h0.m0.test", DNS_AAAA), 1);
	scene_free(&scene);
	mem_free(mem);
}

/* Names that leave for an author, and how many more for an identifier. */
static void walks_what_alignment_may_want(void **state)
{
	static const struct {
		enum tree_method method;
		const char *author;
		const char *identifier;
		size_t of_author;
		size_t of_identifier;
	} table[] = {
	    {TREE_WALK, "example.com", "example.com", 2, 0},
	    {TREE_WALK, "example.com", "b.example.com", 2, 1},
	    {TREE_WALK, "a.example.com", "c.b.example.com", 3, 2},
	    {TREE_WALK, "a.example.com", "example.com", 3, 0},
	    {TREE_WALK, "example.com", "example.net", 2, 0},
	    {TREE_WALK, "example.com", "notexample.com", 2, 0},
	    {TREE_WALK, "a.co.uk", "x.b.co.uk", 3, 0},
	    {TREE_WALK, "1.2.3.4.5.6.7.8.9.example.com",
	     "b.5.6.7.8.9.example.com", 8, 1},
	    {TREE_PSL, "a.b.example.com", "c.example.com", 2, 0},
	    {TREE_PSL, "example.com", "c.example.com", 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct slow_dns *slow = slow_dns_new("", 0);
		struct dns *dns =
		    dns_new_over(slow_dns_backend(slow), &settings);
		struct dns_session *session = dns_session_new(NULL, dns, 1000);
		tree_ask_ahead(session, table[i].method, table[i].author);
		assert_int_equal(slow_dns_asked(slow), table[i].of_author);
		tree_ask_ahead_identifier(session, table[i].method,
					  table[i].author, table[i].identifier);
		assert_int_equal(slow_dns_asked(slow),
				 table[i].of_author + table[i].of_identifier);
		mem_free(session);
		dns_free(dns);
	}
}

/* Whether the author exists is asked ahead once a record above it has np. */
static void asks_for_existence_only_where_it_matters(void **state)
{
	static const struct {
		const char *zone;
		const char *author;
		size_t asked;
	} table[] = {
	    {"_dmarc.d.test. TXT \"v=DMARC1; p=none; np=reject\"\n", "a.d.test",
	     1},
	    {"_dmarc.d.test. TXT \"v=DMARC1; p=none; np=none\"\n", "a.d.test",
	     0},
	    /* no record of DMARC, beside one and alone */
	    {"_dmarc.d.test. TXT \"token\"\n"
	     "_dmarc.d.test. TXT \"v=DMARC1; p=none; np=reject\"\n",
	     "a.d.test", 1},
	    {"_dmarc.d.test. TXT \"v=spf1; p=none; np=reject\"\n", "a.d.test",
	     0},
	    /* the author's own: it exists */
	    {"_dmarc.a.d.test. TXT \"v=DMARC1; p=none; np=reject\"\n",
	     "a.d.test", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct slow_dns *slow = slow_dns_new(table[i].zone, 0);
		struct dns *dns =
		    dns_new_over(slow_dns_backend(slow), &settings);
		struct dns_session *session = dns_session_new(NULL, dns, 1000);
		tree_ask_ahead(session, TREE_WALK, table[i].author);
		while (slow_dns_round(slow) > 0)
			continue;
		assert_int_equal(slow_dns_count(slow, table[i].author, DNS_A),
				 table[i].asked);
		mem_free(session);
		dns_free(dns);
	}
}

static void ends_with_its_message(void **state)
{
	struct scene scene = scene_new(INCLUDES, CLIENT);

	(void)state;
	mem_free(scene.session);
	settle(&scene);
	assert_int_equal(slow_dns_asked(scene.slow), 1);

	/* What landed is kept all the same; the next message goes on. */
	scene.session = dns_session_new(NULL, scene.dns, 20000);
	(void)dns_session_ask(scene.session, "d.test", DNS_TXT);
	assert_int_equal(slow_dns_asked(scene.slow), 1);
	scene_free(&scene);
}

/* The resolver ends while questions are in flight that chains wait for. */
static void survives_the_end(void **state)
{
	struct scene scene = scene_new(INCLUDES, CLIENT);

	(void)state;
	(void)slow_dns_round(scene.slow);
	assert_int_equal(slow_dns_asked(scene.slow), 11);
	scene_free(&scene);
}

/* -- many messages at once ---------------------------------------------- */

enum { THREADS = 4, MESSAGES = 20 };

static void *run_many(void *context)
{
	for (int i = 0; i < MESSAGES; i++) {
		struct run run = {
		    .dns = context,
		    .mail_from = "u@d.test",
		    .author = "a@a.b.c.d.test",
		    .mem = mem_context(NULL),
		};
		(void)run_message(&run);
		assert_int_equal(run.verdict->evidence.spf.result, AUTH_PASS);
		mem_free(run.mem);
	}
	return NULL;
}

static void asks_nothing_twice_at_once(void **state)
{
	struct slow_dns *slow = slow_dns_new(PTR_CLIENT INCLUDES, 20);
	struct dns *dns = dns_new_over(slow_dns_backend(slow), &settings);
	pthread_t threads[THREADS];

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, run_many, dns), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(slow_dns_asked_twice(slow), 0);
	assert_int_equal(slow_dns_count(slow, "ia.test", DNS_TXT), 1);
	dns_free(dns);
}

/* -- names that nobody answers for ----------------------------------------- */

enum { STRANGERS = 48, SILENT_MESSAGES = 4, NEIGHBOURS = 8 };

static const char *const suffixes[] = {"asso.fr", "uk.com", "eu.org"};
enum { SUFFIXES = sizeof suffixes / sizeof suffixes[0] };

struct stranger {
	pthread_t thread;
	struct dns *dns;
	unsigned number;
};

/* Messages whose author lies below a name that is silent, each another. */
static void *send_from_silence(void *context)
{
	const struct stranger *stranger = context;

	for (unsigned i = 0; i < SILENT_MESSAGES; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		const char *domain =
		    mem_printf(mem, "n%u.m%u.silent.%s", i, stranger->number,
			       suffixes[stranger->number % SUFFIXES]);
		struct run run = {
		    .dns = stranger->dns,
		    .mail_from = mem_printf(mem, "u@%s", domain),
		    .author = mem_printf(mem, "a@%s", domain),
		    .budget_ms = 250,
		    .mem = mem,
		};
		(void)run_message(&run);
		mem_free(mem);
	}
	return NULL;
}

static char *neighbour_zone(TALLOC_CTX *mem)
{
	struct strbuf zone;

	strbuf_init(&zone, mem, 100000);
	for (unsigned i = 0; i < NEIGHBOURS; i++) {
		for (size_t k = 0; k < SUFFIXES; k++)
			strbuf_printf(
			    &zone,
			    "g%u.%s. TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n"
			    "_dmarc.g%u.%s. TXT \"v=DMARC1; p=reject\"\n",
			    i, suffixes[k], i, suffixes[k]);
	}
	return strbuf_text(&zone);
}

static struct run run_neighbour(TALLOC_CTX *mem, struct dns *dns, unsigned i,
				const char *suffix)
{
	struct run run = {
	    .dns = dns,
	    .mail_from = mem_printf(mem, "u@g%u.%s", i, suffix),
	    .author = mem_printf(mem, "a@g%u.%s", i, suffix),
	    .mem = mem,
	};

	(void)run_message(&run);
	return run;
}

/* H6: one silent name below a suffix where anybody registers, asked for by many
 * messages. */
static void h6_a_silent_name_defers_no_other(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct slow_dns *slow = slow_dns_new(neighbour_zone(mem), 5);
	struct dns *dns = dns_new_over(slow_dns_backend(slow), &settings);
	struct stranger strangers[STRANGERS];
	int64_t worst_ms = 0;

	(void)state;
	for (unsigned i = 0; i < STRANGERS; i++) {
		strangers[i] = (struct stranger){.dns = dns, .number = i};
		assert_int_equal(pthread_create(&strangers[i].thread, NULL,
						send_from_silence,
						&strangers[i]),
				 0);
	}
	for (unsigned i = 0; i < NEIGHBOURS * SUFFIXES; i++) {
		int64_t start_ms = clock_monotonic_ms(clock_system());
		struct run run = run_neighbour(mem, dns, i / SUFFIXES,
					       suffixes[i % SUFFIXES]);
		int64_t took_ms = clock_monotonic_ms(clock_system()) - start_ms;
		assert_int_equal(run.verdict->evidence.spf.result, AUTH_PASS);
		assert_int_equal(run.verdict->result, DMARC_RESULT_PASS);
		worst_ms = took_ms > worst_ms ? took_ms : worst_ms;
		pause_ms(20);
	}
	for (unsigned i = 0; i < STRANGERS; i++)
		assert_int_equal(pthread_join(strangers[i].thread, NULL), 0);
	struct dns_statistics statistics;
	dns_get_statistics(dns, &statistics);
	print_message("%u messages of neighbours beside %u from silence: %d ms "
		      "at worst; %u questions queued, %u never sent\n",
		      NEIGHBOURS * SUFFIXES, STRANGERS * SILENT_MESSAGES,
		      (int)worst_ms, (unsigned)statistics.queued,
		      (unsigned)statistics.refused);
	assert_true(statistics.queued >
		    0); /* the silent names' places ran out */
	assert_true(worst_ms < 2000);
	mem_free(mem);
	dns_free(dns);
}

/* ----------------------------------------------------------------------- */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_few_round_trips),
	    cmocka_unit_test(asks_only_what_can_be_wanted),
	    cmocka_unit_test(bounds_hosts),
	    cmocka_unit_test(walks_what_alignment_may_want),
	    cmocka_unit_test(asks_for_existence_only_where_it_matters),
	    cmocka_unit_test(ends_with_its_message),
	    cmocka_unit_test(survives_the_end),
	    cmocka_unit_test(asks_nothing_twice_at_once),
	    cmocka_unit_test(h6_a_silent_name_defers_no_other),
	};

	return cmocka_run_group_tests(tests, start, stop) != 0;
}
