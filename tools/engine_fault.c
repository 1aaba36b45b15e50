/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine_fault.c - a library that goes wrong, for tests
 * Tested by test_alignctl_compare.
 */
#include "tools/engine_fault.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

static void crash(void)
{
	(void)raise(SIGABRT);
}

static void hang(void)
{
	for (;;)
		(void)pause();
}

static void spin(void)
{
	volatile bool goes_on = true;

	while (goes_on)
		continue;
}

/* Where a process is confined it finds no program. */
static void start(void)
{
	if (execl("/bin/true", "true", (char *)NULL) != 0)
		_exit(9);
}

static void open_file(void)
{
	_exit(open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 ? 9 : 0);
}

static void connect_out(void)
{
	_exit(socket(AF_INET, SOCK_STREAM, 0) < 0 ? 9 : 0);
}

/* More than a process may have, and an end where nothing limits it. */
static void eat(void)
{
	for (int i = 0; i < 2048; i++)
		memset(heap_block(1 << 20), 1, 1 << 20);
}

/* As tools/report/read_process.c ends where the kernel refuses to confine it.
 */
static void refuse(void)
{
	_exit(3);
}

static void babble(void)
{
	(void)printf("{\"findings\":[{\"result\":\"\\u001b[2Jpass\"}]}\n");
	(void)fflush(stdout);
	_exit(0);
}

static void flood(void)
{
	for (;;)
		(void)printf("{\"findings\":[]}\n");
}

/* So many bytes of one line (ALIGND_ENGINE_DRONE), and no more. */
static void drone(void)
{
	const char *bytes = getenv("ALIGND_ENGINE_DRONE");
	long left = 0;

	(void)text_number(span_of(bytes == NULL ? "" : bytes), 1, 1 << 30,
			  &left);
	while (left-- > 0)
		(void)putchar('x');
	(void)fflush(stdout);
	for (;;)
		(void)pause();
}

void engine_fault(const char *name)
{
	static const struct {
		const char *what;
		void (*act)(void);
	} faults[] = {
	    {"crash", crash},	{"hang", hang},	     {"eat", eat},
	    {"babble", babble}, {"flood", flood},    {"spin", spin},
	    {"start", start},	{"open", open_file}, {"connect", connect_out},
	    {"drone", drone},	{"refuse", refuse},
	};
	const char *wanted = getenv("ALIGND_ENGINE_FAULT");
	size_t length = strlen(name);

	if (wanted == NULL || strncmp(wanted, name, length) != 0 ||
	    wanted[length] != ':')
		return;
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		if (strcmp(wanted + length + 1, faults[i].what) == 0)
			faults[i].act();
	}
}
