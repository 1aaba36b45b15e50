/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine_process.c - one library, one message, one process
 *
 * DNS may have threads here, so that between fork and exec there are system
 * calls only.
 */
#include "tools/compare/engine_process.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/strbuf.h"
#include "tools/child_process.h"

#define NOT_STARTED 127 /* exit status, as of a shell */
#define CPU_SECONDS 60

void engine_process_limit(int64_t timeout_ms)
{
	child_process_bound(&(struct child_bounds){.cpu_s = CPU_SECONDS,
						   .timeout_ms = timeout_ms});
}

static void __attribute__((noreturn))
become(const struct engine_process *process, int output)
{
	if (child_process_arrange(fileno(process->input), output) &&
	    lseek(STDIN_FILENO, 0, SEEK_SET) == 0)
		(void)execv("/proc/self/exe",
			    (char *const *)(uintptr_t)process->arguments);
	_exit(NOT_STARTED);
}

/* False: it writes on past the maximum, or the time is over. */
static bool read_output(int input, int64_t end_ms, struct strbuf *text)
{
	char chunk[4096];

	while (child_process_answers(input, end_ms)) {
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

static struct engine_output collect(TALLOC_CTX *mem, pid_t child, int input,
				    int64_t end_ms)
{
	struct strbuf text;

	strbuf_init(&text, mem, ENGINE_OUTPUT_BYTES);
	bool is_whole = read_output(input, end_ms, &text);
	const char *ended = child_end_text(
	    mem, child_process_end(child, is_whole ? end_ms : 0));
	if (strbuf_is_full(&text))
		ended = ENGINE_NO_ANSWER;
	return (struct engine_output){
	    .ended = ended, .text = ended == NULL ? strbuf_text(&text) : ""};
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
