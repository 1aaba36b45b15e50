/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * background.c - a daemon without systemd
 * Tested by test_wire_life.
 */
#include "milter/background.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int ready_pipe = -1; /* the child's end */

/* The parent: waits for one byte, or for the child's death. */
static void wait_and_leave(pid_t child, int pipe_end)
{
	char byte;
	int status = 0;

	if (read(pipe_end, &byte, 1) == 1)
		_exit(EXIT_SUCCESS);
	(void)waitpid(child, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

bool background_start(struct error *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return error_errno(err, ERROR_SYSTEM, errno, "pipe");
	pid_t child = fork();
	if (child < 0)
		return error_errno(err, ERROR_SYSTEM, errno, "fork");
	if (child > 0) {
		(void)close(ends[1]);
		wait_and_leave(child, ends[0]);
	}
	(void)close(ends[0]);
	(void)setsid();
	ready_pipe = ends[1];
	return true;
}

/* Standard error was kept until now, for the words of a failed start. */
static void leave_terminal(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return;
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(null, STDOUT_FILENO);
	(void)dup2(null, STDERR_FILENO);
	if (null > STDERR_FILENO)
		(void)close(null);
}

void background_ready(void)
{
	if (ready_pipe < 0)
		return;
	leave_terminal();
	(void)!write(ready_pipe, "", 1);
	(void)close(ready_pipe);
	ready_pipe = -1;
}
