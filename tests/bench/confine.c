/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine - what landlock and seccomp add to a system call
 *
 * Children in turns, one free and one confined as the daemon, make the same
 * calls; a line of JSON for each kind of call, with the median over the turns
 * in nanoseconds a call.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/confine.h"

#define TURNS 15
#define FILE_READ "/etc/passwd"

static int file;

static void call_plain(void)
{
	(void)syscall(SYS_getppid);
}

static void call_read(void)
{
	char byte;

	(void)!pread(file, &byte, 1, 0);
}

/* Looked at by its arguments, and one that is not. */
static void call_memory(void)
{
	void *place =
	    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)munmap(place, 4096);
}

static void call_socket(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)close(fd);
}

/* The one that landlock looks at. */
static void call_open(void)
{
	int fd = open(FILE_READ, O_RDONLY | O_CLOEXEC);

	(void)close(fd);
}

static const struct {
	const char *name;
	void (*call)(void);
	long count;
} kinds[] = {
    {"getppid", call_plain, 300000},	  {"pread", call_read, 200000},
    {"mmap, munmap", call_memory, 50000}, {"socket, close", call_socket, 30000},
    {"open, close", call_open, 30000},
};

#define KINDS (sizeof kinds / sizeof kinds[0])

static double now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static bool give_up(void)
{
	struct confine_files *files = confine_files_new(NULL);
	struct confine_state state = {.landlock = 0};
	struct error err;

	confine_system(files);
	return confine_landlock(files, &state, &err) &&
	       confine_seccomp(CONFINE_DAEMON, &state, &err);
}

static void measure(bool is_confined, double *costs)
{
	if (is_confined && !give_up())
		_exit(1);
	for (size_t i = 0; i < KINDS; i++) {
		double began = now_ns();
		for (long n = 0; n < kinds[i].count; n++)
			kinds[i].call();
		costs[i] = (now_ns() - began) / (double)kinds[i].count;
	}
}

static bool run_child(bool is_confined, double *costs)
{
	int ends[2];
	int status = 1;

	if (pipe(ends) != 0)
		return false;
	pid_t child = fork();
	if (child == 0) {
		measure(is_confined, costs);
		_exit(write(ends[1], costs, KINDS * sizeof *costs) < 0);
	}
	(void)close(ends[1]);
	bool is_read = read(ends[0], costs, KINDS * sizeof *costs) ==
		       (ssize_t)(KINDS * sizeof *costs);
	(void)close(ends[0]);
	(void)waitpid(child, &status, 0);
	return is_read && status == 0;
}

static int compare(const void *a, const void *b)
{
	const double *left = a;
	const double *right = b;

	return (*left > *right) - (*left < *right);
}

int main(void)
{
	static double costs[2][TURNS][KINDS];

	file = open(FILE_READ, O_RDONLY | O_CLOEXEC);
	for (size_t turn = 0; turn < TURNS; turn++) {
		if (!run_child(false, costs[0][turn]) ||
		    !run_child(true, costs[1][turn]))
			return EXIT_FAILURE;
	}
	for (size_t i = 0; i < KINDS; i++) {
		double middle[2];
		for (int side = 0; side < 2; side++) {
			double column[TURNS];
			for (size_t turn = 0; turn < TURNS; turn++)
				column[turn] = costs[side][turn][i];
			qsort(column, TURNS, sizeof column[0], compare);
			middle[side] = column[TURNS / 2];
		}
		(void)printf("{\"calls\": \"%s\", \"free_ns\": %.1f, "
			     "\"confined_ns\": %.1f}\n",
			     kinds[i].name, middle[0], middle[1]);
	}
	return EXIT_SUCCESS;
}
