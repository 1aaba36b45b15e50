/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * child_process.c - what is common to the processes in which alignctl lets
 * others' code read strangers' bytes
 *
 * DNS may have threads where one is forked: until an exec there are system
 * calls only in what such a child uses.
 * Tested by test_alignctl_compare.
 */
#include "tools/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/resource_kind.h"

static const struct timespec pause_a_moment = {.tv_nsec = 1000000};

bool child_process_arrange(int input, int output)
{
	int nowhere = open("/dev/null", O_WRONLY);

	return dup2(input, STDIN_FILENO) >= 0 &&
	       dup2(output, STDOUT_FILENO) >= 0 &&
	       dup2(nowhere, STDERR_FILENO) >= 0 &&
	       syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) == 0;
}

/* ENGINE_MEMORY comes from the build: a sanitizer maps more than there is. */
void child_process_bound(const struct child_bounds *bounds)
{
	const struct {
		resource_kind what;
		struct rlimit most;
	} limits[] = {
	    {RLIMIT_AS, {ENGINE_MEMORY, ENGINE_MEMORY}},
	    /* The first ends it by a signal that says why. */
	    {RLIMIT_CPU, {bounds->cpu_s, bounds->cpu_s + 1}},
	    {RLIMIT_CORE, {0, 0}},
	    {RLIMIT_FSIZE, {0, 0}},
	};

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		(void)setrlimit(limits[i].what, &limits[i].most);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* A sanitizer looks into its own process for leaks. */
	if (ENGINE_MEMORY != RLIM_INFINITY)
		(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* Should the parent be gone by then. */
	(void)alarm((unsigned)(bounds->timeout_ms / 1000) + 2);
}

bool child_process_answers(int output, int64_t end_ms)
{
	int64_t left_ms = end_ms - clock_monotonic_ms(clock_system());
	struct pollfd wanted = {.fd = output, .events = POLLIN};

	if (left_ms <= 0)
		return false;
	int ready = poll(&wanted, 1, (int)left_ms);
	return ready > 0 || (ready < 0 && errno == EINTR);
}

struct child_end child_process_end(pid_t child, int64_t end_ms)
{
	int status;

	while (waitpid(child, &status, WNOHANG) != child) {
		if (clock_monotonic_ms(clock_system()) >= end_ms) {
			(void)kill(child, SIGKILL);
			(void)waitpid(child, &status, 0);
			return (struct child_end){CHILD_LATE, 0};
		}
		(void)nanosleep(&pause_a_moment, NULL);
	}
	if (!WIFSIGNALED(status))
		return (struct child_end){
		    WEXITSTATUS(status) == 0 ? CHILD_DONE : CHILD_STATUS,
		    WEXITSTATUS(status)};
	return (struct child_end){WTERMSIG(status) == SIGALRM ? CHILD_LATE
							      : CHILD_SIGNALED,
				  WTERMSIG(status)};
}

const char *child_end_text(TALLOC_CTX *mem, struct child_end end)
{
	switch (end.how) {
	case CHILD_DONE:
		return NULL;
	case CHILD_STATUS:
		return mem_printf(mem, "exit %d", end.number);
	case CHILD_SIGNALED:
		return mem_printf(mem, "signal %d", end.number);
	case CHILD_LATE:
		break;
	}
	return "timeout";
}
