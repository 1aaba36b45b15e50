/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read_process.c - the reports of one file, read by a process of its own
 *
 * alignctl report read has no threads, so that the process is a fork and may do
 * what it likes; it leaves by _exit().
 */
#include "tools/report/read_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/confine.h"
#include "lib/base/limits.h"
#include "lib/base/file_read.h"
#include "lib/report/read/answer.h"
#include "tools/child_process.h"
#include "tools/engine_fault.h"

/* A mebibyte may unpack to 250, which takes some five seconds. */
#define CPU_FIRST_S 20
#define CPU_BYTES_A_SECOND (4 * 1024 * 1024)
#define TIMES_CPU 3 /* other processes run as well */

#define STATUS_UNCONFINED 3 /* of the process, which has told why */

struct reading {
	TALLOC_CTX *mem;
	struct child_bounds bounds;
	struct received_answer *answer;
	const struct span *held; /* its bytes; NULL: they come from a file */
	size_t left;
	int64_t end_ms;
	bool is_broken;	    /* it ended before its end */
	bool is_unconfined; /* and would not begin */
};

static int64_t size_of(int file)
{
	struct stat info;

	if (fstat(file, &info) == 0 && S_ISREG(info.st_mode) &&
	    info.st_size < LIMIT_RECEIVED_FILE_BYTES)
		return info.st_size;
	return LIMIT_RECEIVED_FILE_BYTES; /* of a pipe, say */
}

static struct child_bounds bounds_of(int64_t bytes)
{
	unsigned cpu_s = CPU_FIRST_S + (unsigned)(bytes / CPU_BYTES_A_SECOND);
	return (struct child_bounds){
	    .cpu_s = cpu_s, .timeout_ms = INT64_C(1000) * cpu_s * TIMES_CPU};
}

/* --- the process --- */

static bool confine(struct error *err)
{
	struct confine_state state = {0};

	engine_fault("confine");
	return confine_parser(&state, err) ||
	       error_wrap(err, "the process that reads it cannot be confined");
}

static bool read_input(const struct span *held,
		       const struct received_reader *reader, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span bytes;

	engine_fault("read");
	if (held == NULL &&
	    !file_read_stream(mem, stdin, "the file", LIMIT_RECEIVED_FILE_BYTES,
			      &bytes, err))
		return false;
	received_read("", held == NULL ? bytes : *held, reader);
	return true;
}

static void __attribute__((noreturn))
become_reader(const struct reading *reading, int file, int output)
{
	const struct received_reader writer = received_answer_writer(stdout);
	struct error err;

	if (!child_process_arrange(file, output))
		_exit(1);
	child_process_bound(&reading->bounds);
	bool is_confined = confine(&err);
	if (!is_confined || !read_input(reading->held, &writer, &err))
		writer.refused(writer.context, "", err.words);
	if (!received_answer_close(stdout))
		_exit(1);
	_exit(is_confined ? 0 : STATUS_UNCONFINED);
}

/* --- its answer --- */

static bool take_lines(struct reading *reading, char *buffer, size_t *length)
{
	struct span rest = span_make(buffer, *length);
	struct span line;

	while (memchr(rest.data, '\n', rest.length) != NULL) {
		(void)span_cut(rest, '\n', &line, &rest);
		if (!received_answer_take(reading->answer, line))
			return false;
	}
	memmove(buffer, rest.data, rest.length);
	*length = rest.length;
	return true;
}

static const char *too_many(const struct reading *reading)
{
	if (reading->held == NULL)
		return "more than " LIMIT_WORD(
		    LIMIT_RECEIVED_ENTRIES) " rows in one run: read fewer "
					    "files at a time";
	return mem_printf(reading->mem, "more than %zu rows in one mail",
			  reading->left);
}

/* True at the end of what it says; else why it is listened to no more, NULL
 * where its time is over. */
static bool listen_to(struct reading *reading, int output, const char **why)
{
	char *buffer =
	    mem_array(reading->mem, char, LIMIT_RECEIVED_ANSWER_LINE);
	size_t length = 0;

	*why = NULL;
	while (child_process_answers(output, reading->end_ms)) {
		ssize_t got = read(output, buffer + length,
				   LIMIT_RECEIVED_ANSWER_LINE - length);
		if (got == 0)
			return true;
		if (got < 0 && errno == EINTR)
			continue;
		length += got < 0 ? 0 : (size_t)got;
		if (got < 0 || !take_lines(reading, buffer, &length) ||
		    length == LIMIT_RECEIVED_ANSWER_LINE)
			*why = "the process that read it gave no answer that "
			       "can be trusted";
		else if (received_answer_entries(reading->answer) >
			 reading->left)
			*why = too_many(reading);
		if (*why != NULL)
			return false;
	}
	return false;
}

/* NULL: all went well. */
static const char *follow_process(struct reading *reading, pid_t child,
				  int output)
{
	const struct child_bounds *bounds = &reading->bounds;
	const char *why;
	bool is_heard = listen_to(reading, output, &why);
	struct child_end end =
	    child_process_end(child, is_heard ? reading->end_ms : 0);

	if (why != NULL)
		return why;
	reading->is_unconfined =
	    end.how == CHILD_STATUS && end.number == STATUS_UNCONFINED;
	if (reading->is_unconfined)
		return NULL;
	reading->is_broken = true;
	if (!is_heard || end.how == CHILD_LATE)
		return mem_printf(reading->mem,
				  "reading it took more than %lld seconds",
				  (long long)bounds->timeout_ms / 1000);
	if (end.how == CHILD_SIGNALED && end.number == SIGXCPU)
		return mem_printf(reading->mem,
				  "reading it took more than %u seconds of the "
				  "processor",
				  bounds->cpu_s);
	if (end.how != CHILD_DONE)
		return mem_printf(reading->mem,
				  "the process that read it ended by %s: no "
				  "memory left, or a fault in a library",
				  child_end_text(reading->mem, end));
	reading->is_broken = !received_answer_is_whole(reading->answer);
	return reading->is_broken
		   ? "the process that read it did not come to its end"
		   : NULL;
}

/* --- both --- */

static bool start_reader(const struct reading *reading, int file, pid_t *child,
			 int *output, struct error *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return error_errno(err, ERROR_SYSTEM, errno, "no pipe");
	/* What waits to be printed is not printed twice. */
	(void)fflush(stdout);
	*child = fork();
	if (*child == 0)
		become_reader(reading, file, ends[1]);
	int failure = errno;
	(void)close(ends[1]);
	*output = ends[0];
	if (*child > 0)
		return true;
	(void)close(ends[0]);
	return error_errno(err, ERROR_SYSTEM, failure, "no process to read it");
}

/* False: no process could be made. *why is NULL where all went well. */
static bool run_process(struct reading *reading, int file, int64_t bytes,
			const char **why, struct error *err)
{
	pid_t child = -1;
	int output = -1;

	reading->bounds = bounds_of(bytes);
	reading->end_ms =
	    clock_monotonic_ms(clock_system()) + reading->bounds.timeout_ms;
	if (!start_reader(reading, file, &child, &output, err))
		return false;
	*why = follow_process(reading, child, output);
	(void)close(output);
	return true;
}

static void end_reading(struct reading *reading, size_t *left)
{
	size_t taken = received_answer_entries(reading->answer);

	*left -= taken < *left ? taken : *left;
	mem_free(reading->mem);
}

void read_process_run(TALLOC_CTX *mem, const char *path,
		      const struct received_reader *reader, size_t *left)
{
	struct reading reading = {.mem = mem_context(mem), .left = *left};
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct error err;
	const char *why = err.words;

	reading.answer = received_answer_new(reading.mem, path, reader);
	if (file < 0)
		(void)error_errno(&err, ERROR_INPUT, errno,
				  "it cannot be opened");
	else if (!run_process(&reading, file, size_of(file), &why, &err))
		why = err.words;
	if (file >= 0)
		(void)close(file);
	if (why != NULL)
		reader->refused(reader->context, path, why);
	end_reading(&reading, left);
}

bool read_process_bytes(TALLOC_CTX *mem, const char *name, struct span bytes,
			const struct received_reader *reader, size_t *left,
			const char **broken, struct error *err)
{
	struct reading reading = {
	    .mem = mem_context(mem), .held = &bytes, .left = *left};
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	const char *why = NULL;

	reading.answer = received_answer_new(reading.mem, name, reader);
	bool ok = nothing >= 0
		      ? run_process(&reading, nothing, (int64_t)bytes.length,
				    &why, err)
		      : error_errno(err, ERROR_SYSTEM, errno, "/dev/null");
	if (nothing >= 0)
		(void)close(nothing);
	if (ok && reading.is_unconfined)
		ok = error_set(err, ERROR_SYSTEM,
			       "the process that reads it cannot be confined "
			       "(alignctl doctor)");
	*broken = reading.is_broken ? mem_strdup(mem, why) : NULL;
	if (ok && why != NULL && !reading.is_broken)
		reader->refused(reader->context, name, why);
	end_reading(&reading, left);
	return ok;
}
