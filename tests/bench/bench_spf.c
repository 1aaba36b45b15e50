/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_spf.c - one SPF check: by alignd, and by libspf2
 *
 * Both have the same records at hand and answer from memory, on one thread.
 * libspf2 keeps one server for all checks and makes a request for each, as its
 * users do; alignd's part has a session and a parsed MAIL FROM for each, as a
 * message has. Turns are short and alternate; printed are the medians, one
 * line a case. The first case is the common record: an include of several
 * networks, a network of its own, -all.
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
#define BUDGET_MS 20000

/* The records of sender.example for each case; the rest all cases share. */
static const struct bench_case {
	const char *name;
	const char *record;
	const char *client;
	bool is_pass;
} cases[] = {
    {"median", "v=spf1 include:_spf.provider.example ip4:192.0.2.0/24 -all",
     "198.51.100.9", true},
    {"own network",
     "v=spf1 include:_spf.provider.example ip4:192.0.2.0/24 -all", "192.0.2.9",
     true},
    {"no match", "v=spf1 include:_spf.provider.example ip4:192.0.2.0/24 -all",
     "203.0.113.200", false},
    {"a mx include", "v=spf1 a mx include:_spf.provider.example -all",
     "198.51.100.9", true},
};

#define CASES (sizeof cases / sizeof cases[0])

static const char provider[] = "v=spf1 ip4:198.18.0.0/20 ip4:198.19.0.0/20 "
			       "ip4:203.0.113.0/25 ip4:198.51.100.0/24 ~all";

static int64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static SPF_server_t *open_library(const char *record)
{
	const struct {
		const char *name;
		ns_type type;
		const char *data;
	} zone_rows[] = {
	    {"sender.example", ns_t_txt, record},
	    {"sender.example", ns_t_a, "203.0.113.129"},
	    {"sender.example", ns_t_mx, "mx.sender.example"},
	    {"mx.sender.example", ns_t_a, "203.0.113.130"},
	    {"_spf.provider.example", ns_t_txt, provider},
	};
	SPF_dns_server_t *zone = SPF_dns_zone_new(NULL, "bench", 0);

	if (zone == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof zone_rows / sizeof zone_rows[0]; i++) {
		if (SPF_dns_zone_add_str(zone, zone_rows[i].name,
					 zone_rows[i].type, NETDB_SUCCESS,
					 zone_rows[i].data) != SPF_E_SUCCESS)
			return NULL;
	}
	return SPF_server_new_dns(zone, 0);
}

static bool check_libspf2(SPF_server_t *server, const char *client)
{
	SPF_response_t *response = NULL;
	SPF_request_t *request = SPF_request_new(server);

	(void)SPF_request_set_ipv4_str(request, client);
	(void)SPF_request_set_helo_dom(request, "mail.sender.example");
	(void)SPF_request_set_env_from(request, "a@sender.example");
	(void)SPF_request_query_mailfrom(request, &response);
	bool is_pass = SPF_response_result(response) == SPF_RESULT_PASS;
	SPF_response_free(response);
	SPF_request_free(request);
	return is_pass;
}

static struct dns *open_dns(const char *record)
{
	char zone[1024];
	struct dns *dns = NULL;
	struct error err;

	(void)snprintf(zone, sizeof zone,
		       "$ORIGIN .\n$TTL 3600\n"
		       "sender.example. TXT \"%s\"\n"
		       "sender.example. A 203.0.113.129\n"
		       "sender.example. MX 10 mx.sender.example.\n"
		       "mx.sender.example. A 203.0.113.130\n"
		       "_spf.provider.example. TXT \"%s\"\n",
		       record, provider);
	if (!dns_new_from_text(zone, &dns, &err))
		(void)fprintf(stderr, "bench_spf: %s\n", err.words);
	return dns;
}

static bool check_ours(struct dns *dns, const char *client)
{
	static const struct spf_settings settings = {.term_limit = 10,
						     .void_limit = 2};
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_session *session = dns_session_new(mem, dns, BUDGET_MS);
	struct path from = path_parse(mem, span_of("<a@sender.example>"));
	struct net_address address = {.family = NET_NONE};

	(void)net_address_parse(client, &address);
	struct evidence_spf found = spf_check(mem, session, &settings, &address,
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

/* False when a check says what the case does not. */
static bool run_case(const struct bench_case *one)
{
	double libspf2_us[TURNS], ours_us[TURNS];
	SPF_server_t *server = open_library(one->record);
	struct dns *dns = open_dns(one->record);
	bool ok = server != NULL && dns != NULL;

	for (size_t turn = 0; ok && turn < TURNS; turn++) {
		int64_t start = now_ns();
		for (size_t i = 0; ok && i < CHECKS; i++)
			ok = check_libspf2(server, one->client) == one->is_pass;
		int64_t middle = now_ns();
		for (size_t i = 0; ok && i < CHECKS; i++)
			ok = check_ours(dns, one->client) == one->is_pass;
		libspf2_us[turn] = (double)(middle - start) / CHECKS / 1000;
		ours_us[turn] = (double)(now_ns() - middle) / CHECKS / 1000;
	}
	if (ok) {
		double libspf2 = median(libspf2_us);
		double ours = median(ours_us);
		(void)printf("{\"case\": \"%s\", \"libspf2_us\": %.2f, "
			     "\"alignd_us\": %.2f, \"ratio\": %.2f}\n",
			     one->name, libspf2, ours, ours / libspf2);
	}
	if (server != NULL)
		SPF_server_free(server);
	dns_free(dns);
	return ok;
}

int main(void)
{
	for (size_t i = 0; i < CASES; i++) {
		if (run_case(&cases[i]))
			continue;
		(void)fprintf(stderr, "bench_spf: %s: wrong result\n",
			      cases[i].name);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
