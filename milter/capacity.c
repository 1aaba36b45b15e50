/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capacity.c - what the machine lets the daemon have: getrlimit(2), cgroups(7)
 */
#include "milter/capacity.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "lib/base/limits.h"
#include "lib/base/resource_kind.h"
#include "milter/log.h"
#include "milter/wire.h"

/* Descriptors beside the MTA's: the resolver's sockets, and what the store, the
 * log, the metrics and the libraries keep open. */
#define FILES_OF_DNS 1024
#define FILES_OF_OTHERS 64
#define FILES_WANTED                                                           \
	(LIMIT_CONNECTIONS + LIMIT_CONNECTIONS_SPARE + FILES_OF_DNS +          \
	 FILES_OF_OTHERS)
/* Threads beside those that evaluate: the daemon's own and the libraries', and
 * some of libmilter's that read, or tell a message to come again. */
#define THREADS_OF_OTHERS 32
/* An evaluation needs less than 128 KiB. */
#define STACK_BYTES ((size_t)1024 * 1024)
#define STACK_LEAST_BYTES ((size_t)512 * 1024)
/* A message of the longest header, and the rest of the process with its caches.
 * Usual messages take a tenth. */
#define MESSAGE_KIB 1280
#define PROCESS_MIB 128

#define MIB (1024 * 1024)
#define LINE_BYTES 4096

/* --- limits of the process ------------------------------------------------ */

/* A count; LONG_MAX: without a limit, as what is more than a long holds. */
static long to_long(uint64_t value)
{
	return value > LONG_MAX ? LONG_MAX : (long)value;
}

/* Bytes, which may be more than a long holds; UINT64_MAX: no limit. */
static long to_mib(uint64_t bytes)
{
	return bytes == UINT64_MAX ? LONG_MAX : to_long(bytes / MIB);
}

/* The soft limit of `resource`, raised to `wanted`, or as far as the hard one
 * lets it: that is the operator's word. */
static long raise_limit(resource_kind resource, rlim_t wanted)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0)
		return LONG_MAX;
	struct rlimit more = {
	    .rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted,
	    .rlim_max = limit.rlim_max,
	};
	return limit.rlim_cur < more.rlim_cur && setrlimit(resource, &more) == 0
		   ? to_long(more.rlim_cur)
		   : to_long(limit.rlim_cur);
}

static long address_space_mib(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_AS, &limit) != 0 ||
		       limit.rlim_cur == RLIM_INFINITY
		   ? LONG_MAX
		   : to_mib(limit.rlim_cur);
}

/* LimitSTACK= is also the size of every thread's stack. */
static void give_stacks(void)
{
	pthread_attr_t attributes;
	size_t size;

	if (pthread_getattr_default_np(&attributes) != 0)
		return;
	if (pthread_attr_getstacksize(&attributes, &size) == 0 &&
	    size < STACK_LEAST_BYTES &&
	    pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0)
		(void)pthread_setattr_default_np(&attributes);
	(void)pthread_attr_destroy(&attributes);
}

static long smaller(long a, long b)
{
	return a < b ? a : b;
}

void capacity_look(struct capacity *capacity)
{
	give_stacks();
	*capacity = (struct capacity){
	    .files = raise_limit(RLIMIT_NOFILE, FILES_WANTED),
	    .threads = raise_limit(RLIMIT_NPROC, RLIM_INFINITY),
	    .memory_mib = address_space_mib(),
	};
	capacity_look_at_groups("/proc/self/cgroup", "/sys/fs/cgroup",
				capacity);
}

/* --- limits of the control groups ---------------------------------------- */

/* A number alone in its file; UINT64_MAX for "max", or where there is none. */
static uint64_t read_number(const char *folder, const char *name)
{
	char path[LINE_BYTES + 32];
	char text[32];
	FILE *file;
	int64_t number;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "re");
	if (file == NULL)
		return UINT64_MAX;
	bool is_read = fgets(text, sizeof text, file) != NULL;
	(void)fclose(file);
	if (!is_read ||
	    !text_number64(span_trim(span_of(text)), 0, INT64_MAX, &number))
		return UINT64_MAX;
	return (uint64_t)number;
}

/* One group's own limits; those of the groups above it hold, too. */
static void look_at_group(const char *folder, struct capacity *capacity)
{
	uint64_t threads = read_number(folder, "pids.max");
	uint64_t bytes = read_number(folder, "memory.max");

	if (threads != UINT64_MAX) {
		uint64_t used = read_number(folder, "pids.current");
		threads = used < threads ? threads - used : 0;
		capacity->threads =
		    smaller(capacity->threads, to_long(threads));
	}
	capacity->memory_mib = smaller(capacity->memory_mib, to_mib(bytes));
}

/* "0::/system.slice/alignd.service", of version 2: the only line. */
static bool find_group(const char *groups, char *line, size_t size)
{
	FILE *file = fopen(groups, "re");
	bool is_found = false;

	if (file == NULL)
		return false;
	while (!is_found && fgets(line, (int)size, file) != NULL)
		is_found = strncmp(line, "0::/", 4) == 0;
	(void)fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return is_found;
}

void capacity_look_at_groups(const char *groups, const char *mount,
			     struct capacity *capacity)
{
	char line[LINE_BYTES];
	char folder[2 * LINE_BYTES];

	if (!find_group(groups, line, sizeof line))
		return;
	(void)snprintf(folder, sizeof folder, "%s%s", mount, line + 3);
	for (char *slash; strlen(folder) > strlen(mount); *slash = '\0') {
		look_at_group(folder, capacity);
		slash = strrchr(folder, '/');
	}
}

/* --- what fits ------------------------------------------------------------ */

static long at_least_one(long value)
{
	return value < 1 ? 1 : value;
}

struct capacity_fit capacity_fit(const struct capacity *capacity)
{
	struct capacity_fit fit = {
	    .connections = LIMIT_CONNECTIONS,
	    .spare = LIMIT_CONNECTIONS_SPARE,
	    .messages = LONG_MAX,
	};

	/* Half for the MTA, half for what its messages need. */
	if (capacity->files < FILES_WANTED) {
		long room = at_least_one(
		    smaller(capacity->files / 2,
			    LIMIT_CONNECTIONS + LIMIT_CONNECTIONS_SPARE));
		fit.spare =
		    at_least_one(smaller(room / 8, LIMIT_CONNECTIONS_SPARE));
		fit.connections = at_least_one(room - fit.spare);
	}
	if (capacity->threads != LONG_MAX)
		fit.messages =
		    at_least_one(capacity->threads - THREADS_OF_OTHERS);
	return fit;
}

static void tell_files(const struct capacity *capacity,
		       const struct capacity_fit *fit)
{
	if (fit->connections < LIMIT_CONNECTIONS)
		log_write(LOG_LEVEL_WARNING,
			  "%ld file descriptors are allowed, and %d are needed "
			  "for %d connections of the MTA and the DNS: there is "
			  "room for %ld connections, messages of further ones "
			  "get 451; raise LimitNOFILE= (ulimit -n)",
			  capacity->files, FILES_WANTED, LIMIT_CONNECTIONS,
			  fit->connections);
}

static void tell_threads(const struct capacity *capacity,
			 const struct capacity_fit *fit, long max_messages)
{
	if (fit->messages < max_messages)
		log_write(LOG_LEVEL_WARNING,
			  "%ld threads are allowed, and %ld are needed for "
			  "max_messages = %ld: %ld messages are evaluated at "
			  "once, further ones get 451; raise TasksMax= and "
			  "LimitNPROC= (pids.max, ulimit -u), or lower "
			  "max_messages",
			  capacity->threads, max_messages + THREADS_OF_OTHERS,
			  max_messages, fit->messages);
}

static void tell_memory(const struct capacity *capacity, long max_messages)
{
	long wanted = PROCESS_MIB + max_messages * MESSAGE_KIB / 1024;

	if (capacity->memory_mib < wanted)
		log_write(LOG_LEVEL_WARNING,
			  "%ld MiB of memory are allowed, and max_messages = "
			  "%ld of the longest header could take %ld: out of "
			  "memory alignd ends and is started anew; raise "
			  "MemoryMax= (memory.max, ulimit -v), or lower "
			  "max_messages",
			  capacity->memory_mib, max_messages, wanted);
}

void capacity_keep(const struct capacity *capacity,
		   const struct daemon_settings *settings, struct gate *gate)
{
	long max_messages = settings->max_messages;
	struct capacity_fit fit = capacity_fit(capacity);

	gate->max_connections = fit.connections;
	gate->max_evaluating = fit.messages;
	wire_start(clock_system(), fit.connections + fit.spare);
	tell_files(capacity, &fit);
	tell_threads(capacity, &fit, max_messages);
	tell_memory(capacity, max_messages);
}
