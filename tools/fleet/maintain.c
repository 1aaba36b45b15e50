/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * maintain.c - the fleet's tables are kept in order, now and then
 *
 * Sums of days that are over, and what is past its time: minutes of
 * PostgreSQL's work, of which any host may do each step. It is done by a
 * process of its own, so that heartbeats and segments go on. Tested by
 * test_fleet_forward.
 */
#include "tools/fleet/forwarder.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVERY_MS ((int64_t)3600 * 1000)
#define WAIT_MS ((int64_t)600 * 1000)

/* With a connection of its own; what fails is done by the next one. */
static void maintain(const struct config *config)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_done = false;
	struct error err;
	struct pg *pg;

	if (pg_connect(mem, config->store.postgresql, FORWARD_WAIT_MS, &pg,
		       &err) == PG_DONE) {
		pg_set_wait(pg, WAIT_MS);
		while (!is_done &&
		       fleet_maintain(pg, &is_done, &err) == PG_DONE)
			continue;
		if (!is_done)
			forward_log("the fleet's tables: %s", err.words);
	}
	mem_free(mem);
}

/* Its connection is the parent's: it is not closed here. */
static void run_child(const struct forwarder *forwarder)
{
	(void)sigprocmask(SIG_UNBLOCK, &forwarder->signals, NULL);
	maintain(forwarder->config);
	_exit(0);
}

static void reap(struct forwarder *forwarder)
{
	if (forwarder->maintainer > 0 &&
	    waitpid(forwarder->maintainer, NULL, WNOHANG) != 0)
		forwarder->maintainer = 0;
}

bool forward_maintain(struct forwarder *forwarder, struct error *err)
{
	int64_t now_ms = forward_now_ms();

	(void)err;
	reap(forwarder);
	if (forwarder->maintainer > 0 ||
	    (forwarder->maintained_ms > 0 &&
	     now_ms - forwarder->maintained_ms < EVERY_MS))
		return true;
	forwarder->maintained_ms = now_ms;
	pid_t pid = fork();
	if (pid == 0)
		run_child(forwarder);
	if (pid > 0)
		forwarder->maintainer = pid;
	return true;
}

void forward_end_maintainer(struct forwarder *forwarder)
{
	if (forwarder->maintainer <= 0)
		return;
	/* By hand, or by a timer, nobody else would do it. */
	if (!forwarder->is_once || forward_is_stopping(forwarder))
		(void)kill(forwarder->maintainer, SIGTERM);
	while (waitpid(forwarder->maintainer, NULL, 0) < 0 && errno == EINTR)
		continue;
	forwarder->maintainer = 0;
}
