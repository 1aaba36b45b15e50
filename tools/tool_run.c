/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tool_run.c - another program, run without a shell
 */
#include "tools/tool_run.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/strbuf.h"
#include "lib/base/text.h"

extern char **environ;

const char *tool_find_program(TALLOC_CTX *mem, const char *name)
{
	const char *path = getenv("PATH");
	struct span rest =
	    span_of(mem_printf(mem, "%s:/usr/sbin", path == NULL ? "" : path));
	struct span folder;

	while (rest.length > 0) {
		(void)span_cut(rest, ':', &folder, &rest);
		/* "" and "." would be wherever somebody stands */
		if (folder.length == 0 || folder.data[0] != '/')
			continue;
		const char *file = mem_printf(
		    mem, "%.*s/%s", (int)folder.length, folder.data, name);
		if (access(file, X_OK) == 0)
			return file;
	}
	return NULL;
}

static int start(const char *const *argv, int output, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	int number = posix_spawn_file_actions_init(&actions);

	if (number != 0)
		return number;
	number = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
						  "/dev/null", O_RDONLY, 0);
	if (number == 0)
		number = posix_spawn_file_actions_adddup2(&actions, output,
							  STDOUT_FILENO);
	if (number == 0)
		number = posix_spawn_file_actions_adddup2(&actions, output,
							  STDERR_FILENO);
	/* posix_spawn(3) promises not to change them */
	if (number == 0)
		number = posix_spawn(child, argv[0], &actions, NULL,
				     (char *const *)(uintptr_t)argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	return number;
}

static const char *read_output(TALLOC_CTX *mem, int fd)
{
	struct strbuf text;
	char chunk[1024];
	ssize_t count;

	strbuf_init(&text, mem, TOOL_RUN_OUTPUT_MAX);
	while ((count = read(fd, chunk, sizeof chunk)) != 0) {
		if (count > 0)
			strbuf_add(&text, chunk, (size_t)count);
		else if (errno != EINTR)
			break;
	}
	return strbuf_text(&text);
}

static int wait_for(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return 128;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool tool_run(TALLOC_CTX *mem, const char *const *argv, struct tool_ran *ran,
	      struct error *err)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return error_errno(err, ERROR_SYSTEM, errno, "pipe");
	int number = start(argv, ends[1], &child);
	(void)close(ends[1]);
	if (number != 0) {
		(void)close(ends[0]);
		return error_errno(err, ERROR_SYSTEM, number,
				   "cannot run %.120s", argv[0]);
	}
	ran->output = read_output(mem, ends[0]);
	(void)close(ends[0]);
	ran->status = wait_for(child);
	return true;
}
