/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_spf.c - one SPF check: through alignd's guard, and by libspf2 alone
 *
 * Both answer from memory, on one thread. The record is of the common kind:
 * one include, a few networks, ~all; the client matches the include's last.
 * Turns are short and alternate; printed are the medians.
 */
#include <netinet/in.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <spf2/spf.h>
#include <spf2/spf_dns_zone.h>

#include "lib/auth/spf.h"

#define TURNS 21
#define CHECKS 500
#define CLIENT "198.51.100.9"
#define BUDGET_MS 20000

static const char record[] = "v=spf1 ip4:203.0.113.0/28 "
			     "include:_spf.sender.example ~all";
static const char included[] = "v=spf1 ip4:192.0.2.0/24 ip4:198.18.0.0/20 "
			       "ip4:198.51.100.0/28 ~all";

static int64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static SPF_server_t *open_library(void)
{
	SPF_dns_server_t *zone = SPF_dns_zone_new(NULL, "bench", 0);

	if (zone == NULL ||
	    SPF_dns_zone_add_str(zone, "sender.example", ns_t_txt,
				 NETDB_SUCCESS, record) != SPF_E_SUCCESS ||
	    SPF_dns_zone_add_str(zone, "_spf.sender.example", ns_t_txt,
				 NETDB_SUCCESS, included) != SPF_E_SUCCESS)
		return NULL;
	return SPF_server_new_dns(zone, 0);
}

static bool check_alone(SPF_server_t *server)
{
	SPF_response_t *response = NULL;
	SPF_request_t *request = SPF_request_new(server);

	(void)SPF_request_set_ipv4_str(request, CLIENT);
	(void)SPF_request_set_helo_dom(request, "mail.sender.example");
	(void)SPF_request_set_env_from(request, "a@sender.example");
	(void)SPF_request_query_mailfrom(request, &response);
	bool is_pass = SPF_response_result(response) == SPF_RESULT_PASS;
	SPF_response_free(response);
	SPF_request_free(request);
	return is_pass;
}

static struct dns *open_dns(void)
{
	char zone[512];
	struct dns *dns = NULL;
	struct error err;

	(void)snprintf(zone, sizeof zone,
		       "$ORIGIN .\n$TTL 3600\n"
		       "sender.example. TXT \"%s\"\n"
		       "_spf.sender.example. TXT \"%s\"\n",
		       record, included);
	if (!dns_new_from_text(zone, &dns, &err))
		(void)fprintf(stderr, "bench_spf: %s\n", err.words);
	return dns;
}

/* As a message does it: a session of its own, the answers from the cache. */
static bool check_guarded(struct dns *dns, const struct net_address *client)
{
	static const struct spf_settings settings = {.term_limit = 10,
						     .void_limit = 2};
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_session *session = dns_session_new(mem, dns, BUDGET_MS);
	struct path from = path_parse(mem, span_of("<a@sender.example>"));
	struct evidence_spf found = spf_check(mem, session, &settings, client,
					      "mail.sender.example", &from);
	bool is_pass = found.result == AUTH_PASS;

	mem_free(mem);
	return is_pass;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return (left > right) - (left < right);
}

static double median(double values[TURNS])
{
	qsort(values, TURNS, sizeof values[0], compare);
	return values[TURNS / 2];
}

int main(void)
{
	double alone_us[TURNS], guarded_us[TURNS];
	SPF_server_t *server = open_library();
	struct dns *dns = open_dns();
	struct net_address client;
	bool ok =
	    server != NULL && dns != NULL && net_address_parse(CLIENT, &client);

	spf_start();
	for (size_t turn = 0; ok && turn < TURNS; turn++) {
		int64_t start = now_ns();
		for (size_t i = 0; ok && i < CHECKS; i++)
			ok = check_alone(server);
		int64_t middle = now_ns();
		for (size_t i = 0; ok && i < CHECKS; i++)
			ok = check_guarded(dns, &client);
		alone_us[turn] = (double)(middle - start) / CHECKS / 1000;
		guarded_us[turn] = (double)(now_ns() - middle) / CHECKS / 1000;
	}
	if (!ok) {
		(void)fputs("bench_spf: a check did not pass\n", stderr);
		return EXIT_FAILURE;
	}
	(void)printf("{\"alone_us\": %.1f, \"guarded_us\": %.1f}\n",
		     median(alone_us), median(guarded_us));
	SPF_server_free(server);
	dns_free(dns);
	return EXIT_SUCCESS;
}
