/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_DIAL_H
#define TOOLS_DIAL_H

/*
 * dial - a connection within a bounded time
 *
 * What is returned does not block and is closed on exec; the caller closes it.
 */

#include "lib/base/net.h"

/* A stream to there; -1 and errno where nobody takes it in time. */
int dial_address(const struct net_address *address, long port, int wait_ms);
int dial_path(const char *path, int wait_ms);

/* Is it ready for `events` of poll(2) in time? */
bool dial_wait(int fd, short events, int wait_ms);

#endif
