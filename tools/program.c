/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * program.c - runs another program and reads what it says
 * Tested by test_alignctl_doctor.
 */
#include "tools/program.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/strbuf.h"
#include "lib/base/text.h"

#define OUTPUT_MAX (1024 * 1024)
#define SIGNALLED 128

extern char **environ;

static const char *path_in(TALLOC_CTX *mem, struct span folder,
			   const char *name)
{
	const char *path =
	    mem_printf(mem, "%.*s/%s", (int)folder.length, folder.data, name);

	/* "" and "." would be wherever somebody stands */
	return folder.length > 0 && folder.data[0] == '/' &&
		       access(path, X_OK) == 0
		   ? path
		   : NULL;
}

const char *tool_program_path(TALLOC_CTX *mem, const char *name)
{
	const char *given = getenv("PATH");
	struct span rest = span_of(
	    mem_printf(mem, "%s:/usr/sbin:/sbin", given == NULL ? "" : given));
	struct span folder;
	const char *path = NULL;

	while (path == NULL && rest.length > 0) {
		(void)span_cut(rest, ':', &folder, &rest);
		path = path_in(mem, folder, name);
	}
	return path;
}

/* Reads to the end, also what is too much, so that the program can end. */
static void read_all(int fd, struct strbuf *text)
{
	char buffer[4096];
	ssize_t got;

	while ((got = read(fd, buffer, sizeof buffer)) > 0 ||
	       (got < 0 && errno == EINTR)) {
		if (got > 0)
			strbuf_add(text, buffer, (size_t)got);
	}
}

static int wait_for(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : SIGNALLED + WTERMSIG(status);
}

static int spawn(const char *path, const char *const argv[], int output,
		 pid_t *child)
{
	posix_spawn_file_actions_t actions;
	char *const *arguments = (char *const *)(const void *)argv;

	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
					       "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	(void)posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
	int failed =
	    posix_spawn(child, path, &actions, NULL, arguments, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	return failed;
}

static bool run_path(TALLOC_CTX *mem, const char *path,
		     const char *const argv[], struct tool_output *output,
		     struct error *err)
{
	struct strbuf text;
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return error_errno(err, ERROR_SYSTEM, errno,
				   "cannot run %.100s", path);
	int failed = spawn(path, argv, ends[1], &child);
	(void)close(ends[1]);
	if (failed == 0) {
		strbuf_init(&text, mem, OUTPUT_MAX);
		read_all(ends[0], &text);
	}
	(void)close(ends[0]);
	if (failed != 0)
		return error_errno(err, ERROR_SYSTEM, failed,
				   "cannot run %.100s", path);
	*output = (struct tool_output){
	    .status = wait_for(child),
	    .text = strbuf_text(&text),
	};
	return true;
}

bool tool_program(TALLOC_CTX *mem, const char *const argv[],
		  struct tool_output *output, struct error *err)
{
	const char *path = tool_program_path(mem, argv[0]);

	if (path == NULL)
		return error_set(err, ERROR_SYSTEM,
				 "%.60s is not in PATH, /usr/sbin or /sbin",
				 argv[0]);
	return run_path(mem, path, argv, output, err);
}
