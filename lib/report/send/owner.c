/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owner.c - who holds a claim, and is he still there?
 *
 * A sandbox may hide /proc or parts of it: what cannot be read is "-", which
 * says nothing. kill(2) tells of a process however well it is hidden.
 */
#include "lib/report/send/owner.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WORD_MAX 64
/* Of uname(2); C libraries name more, and sscanf() below a number. */
#define HOST_MAX 64
#define STAT_MAX 1024

static void read_line(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "re");

	if (file == NULL || fgets(text, (int)size, file) == NULL)
		(void)snprintf(text, size, "-");
	if (file != NULL)
		(void)fclose(file);
	text[strcspn(text, "\n")] = '\0';
}

static void read_boot(char text[WORD_MAX])
{
	read_line("/proc/sys/kernel/random/boot_id", text, WORD_MAX);
}

/* Field 22 of proc(5)'s stat; the second one, a name in parentheses, may hold
 * blanks and parentheses. */
static void read_start(long pid, char text[WORD_MAX])
{
	char path[WORD_MAX];
	char line[STAT_MAX];

	(void)snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	read_line(path, line, sizeof line);
	const char *at = strrchr(line, ')');
	(void)snprintf(text, WORD_MAX, "-");
	if (at == NULL ||
	    sscanf(at + 1,
		   " %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
		   "%*s %*s %*s %*s %*s %63s",
		   text) != 1)
		(void)snprintf(text, WORD_MAX, "-");
}

static void read_host(char text[HOST_MAX + 1])
{
	if (gethostname(text, HOST_MAX + 1) != 0 || text[0] == '\0')
		(void)snprintf(text, HOST_MAX + 1, "-");
	text[HOST_MAX] = '\0';
}

char *report_owner_self(TALLOC_CTX *mem)
{
	char host[HOST_MAX + 1];
	char boot[WORD_MAX];
	char start[WORD_MAX];

	read_host(host);
	read_boot(boot);
	read_start((long)getpid(), start);
	return mem_printf(mem, "%s %s %ld %s", host, boot, (long)getpid(),
			  start);
}

char *report_owner_token(TALLOC_CTX *mem, const struct random_source *random)
{
	uint8_t bytes[8];
	uint64_t number;

	random->fill(random, bytes, sizeof bytes);
	memcpy(&number, bytes, sizeof number);
	return mem_printf(mem, "%s %016" PRIx64, report_owner_self(mem),
			  number);
}

static bool are_known(const char *a, const char *b)
{
	return strcmp(a, "-") != 0 && strcmp(b, "-") != 0;
}

bool report_owner_is_gone(const char *owner, int64_t lease_s, int64_t now_s)
{
	char host[HOST_MAX + 1];
	char here[HOST_MAX + 1];
	char boot[WORD_MAX];
	char now_boot[WORD_MAX];
	char start[WORD_MAX];
	char now_start[WORD_MAX];
	long pid;

	if (sscanf(owner, "%64s %63s %ld %63s", host, boot, &pid, start) != 4 ||
	    pid <= 0)
		return lease_s < now_s;
	read_host(here);
	read_boot(now_boot);
	if (strcmp(host, here) != 0)
		return lease_s < now_s;
	if ((are_known(boot, now_boot) && strcmp(boot, now_boot) != 0) ||
	    (kill((pid_t)pid, 0) != 0 && errno == ESRCH))
		return true;
	read_start(pid, now_start);
	if (are_known(start, now_start))
		return strcmp(start, now_start) != 0;
	return lease_s < now_s;
}
