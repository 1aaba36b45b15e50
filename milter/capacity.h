/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_CAPACITY_H
#define MILTER_CAPACITY_H

/*
 * capacity - what the machine lets the daemon have, against what it promises
 *
 * The settings promise LIMIT_CONNECTIONS connections and max_messages messages
 * in evaluation. Each connection and each question to the DNS takes a file
 * descriptor, each message in evaluation a thread, its header memory. Limits of
 * the process, of its user and of its control groups are found out at the
 * start, and raised as far as that is allowed. Where they are still too low
 * the daemon promises less, and says so: it is better to tell a few senders to
 * come again than to find out in the middle of a message.
 */

#include "lib/app/config.h"
#include "milter/gate.h"

/* LONG_MAX: without a limit. */
struct capacity {
	long files;	 /* descriptors */
	long threads;	 /* that may be started yet */
	long memory_mib; /* of the process or its control group */
};

/* Raises soft limits, and gives threads a stack that is large enough; then
 * finds out. Before root is given up, before the daemon is confined and before
 * its first thread. */
void capacity_look(struct capacity *capacity);

/* The limits of control groups alone: `groups` is /proc/self/cgroup, `mount`
 * /sys/fs/cgroup. Lowers *capacity to what they allow. */
void capacity_look_at_groups(const char *groups, const char *mount,
			     struct capacity *capacity);

/* How many connections, and how many messages at once, fit in; at least one of
 * each. */
struct capacity_fit {
	long connections; /* served; LIMIT_CONNECTIONS at most */
	long spare;	  /* further ones, told to come again */
	long messages;	  /* whatever max_messages says; LONG_MAX: no bound */
};
struct capacity_fit capacity_fit(const struct capacity *capacity);

/* Makes the gate and the wire keep to it, and warns where it is less than was
 * promised. */
void capacity_keep(const struct capacity *capacity,
		   const struct daemon_settings *settings, struct gate *gate);

#endif
