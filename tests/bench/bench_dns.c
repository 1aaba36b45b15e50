/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_dns - what waiting for DNS and asking ahead cost a message
 *
 *   bench_dns [DELAY_MS [COLD [WARM]]]     (default 50 40 20000)
 *
 * Cold: COLD messages, each of another domain, one after the other, DELAY_MS
 * away from every answer; the time from MAIL to the verdict. Warm: WARM
 * messages of these domains with every answer in the cache; CPU time of this
 * thread, and of the cache's part alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/app/engine.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/dns/dns.h"
#include "lib/dns/dns_private.h"
#include "tests/unit/slow_dns.h"

#define ZONE_MAX (16 * 1024 * 1024)

static const struct dns_settings settings = {
    .timeout_ms = 10000,
    .cache_entries = 100000,
    .max_ttl_ms = 86400000,
    .negative_ttl_ms = 300000,
    .fixture = "",
};

static struct evaluator evaluator;

static double seconds(clockid_t id)
{
	struct timespec now;

	(void)clock_gettime(id, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A sender as they are: an include, a host, names in both directions, a policy
 * at the organizational domain. */
static char *make_zone(TALLOC_CTX *mem, unsigned count)
{
	struct strbuf zone;

	strbuf_init(&zone, mem, ZONE_MAX);
	for (unsigned i = 0; i < count; i++)
		strbuf_printf(
		    &zone,
		    "bounce.d%u.test. 3600 TXT \"v=spf1 a:www.d%u.test "
		    "include:_spf.d%u.test include:_spf2.d%u.test -all\"\n"
		    "www.d%u.test. 3600 A 198.51.100.1\n"
		    "_spf.d%u.test. 3600 TXT \"v=spf1 ip4:198.51.100.2 "
		    "-all\"\n"
		    "_spf2.d%u.test. 3600 TXT \"v=spf1 ip4:192.0.2.0/24 "
		    "-all\"\n"
		    "_dmarc.d%u.test. 3600 TXT \"v=DMARC1; p=reject\"\n"
		    "%u.2.0.192.in-addr.arpa. 3600 PTR out.d%u.test.\n"
		    "out.d%u.test. 3600 A 192.0.2.%u\n",
		    i, i, i, i, i, i, i, i, i % 256, i, i, i % 256);
	return strbuf_text(&zone);
}

static void add_field(struct message *message, const char *name,
		      const char *value)
{
	message_header(message, span_of(name), span_of(value));
}

static void run_message(unsigned number)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct client client = {.helo = "out.test"};
	const char *sender = mem_printf(mem, "u@bounce.d%u.test", number);
	const uint8_t address[4] = {192, 0, 2, (uint8_t)(number % 256)};

	client.address = net_address_ipv4(address);
	struct message *message =
	    message_begin(mem, &evaluator, &client, span_of(sender), NULL);
	add_field(message, "From", mem_printf(mem, " a@news.d%u.test", number));
	add_field(message, "Subject", " figures");
	(void)message_end_of_header(message);
	message_body(message, span_of("text\r\n"));
	if (message_finish(message)->result != DMARC_RESULT_PASS) {
		(void)fprintf(stderr, "bench_dns: message %u\n", number);
		exit(EXIT_FAILURE);
	}
	mem_free(mem);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static void run_cold(TALLOC_CTX *mem, struct slow_dns *slow, unsigned count)
{
	double *took = mem_array(mem, double, count);

	for (unsigned i = 0; i < count; i++) {
		double start = seconds(CLOCK_MONOTONIC);
		run_message(i);
		took[i] = seconds(CLOCK_MONOTONIC) - start;
	}
	qsort(took, count, sizeof *took, compare);
	(void)printf("cold: p50 %.1f ms, p99 %.1f ms, %.1f questions/message\n",
		     took[count / 2] * 1e3, took[count * 99 / 100] * 1e3,
		     (double)slow_dns_asked(slow) / count);
}

static void run_warm(struct slow_dns *slow, unsigned domains, unsigned count)
{
	size_t asked = slow_dns_asked(slow);
	struct dns_statistics before;
	struct dns_statistics after;

	dns_get_statistics(evaluator.dns, &before);
	double start = seconds(CLOCK_THREAD_CPUTIME_ID);
	for (unsigned i = 0; i < count; i++)
		run_message(i % domains);
	double took = seconds(CLOCK_THREAD_CPUTIME_ID) - start;
	dns_get_statistics(evaluator.dns, &after);
	(void)printf("warm: %.2f us CPU/message, %.3f questions/message, "
		     "%.1f asked of the cache\n",
		     took * 1e6 / count,
		     (double)(slow_dns_asked(slow) - asked) / count,
		     (double)(after.asked - before.asked) / count);
}

/* The cache alone: a session that asks for one name at hand. */
static void run_hits(unsigned count)
{
	double start = seconds(CLOCK_THREAD_CPUTIME_ID);

	for (unsigned i = 0; i < count; i++) {
		struct dns_session *session =
		    dns_session_new(NULL, evaluator.dns, 1000);
		for (int k = 0; k < 8; k++)
			dns_session_ask_ahead(session, "_dmarc.d0.test",
					      DNS_TXT);
		(void)dns_session_ask(session, "_dmarc.d0.test", DNS_TXT);
		mem_free(session);
	}
	double took = seconds(CLOCK_THREAD_CPUTIME_ID) - start;
	(void)printf("session with one hit: %.3f us CPU\n", took * 1e6 / count);
}

static unsigned argument(int argc, char **argv, int index, unsigned initial)
{
	long number;

	if (index >= argc ||
	    !text_number(span_of(argv[index]), 1, 10000000, &number))
		return initial;
	return (unsigned)number;
}

int main(int argc, char **argv)
{
	unsigned delay_ms = argument(argc, argv, 1, 50);
	unsigned cold = argument(argc, argv, 2, 40);
	unsigned warm = argument(argc, argv, 3, 20000);
	TALLOC_CTX *mem = mem_context(NULL);
	struct config *config = config_defaults(NULL);
	struct engine *engine;
	struct error err;

	config->dns.fixture = "/dev/null";
	if (!engine_new(config, NULL, clock_system(), random_system(), &engine,
			&err)) {
		(void)fprintf(stderr, "bench_dns: %s\n", err.words);
		return EXIT_FAILURE;
	}
	struct slow_dns *slow = slow_dns_new(make_zone(mem, cold), delay_ms);
	evaluator = engine->evaluator;
	evaluator.dns = dns_new_over(slow_dns_backend(slow), &settings);
	run_cold(mem, slow, cold);
	run_warm(slow, cold, warm);
	run_hits(warm);
	dns_free(evaluator.dns);
	engine_unref(engine);
	mem_free(mem);
	return EXIT_SUCCESS;
}
