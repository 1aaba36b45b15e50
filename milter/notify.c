/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notify.c - who started the daemon is told how it does: a service manager, a
 * command by a pipe
 *
 * Tested by test_wire_watchdog, test_wire_life.
 */
#include "milter/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "milter/manager.h"

/* --- a command that waits ------------------------------------------------ */

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

bool notify_start_background(struct error *err)
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

/* --- the service manager ------------------------------------------------- */

static void tell_status(const char *state, const char *status)
{
	TALLOC_CTX *mem = mem_context(NULL);

	manager_tell(mem_printf(mem, "%sSTATUS=%s", state, status));
	mem_free(mem);
}

void notify_ready(const char *status)
{
	tell_status("READY=1\n", status);
	if (ready_pipe < 0)
		return;
	leave_terminal();
	(void)!write(ready_pipe, "", 1);
	(void)close(ready_pipe);
	ready_pipe = -1;
}

void notify_reloading(void)
{
	manager_tell("RELOADING=1");
}

void notify_status(const char *status)
{
	tell_status("", status);
}

void notify_watchdog(void)
{
	manager_tell("WATCHDOG=1");
}

void notify_stopping(void)
{
	manager_tell("STOPPING=1");
}
