/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine_process.c - one library, one message, one process
 *
 * DNS may have threads here, so that between fork and exec there are system
 * calls only.
 */
#include "tools/engine_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/strbuf.h"

#define NOT_STARTED 127 /* exit status, as of a shell */
#define CPU_SECONDS 60
static const struct timespec pause_a_moment = {.tv_nsec = 1000000};

/* ENGINE_MEMORY comes from the build: a sanitizer maps more than there is. */
void engine_process_limit(int64_t timeout_ms)
{
	static const struct {
		__rlimit_resource_t what;
		rlim_t most;
	} limits[] = {
	    {RLIMIT_AS, ENGINE_MEMORY},
	    {RLIMIT_CPU, CPU_SECONDS},
	    {RLIMIT_CORE, 0},
	    {RLIMIT_FSIZE, 0},
	};

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		const struct rlimit limit = {.rlim_cur = limits[i].most,
					     .rlim_max = limits[i].most};
		(void)setrlimit(limits[i].what, &limit);
	}
	/* Should the parent be gone by then. */
	(void)alarm((unsigned)(timeout_ms / 1000) + 2);
}

static void __attribute__((noreturn))
become(const struct engine_process *process, int output)
{
	int input = fileno(process->input);
	int nowhere = open("/dev/null", O_WRONLY);

	if (dup2(input, STDIN_FILENO) >= 0 &&
	    lseek(STDIN_FILENO, 0, SEEK_SET) == 0 &&
	    dup2(output, STDOUT_FILENO) >= 0 &&
	    dup2(nowhere, STDERR_FILENO) >= 0 &&
	    close_range(STDERR_FILENO + 1, ~0U, 0) == 0)
		(void)execv("/proc/self/exe",
			    (char *const *)(uintptr_t)process->arguments);
	_exit(NOT_STARTED);
}

/* True until the end of the output; false when the time is over. */
static bool wait_for_output(int input, int64_t end_ms)
{
	int64_t left_ms = end_ms - clock_monotonic_ms(clock_system());
	struct pollfd wanted = {.fd = input, .events = POLLIN};

	if (left_ms <= 0)
		return false;
	int ready = poll(&wanted, 1, (int)left_ms);
	return ready > 0 || (ready < 0 && errno == EINTR);
}

/* False: it writes on past the maximum, or the time is over. */
static bool read_output(int input, int64_t end_ms, struct strbuf *text)
{
	char chunk[4096];

	while (wait_for_output(input, end_ms)) {
		ssize_t got = read(input, chunk, sizeof chunk);
		if (got == 0)
			return true;
		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0)
			strbuf_add(text, chunk, (size_t)got);
		if (strbuf_is_full(text))
			return false;
	}
	return false;
}

/* The wait status; false when it has not ended by then. */
static bool wait_for_end(pid_t child, int64_t end_ms, int *status)
{
	while (waitpid(child, status, WNOHANG) != child) {
		if (clock_monotonic_ms(clock_system()) >= end_ms)
			return false;
		(void)nanosleep(&pause_a_moment, NULL);
	}
	return true;
}

static const char *end_of(TALLOC_CTX *mem, int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGALRM
			   ? "timeout"
			   : mem_printf(mem, "signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return mem_printf(mem, "exit %d", WEXITSTATUS(status));
	return NULL;
}

static struct engine_output collect(TALLOC_CTX *mem, pid_t child, int input,
				    int64_t end_ms)
{
	struct strbuf text;
	int status;

	strbuf_init(&text, mem, ENGINE_OUTPUT_BYTES);
	bool is_whole = read_output(input, end_ms, &text);
	if (is_whole && wait_for_end(child, end_ms, &status))
		return (struct engine_output){.ended = end_of(mem, status),
					      .text = strbuf_text(&text)};
	(void)kill(child, SIGKILL);
	(void)waitpid(child, &status, 0);
	return (struct engine_output){
	    .ended = strbuf_is_full(&text) ? ENGINE_NO_ANSWER : "timeout",
	    .text = ""};
}

bool engine_process_run(TALLOC_CTX *mem, const struct engine_process *process,
			struct engine_output *output, struct error *err)
{
	int64_t end_ms =
	    clock_monotonic_ms(clock_system()) + process->timeout_ms;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return error_errno(err, ERROR_SYSTEM, errno,
				   "no pipe to a library's process");
	pid_t child = fork();
	if (child == 0)
		become(process, ends[1]);
	int failure = errno;
	(void)close(ends[1]);
	if (child > 0)
		*output = collect(mem, child, ends[0], end_ms);
	(void)close(ends[0]);
	return child > 0 || error_errno(err, ERROR_SYSTEM, failure,
					"no process for a library");
}
