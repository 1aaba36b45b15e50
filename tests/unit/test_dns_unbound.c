/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dns_unbound.c - the whole resolver over libunbound
 *
 * Against a small forwarder in this process, on a port of its own of the
 * loopback interface. What it does with a question follows the name.
 */
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/dns/dns.h"
#include "lib/dns/dns_chain.h"
#include "lib/dns/dns_unbound.h"
#include "tests/unit/dns_packet.h"

#define RESPONSE 0x8180
enum { BIG_RECORDS = 60 };

/* -- the forwarder ------------------------------------------------------ */

struct forwarder {
	pthread_t thread;
	int udp;
	int tcp;
	int stop[2];
	unsigned port;
	atomic_uint questions;
	atomic_uint tcp_questions;
};

static struct forwarder forwarder;

static void pause_ms(int64_t ms)
{
	const struct timespec pause = clock_timespec(ms);

	(void)nanosleep(&pause, NULL);
}

static void add_text(struct packet *answer, const char *owner, const char *text)
{
	char data[256] = {(char)strlen(text)};

	(void)snprintf(data + 1, sizeof data - 1, "%s", text);
	packet_add(answer, PACKET_ANSWER, owner, DNS_TXT, 60, data,
		   strlen(text) + 1);
}

static void add_big(struct packet *answer, const char *owner)
{
	char text[160];

	for (int i = 0; i < BIG_RECORDS; i++) {
		(void)snprintf(text, sizeof text, "%0150d", i);
		add_text(answer, owner, text);
	}
}

static bool starts(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* Fills the answer; false for silence. */
static bool reply(struct packet *answer, const char *name, unsigned type,
		  bool is_udp)
{
	if (starts(name, "silent"))
		return false;
	if (starts(name, "servfail"))
		answer->bytes[3] |= 2;
	else if (starts(name, "refused"))
		answer->bytes[3] |= 5;
	else if (starts(name, "nx"))
		answer->bytes[3] |= 3;
	else if (starts(name, "big") && is_udp)
		answer->bytes[2] |= 2;
	else if (starts(name, "big"))
		add_big(answer, name);
	else if (starts(name, "alias"))
		packet_add_cname(answer, name, 20, "target.data.test");
	else if (!starts(name, "empty") && type == DNS_TXT)
		add_text(answer, name, name);
	else if (type == DNS_PTR)
		packet_add(answer, PACKET_ANSWER, name, DNS_PTR, 60,
			   "\4host\4test\0", 11);
	if (starts(name, "late"))
		pause_ms(300);
	if (answer->bytes[PACKET_ANSWER + 1] == 0)
		packet_add_soa(answer, "test", 45, 60);
	return true;
}

static bool respond(const uint8_t *query, size_t length, bool is_udp,
		    struct packet *answer)
{
	char name[256];
	unsigned type;

	if (length < 12 || !packet_question(query, length, name, &type))
		return false;
	(void)atomic_fetch_add(&forwarder.questions, 1);
	if (!is_udp)
		(void)atomic_fetch_add(&forwarder.tcp_questions, 1);
	packet_start(answer, (uint16_t)(query[0] << 8 | query[1]), RESPONSE);
	packet_ask(answer, name, type);
	return reply(answer, name, type, is_udp);
}

static void serve_udp(void)
{
	static struct packet answer;
	uint8_t query[2048];
	struct sockaddr_in peer;
	socklen_t size = sizeof peer;
	ssize_t got = recvfrom(forwarder.udp, query, sizeof query, 0,
			       (struct sockaddr *)&peer, &size);

	if (got > 0 && respond(query, (size_t)got, true, &answer))
		(void)!sendto(forwarder.udp, answer.bytes, answer.length, 0,
			      (struct sockaddr *)&peer, size);
}

/* One question per connection; it arrives in one piece on loopback. */
static void serve_tcp(void)
{
	static struct packet answer;
	uint8_t query[2048];
	int fd = accept(forwarder.tcp, NULL, NULL);
	ssize_t got = recv(fd, query, 2, MSG_WAITALL);

	if (got == 2)
		got = recv(fd, query, (size_t)(query[0] << 8 | query[1]),
			   MSG_WAITALL);
	if (got > 0 && respond(query, (size_t)got, false, &answer)) {
		const uint8_t head[] = {(uint8_t)(answer.length >> 8),
					(uint8_t)answer.length};
		(void)!send(fd, head, 2, MSG_MORE | MSG_NOSIGNAL);
		(void)!send(fd, answer.bytes, answer.length, MSG_NOSIGNAL);
	}
	(void)close(fd);
}

static void *serve(void *context)
{
	struct pollfd fds[] = {
	    {.fd = forwarder.udp, .events = POLLIN},
	    {.fd = forwarder.tcp, .events = POLLIN},
	    {.fd = forwarder.stop[0], .events = POLLIN},
	};

	while (fds[2].revents == 0 && poll(fds, 3, -1) >= 0) {
		if (fds[0].revents != 0)
			serve_udp();
		if (fds[1].revents != 0)
			serve_tcp();
	}
	return context;
}

static int open_forwarder(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof address;

	(void)state;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	forwarder.udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	forwarder.tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(forwarder.udp, (struct sockaddr *)&address, size) != 0 ||
	    getsockname(forwarder.udp, (struct sockaddr *)&address, &size) !=
		0 ||
	    bind(forwarder.tcp, (struct sockaddr *)&address, size) != 0 ||
	    listen(forwarder.tcp, 16) != 0 || pipe(forwarder.stop) != 0)
		return -1;
	forwarder.port = ntohs(address.sin_port);
	return pthread_create(&forwarder.thread, NULL, serve, NULL);
}

static int close_forwarder(void **state)
{
	(void)state;
	(void)!write(forwarder.stop[1], "", 1);
	(void)pthread_join(forwarder.thread, NULL);
	(void)close(forwarder.udp);
	(void)close(forwarder.tcp);
	(void)close(forwarder.stop[0]);
	(void)close(forwarder.stop[1]);
	return 0;
}

/* -- the resolver over it ----------------------------------------------- */

static struct dns *open_dns(int64_t timeout_ms)
{
	char server[32];
	const char *items[] = {server};
	const struct dns_settings settings = {
	    .servers = {.count = 1, .items = items},
	    .timeout_ms = timeout_ms,
	    .cache_entries = 10000,
	    .max_ttl_ms = 86400000,
	    .negative_ttl_ms = 300000,
	    .fixture = "",
	};
	struct dns *dns = NULL;
	struct error err = {0};

	(void)snprintf(server, sizeof server, "127.0.0.1@%u", forwarder.port);
	if (!dns_new(&settings, &dns, &err))
		fail_msg("%s", err.words);
	return dns;
}

static int64_t now_ms(void)
{
	return clock_monotonic_ms(clock_system());
}

static void answers(void **state)
{
	static const struct {
		const char *name;
		enum dns_type type;
		enum dns_status want;
		size_t count;
		uint32_t ttl_s; /* at most; libunbound counts down too */
	} rows[] = {
	    {"data.test", DNS_TXT, DNS_OK, 1, 60},
	    {"data.example", DNS_TXT, DNS_OK, 1, 60},
	    {"data.test", DNS_A, DNS_NODATA, 0, 45},
	    {"nx.test", DNS_TXT, DNS_NXDOMAIN, 0, 45},
	    {"empty.test", DNS_TXT, DNS_NODATA, 0, 45},
	    {"alias.data.test", DNS_TXT, DNS_OK, 1, 20},
	    {"servfail.test", DNS_TXT, DNS_TEMPORARY, 0, 5},
	    {"refused.test", DNS_TXT, DNS_TEMPORARY, 0, 5},
	    {"big.test", DNS_TXT, DNS_OK, BIG_RECORDS, 60},
	    {"late.test", DNS_TXT, DNS_OK, 1, 60},
	    /* what libunbound would answer by itself */
	    {"x.invalid", DNS_TXT, DNS_OK, 1, 60},
	    {"x.onion", DNS_TXT, DNS_OK, 1, 60},
	    {"localhost", DNS_TXT, DNS_OK, 1, 60},
	    {"x.home.arpa", DNS_TXT, DNS_OK, 1, 60},
	    {"1.0.0.127.in-addr.arpa", DNS_PTR, DNS_OK, 1, 60},
	    {"1.0.0.10.in-addr.arpa", DNS_PTR, DNS_OK, 1, 60},
	    {"1.2.0.192.in-addr.arpa", DNS_PTR, DNS_OK, 1, 60},
	    {"1.1.168.192.in-addr.arpa", DNS_PTR, DNS_OK, 1, 60},
	};
	struct dns *dns = open_dns(10000);
	struct dns_session *session = dns_session_new(NULL, dns, 60000);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct dns_answer *got =
		    dns_session_ask(session, rows[i].name, rows[i].type);
		if (got->status != rows[i].want ||
		    got->count != rows[i].count || got->ttl_s > rows[i].ttl_s ||
		    got->ttl_s + 5 < rows[i].ttl_s)
			fail_msg("%s: %s, %zu records, TTL %u", rows[i].name,
				 dns_status_text(got->status), got->count,
				 (unsigned)got->ttl_s);
	}
	assert_string_equal(
	    dns_session_ask(session, "data.test", DNS_TXT)->records[0].text,
	    "data.test");
	assert_string_equal(
	    dns_session_ask(session, "1.2.0.192.in-addr.arpa", DNS_PTR)
		->records[0]
		.name,
	    "host.test");
	assert_true(atomic_load(&forwarder.tcp_questions) > 0);
	mem_free(session);
	dns_free(dns);
}

static void shares_answers_between_messages(void **state)
{
	struct dns *dns = open_dns(10000);
	struct dns_statistics statistics;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct dns_session *session = dns_session_new(NULL, dns, 60000);
		dns_session_ask_ahead(session, "shared.test", DNS_TXT);
		assert_int_equal(
		    dns_session_ask(session, "shared.test", DNS_TXT)->status,
		    DNS_OK);
		mem_free(session);
	}
	dns_get_statistics(dns, &statistics);
	assert_int_equal(statistics.asked, 3);
	assert_int_equal(statistics.sent, 1);
	assert_int_equal(statistics.hits + statistics.joined, 3);
	assert_int_equal(statistics.failed, 0);
	dns_free(dns);
}

static void keeps_its_deadlines(void **state)
{
	struct dns *dns = open_dns(300);
	struct dns_session *session = dns_session_new(NULL, dns, 500);
	int64_t start_ms = now_ms();

	(void)state;
	pause_ms(50); /* the budget does not run yet */
	assert_int_equal(dns_session_ask(session, "data.test", DNS_TXT)->status,
			 DNS_OK);
	start_ms = now_ms();
	assert_int_equal(
	    dns_session_ask(session, "silent1.test", DNS_TXT)->status,
	    DNS_TEMPORARY);
	assert_true(now_ms() - start_ms >= 299);
	for (int i = 0; i < 100; i++) {
		char name[32];
		(void)snprintf(name, sizeof name, "silent.n%d.test", i);
		assert_int_equal(
		    dns_session_ask(session, name, DNS_TXT)->status,
		    DNS_TEMPORARY);
	}
	assert_true(now_ms() - start_ms < 3000);
	/* What is known already is still told. */
	assert_int_equal(dns_session_ask(session, "data.test", DNS_TXT)->status,
			 DNS_OK);
	mem_free(session);
	start_ms = now_ms();
	dns_free(dns); /* with questions on their way */
	assert_true(now_ms() - start_ms < 3000);
}

enum { THREADS = 16, NAMES = 40 };

struct worker {
	pthread_t thread;
	struct dns *dns;
	unsigned number;
	unsigned wrong;
};

static void *work(void *context)
{
	struct worker *worker = context;
	struct dns_session *session = dns_session_new(NULL, worker->dns, 30000);
	char name[32];

	for (unsigned i = 0; i < NAMES; i++) {
		(void)snprintf(name, sizeof name, "n%u.many%u.test", i, i);
		dns_session_ask_ahead(session, name, DNS_TXT);
	}
	for (unsigned i = 0; i < NAMES; i++) {
		unsigned number = (i + worker->number) % NAMES;
		(void)snprintf(name, sizeof name, "n%u.many%u.test", number,
			       number);
		const struct dns_answer *answer =
		    dns_session_ask(session, name, DNS_TXT);
		worker->wrong += answer->status != DNS_OK ||
				 answer->count != 1 ||
				 strcmp(answer->records[0].text, name) != 0;
	}
	mem_free(session);
	return NULL;
}

static void serves_many_threads(void **state)
{
	struct worker workers[THREADS];
	struct dns *dns = open_dns(20000);
	struct dns_statistics statistics;

	(void)state;
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){.dns = dns, .number = i * 7};
		assert_int_equal(
		    pthread_create(&workers[i].thread, NULL, work, &workers[i]),
		    0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		assert_int_equal(workers[i].wrong, 0);
	}
	dns_get_statistics(dns, &statistics);
	assert_int_equal(statistics.sent, NAMES);
	assert_int_equal(statistics.asked, THREADS * NAMES);
	dns_free(dns);
}

/* n0.test is followed by xn0.test, that by xxn0.test ... */
static void follow_with_x(struct dns_chain *chain,
			  const struct dns_question *question,
			  const void *state)
{
	char name[64];

	if (question->answer->status != DNS_OK)
		return;
	assert_string_equal(question->answer->records[0].text, question->name);
	(void)snprintf(name, sizeof name, "%c%s", *(const char *)state,
		       question->name);
	dns_chain_ask_then(chain, name, DNS_TXT);
}

static struct dns_session *begin_chain(struct dns *dns, unsigned number)
{
	static const struct dns_chain_rules rules = {
	    .follow = follow_with_x, .state = "x", .state_size = 2, .links = 3};
	struct dns_session *session = dns_session_new(NULL, dns, 30000);
	char name[40];

	(void)snprintf(name, sizeof name, "n%u.chain%u.test", number, number);
	dns_session_ask_ahead_then(session, name, DNS_TXT,
				   dns_session_chain(session, &rules));
	return session;
}

static uint64_t questions_sent(struct dns *dns)
{
	struct dns_statistics statistics;

	dns_get_statistics(dns, &statistics);
	return statistics.sent;
}

/* Chains whose messages end at any moment, the one of the answer included. */
static void *begin_and_end(void *context)
{
	struct worker *worker = context;

	for (unsigned i = 0; i < NAMES; i++) {
		struct dns_session *session =
		    begin_chain(worker->dns, worker->number * NAMES / 4 + i);
		if (i % 4 != 0)
			pause_ms(i % 4 - 1);
		mem_free(session);
	}
	return NULL;
}

static void follows_answers(void **state)
{
	struct worker workers[THREADS];
	struct dns *dns = open_dns(20000);
	struct dns_session *session = begin_chain(dns, 999);

	(void)state;
	for (int i = 0; i < 1000 && questions_sent(dns) < 4; i++)
		pause_ms(10);
	pause_ms(20);
	assert_int_equal(questions_sent(dns), 4);
	assert_int_equal(dns_session_count(session), 0);
	mem_free(session);
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){.dns = dns, .number = i};
		assert_int_equal(pthread_create(&workers[i].thread, NULL,
						begin_and_end, &workers[i]),
				 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
	dns_free(dns);
}

struct arrival {
	atomic_int status; /* -1 before */
};

static void arrive(void *context, const struct dns_answer *answer)
{
	struct arrival *arrival = context;

	atomic_store(&arrival->status, (int)answer->status);
}

/* A forwarder that passes no signatures on, below a signed root. */
static void refuses_what_is_not_signed(void **state)
{
	static const char anchor[] =
	    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC68"
	    "3457104237C7F8EC8D\n";
	char path[] = "anchor.XXXXXX";
	int fd = mkstemp(path);
	char server[32];
	const char *items[] = {server};
	const struct text_list servers = {.count = 1, .items = items};
	struct arrival arrival = {.status = -1};
	struct dns_backend *backend = NULL;
	struct error err = {0};

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, anchor, sizeof anchor - 1),
			 sizeof anchor - 1);
	(void)close(fd);
	(void)snprintf(server, sizeof server, "127.0.0.1@%u", forwarder.port);
	bool is_open = dns_unbound_new(&servers, path, &backend, &err);
	(void)unlink(path);
	if (!is_open)
		fail_msg("%s", err.words);
	assert_true(
	    backend->ask(backend, "data.test", DNS_TXT, arrive, &arrival));
	for (int i = 0; i < 1000 && atomic_load(&arrival.status) < 0; i++)
		pause_ms(10);
	backend->free(backend);
	assert_int_equal(atomic_load(&arrival.status), DNS_BOGUS);
}

static void says_why_it_cannot_start(void **state)
{
	const char *good[] = {"127.0.0.1"};
	const char *bad[] = {"nonsense"};
	const struct text_list servers = {.count = 1, .items = good};
	const struct text_list nonsense = {.count = 1, .items = bad};
	struct dns_backend *backend = NULL;
	struct error err = {0};

	(void)state;
	assert_false(
	    dns_unbound_new(&servers, "no-such-anchor", &backend, &err));
	assert_non_null(strstr(err.words, "no-such-anchor"));
	assert_non_null(strstr(err.words, "dns-root-data"));
	char path[] = "anchor.XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "no anchor\n", 10), 10);
	(void)close(fd);
	bool is_open = dns_unbound_new(&servers, path, &backend, &err);
	(void)unlink(path);
	assert_false(is_open);
	assert_non_null(strstr(err.words, "with trust anchor anchor."));
	assert_false(dns_unbound_new(&nonsense, NULL, &backend, &err));
	assert_non_null(strstr(err.words, "DNS server nonsense"));

	const struct dns_settings settings = {.fixture = "no-such-zone"};
	struct dns *dns = NULL;
	assert_false(dns_new(&settings, &dns, &err));
	assert_non_null(strstr(err.words, "no-such-zone: "));
	assert_null(dns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers),
	    cmocka_unit_test(shares_answers_between_messages),
	    cmocka_unit_test(keeps_its_deadlines),
	    cmocka_unit_test(serves_many_threads),
	    cmocka_unit_test(follows_answers),
	    cmocka_unit_test(refuses_what_is_not_signed),
	    cmocka_unit_test(says_why_it_cannot_start),
	};

	return cmocka_run_group_tests(tests, open_forwarder, close_forwarder) !=
	       0;
}
