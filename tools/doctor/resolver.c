/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resolver.c - does the resolver answer, over TCP too, and is it near?
 *
 * Long answers (keys, large SPF records) come over TCP only: a resolver
 * without it makes signatures fail that are fine.
 */
#include "tools/doctor/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/dns/dns_servers.h"
#include "tools/dial.h"

#define CHECK_NAME "resolver"
#define RESOLV_CONF "/etc/resolv.conf"
#define SLOW_MS 300
#define TCP_WAIT_MS 3000
#define DNS_PORT 53

/* A question for the name servers of the root, in a TCP frame. */
static const uint8_t root_question[] = {0, 17, 0xa1, 0x16, 1, 0, 0, 1, 0, 0,
					0, 0,  0,    0,	   0, 0, 2, 0, 1};

/* --- over TCP --- */

/* Sends the question and looks whether its identifier comes back. */
static bool is_answered(int fd)
{
	uint8_t begin[4];

	if (send(fd, root_question, sizeof root_question, MSG_NOSIGNAL) !=
		(ssize_t)sizeof root_question ||
	    !dial_wait(fd, POLLIN, TCP_WAIT_MS))
		return false;
	return recv(fd, begin, sizeof begin, 0) == (ssize_t)sizeof begin &&
	       begin[2] == root_question[2] && begin[3] == root_question[3];
}

static bool answers_tcp(const struct net_address *address, long port)
{
	int fd = dial_address(address, port, TCP_WAIT_MS);

	if (fd < 0)
		return false;
	bool is_fine = is_answered(fd);
	(void)close(fd);
	return is_fine;
}

/* --- one server --- */

/* Many hosts share these, and each is told to ask less. */
static bool is_public(const struct net_address *address)
{
	static const char *const known[] = {"8.8.8.8",
					    "8.8.4.4",
					    "1.1.1.1",
					    "1.0.0.1",
					    "9.9.9.9",
					    "149.112.112.112",
					    "208.67.222.222",
					    "208.67.220.220",
					    "2001:4860:4860::8888",
					    "2001:4860:4860::8844",
					    "2606:4700:4700::1111",
					    "2606:4700:4700::1001",
					    "2620:fe::fe",
					    "2620:fe::9"};
	struct net_address other;

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (net_address_parse(known[i], &other) &&
		    net_address_equals(address, &other))
			return true;
	}
	return false;
}

static void check_server(struct doctor *doctor, const char *server)
{
	struct span host = span_of(server);
	struct span port = span_make("", 0);
	struct net_address address;
	long number = DNS_PORT;

	if (span_cut(host, '@', &host, &port))
		(void)text_number(port, 1, 65535, &number);
	if (!net_address_parse(mem_strndup(doctor->mem, host.data, host.length),
			       &address))
		return;
	if (is_public(&address))
		finding_warn(
		    doctor->findings, CHECK_NAME,
		    "run a resolver of your own on this host (unbound) "
		    "and name it in dns.servers",
		    "%s is a public resolver: it limits how much each "
		    "host may ask, and mail asks much",
		    server);
	if (!answers_tcp(&address, number))
		finding_problem(
		    doctor->findings, ERROR_DNS, CHECK_NAME,
		    "open port 53 for TCP on the way to it, or name "
		    "another in dns.servers",
		    "%s does not answer over TCP: long keys and "
		    "records cannot be fetched",
		    server);
}

static void check_servers(struct doctor *doctor)
{
	struct text_list servers = doctor->config->dns.servers;
	struct error err;

	if (servers.count == 0 &&
	    !dns_servers_from_file(doctor->mem, RESOLV_CONF, &servers, &err)) {
		finding_problem(doctor->findings, ERROR_DNS, CHECK_NAME,
				"name a resolver in dns.servers", "%s",
				err.words);
		return;
	}
	for (size_t i = 0; i < servers.count; i++)
		check_server(doctor, servers.items[i]);
}

/* --- the way that the daemon asks --- */

static void judge_answer(struct doctor *doctor, const struct dns_answer *answer,
			 int64_t elapsed_ms)
{
	if (answer->status == DNS_TEMPORARY || answer->status == DNS_BOGUS)
		finding_problem(doctor->findings, ERROR_DNS, CHECK_NAME,
				"see that the servers of dns.servers or "
				"/etc/resolv.conf run and let this host ask; "
				"until then failing mail is told to come again",
				"no answer about " DOCTOR_CANARY " (%s)",
				dns_status_text(answer->status));
	else if (elapsed_ms > SLOW_MS)
		finding_warn(
		    doctor->findings, CHECK_NAME, "run a resolver on this host",
		    "it took %lld ms to answer", (long long)elapsed_ms);
	else
		finding_ok(doctor->findings, CHECK_NAME,
			   "answers within %lld ms", (long long)elapsed_ms);
}

static void ask_canary(struct doctor *doctor, struct dns *dns)
{
	const struct clock *clock = clock_system();
	struct dns_session *session =
	    dns_session_new(NULL, dns, doctor->config->dns.budget_ms);
	int64_t begin_ms = clock_monotonic_ms(clock);
	const struct dns_answer *answer =
	    dns_session_ask(session, DOCTOR_CANARY, DNS_A);

	judge_answer(doctor, answer, clock_monotonic_ms(clock) - begin_ms);
	mem_free(session);
}

void doctor_check_resolver(struct doctor *doctor)
{
	struct dns *dns = NULL;
	struct error err;

	if (doctor->config->dns.fixture[0] != '\0') {
		finding_warn(doctor->findings, CHECK_NAME,
			     "take dns.fixture out of alignd.conf",
			     "answers come from the file %s, not from the DNS",
			     doctor->config->dns.fixture);
		return;
	}
	if (doctor->config->dns.servers.count == 0)
		doctor->findings->where = RESOLV_CONF;
	check_servers(doctor);
	if (!dns_new(&doctor->config->dns, &dns, &err)) {
		finding_problem(doctor->findings, ERROR_DNS, CHECK_NAME,
				"see dns.servers in alignd.conf", "%s",
				err.words);
		return;
	}
	ask_canary(doctor, dns);
	dns_free(dns);
}
