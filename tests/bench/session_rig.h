/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_BENCH_SESSION_RIG_H
#define TESTS_BENCH_SESSION_RIG_H

/*
 * session_rig - letters through the daemon's session, in one process
 *
 * Everything of milter/session.c as the daemon does it behind libmilter: DNS
 * answers of FOLDER/zone through the cache, evaluation, the store's rows in
 * FOLDER/db, the log line, the MTA's changes. What is missing is libmilter and
 * its sockets. Clock, randomness and answers are fixed. One for the process;
 * not thread-safe.
 */

#include "lib/dns/dns.h"
#include "lib/eval/verdict.h"
#include "tests/bench/letters.h"

/* Called with the verdict of each message. */
typedef void session_rig_seen(const struct verdict *verdict);

/* `folder` outlives the rig; `seen` may be NULL. */
bool session_rig_open(const char *folder, session_rig_seen *seen,
		      struct error *err) __attribute__((warn_unused_result));
void session_rig_close(void);

/* One letter on a connection of its own: "accept", "reject", "quarantine" or
 * "tempfail". */
const char *session_rig_send(const struct letter *letter);

unsigned long session_rig_lines(void); /* of log, one a message */
struct dns *session_rig_dns(void);

/* Sends it while no name server answers, with `budget_ms` as dns.budget; how
 * long that held its thread. */
int64_t session_rig_hold_ms(const struct letter *letter, int64_t budget_ms);

#endif
