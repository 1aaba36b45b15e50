/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pid_file.c - the file that names this process
 * Tested by test_wire_life.
 */
#include "milter/pid_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "lib/base/text.h"

#define FILE_MODE 0644
#define NUMBER_BYTES 32

static int opened = -1;

/* --- who removes it ------------------------------------------------------- */

/* Does `path` name the process `daemon` still? */
static bool is_named(const char *path, pid_t daemon)
{
	char text[NUMBER_BYTES];
	int64_t number = 0;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text);

	return length > 0 &&
	       text_number64(span_trim(span_make(text, (size_t)length)), 1,
			     INT64_MAX, &number) &&
	       number == daemon;
}

/* The pipe ends when the last process that holds its other end is gone. */
static _Noreturn void wait_and_remove(const char *path, int pipe_end,
				      pid_t daemon)
{
	static const int ignored[] = {SIGTERM, SIGINT,	SIGHUP,
				      SIGQUIT, SIGUSR1, SIGUSR2};
	char byte;

	for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
		struct sigaction ignore = {.sa_handler = SIG_IGN};
		(void)sigaction(ignored[i], &ignore, NULL);
	}
	(void)prctl(PR_SET_NAME, "alignd-pid-file");
	/* Whoever waits for the daemon's output does not wait for this one. */
	if (dup2(pipe_end, STDIN_FILENO) < 0 ||
	    syscall(SYS_close_range, STDIN_FILENO + 1, ~0U, 0) != 0)
		_exit(EXIT_FAILURE);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	if (is_named(path, daemon))
		(void)unlink(path);
	_exit(EXIT_SUCCESS);
}

/* The other end of the pipe stays open for as long as the daemon lives. */
static bool leave_behind(const char *path, struct error *err)
{
	int ends[2];
	pid_t daemon = getpid();

	if (pipe2(ends, O_CLOEXEC) != 0)
		return error_errno(err, ERROR_SYSTEM, errno, "pipe");
	pid_t child = fork();
	if (child < 0)
		return error_errno(err, ERROR_SYSTEM, errno, "fork");
	if (child == 0) {
		(void)close(ends[1]);
		wait_and_remove(path, ends[0], daemon);
	}
	(void)close(ends[0]);
	return true;
}

/* --- the file ------------------------------------------------------------- */

bool pid_file_open(const char *path, struct error *err)
{
	opened =
	    open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	if (opened < 0)
		return error_errno(err, ERROR_SYSTEM, errno, "%.120s", path);
	return leave_behind(path, err);
}

bool pid_file_write(struct error *err)
{
	if (opened < 0)
		return true;
	bool is_written = ftruncate(opened, 0) == 0 &&
			  dprintf(opened, "%ld\n", (long)getpid()) > 0;
	int number = errno;
	if (close(opened) != 0 && is_written) {
		is_written = false;
		number = errno;
	}
	opened = -1;
	return is_written || error_errno(err, ERROR_SYSTEM, number,
					 "the file of the process's id");
}
