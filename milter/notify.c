/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notify.c - who started the daemon is told how it does: sd_notify(3),
 * sd_journal_send(3), or a pipe
 *
 * A failure to tell is nothing the daemon could act on, so results are not
 * looked at.
 * Tested by test_wire_watchdog, test_wire_life.
 */
#include "milter/notify.h"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

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

/* --- systemd ------------------------------------------------------------- */

void notify_ready(const char *status)
{
	(void)sd_notifyf(0, "READY=1\nSTATUS=%s", status);
	if (ready_pipe < 0)
		return;
	leave_terminal();
	(void)!write(ready_pipe, "", 1);
	(void)close(ready_pipe);
	ready_pipe = -1;
}

void notify_reloading(void)
{
	(void)sd_notify(0, "RELOADING=1");
}

void notify_status(const char *status)
{
	(void)sd_notifyf(0, "STATUS=%s", status);
}

void notify_watchdog(void)
{
	(void)sd_notify(0, "WATCHDOG=1");
}

void notify_stopping(void)
{
	(void)sd_notify(0, "STOPPING=1");
}

int64_t notify_watchdog_ms(void)
{
	uint64_t interval_us = 0;

	if (sd_watchdog_enabled(0, &interval_us) <= 0)
		return 0;
	return (int64_t)(interval_us / 1000);
}

void notify_journal(int priority, const char *line)
{
	(void)sd_journal_send("MESSAGE=%s", line, "PRIORITY=%i", priority,
			      "SYSLOG_IDENTIFIER=alignd", NULL);
}
