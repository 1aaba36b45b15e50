/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quick.c - is alignd alive? For a container's health check
 *
 * Three questions within two seconds: does the socket answer a negotiation,
 * does the store take a commit, does the resolver answer. Whatever hangs all
 * the same (a disk) ends with the time.
 */
#include "tools/doctor/doctor.h"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/dns/dns.h"
#include "lib/store/store_trial.h"

#define ALL_MS 2000
#define SOCKET_MS 500
#define SPARE_MS 100

static void end_late(int number)
{
	static const char words[] =
	    "alignctl: doctor --quick: no end within 2 s\n";

	(void)number;
	(void)!write(STDERR_FILENO, words, sizeof words - 1);
	_exit(TOOL_UNCHECKED);
}

static void bound_time(void)
{
	const struct sigaction action = {.sa_handler = end_late};
	const struct itimerval timer = {.it_value.tv_sec = ALL_MS / 1000};

	(void)sigaction(SIGALRM, &action, NULL);
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

static void check_commit(struct doctor *doctor)
{
	const char *path = doctor->config->store.sqlite;
	struct error err;

	if (path[0] == '\0')
		return;
	doctor->findings->where = path;
	if (store_trial_write(path, &err))
		finding_ok(doctor->findings, "store", "takes a commit");
	else
		finding_problem(doctor->findings, ERROR_STORE, "store",
				"\"alignctl doctor\" tells more", "%s",
				err.words);
}

static void check_question(struct doctor *doctor, int64_t left_ms)
{
	struct dns_settings settings = doctor->config->dns;
	struct dns *dns = NULL;
	struct error err;

	settings.timeout_ms = left_ms;
	settings.budget_ms = left_ms;
	if (!dns_new(&settings, &dns, &err)) {
		finding_problem(doctor->findings, ERROR_DNS, "resolver",
				"see dns.servers in alignd.conf", "%s",
				err.words);
		return;
	}
	struct dns_session *session = dns_session_new(NULL, dns, left_ms);
	const struct dns_answer *answer =
	    dns_session_ask(session, DOCTOR_CANARY, DNS_A);
	if (answer->status == DNS_TEMPORARY || answer->status == DNS_BOGUS)
		finding_problem(doctor->findings, ERROR_DNS, "resolver",
				"\"alignctl doctor\" tells more",
				"no answer within %lld ms (%s)",
				(long long)left_ms,
				dns_status_text(answer->status));
	else
		finding_ok(doctor->findings, "resolver", "answers");
	mem_free(session);
	dns_free(dns);
}

void doctor_check_quickly(struct doctor *doctor)
{
	const struct clock *clock = clock_system();
	int64_t end_ms = clock_monotonic_ms(clock) + ALL_MS - SPARE_MS;

	bound_time();
	doctor_check_answer(doctor, SOCKET_MS);
	check_commit(doctor);
	doctor->findings->where = doctor->config_path;
	check_question(doctor, end_ms - clock_monotonic_ms(clock));
}
