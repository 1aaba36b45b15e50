/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_WIRE_H
#define MILTER_WIRE_H

/*
 * wire - the MTA's connections, below libmilter
 *
 * libmilter accepts, polls, reads and closes them through the dynamic linker,
 * so alignd's own accept, poll, read and close (milter/wire_calls.c) come
 * first. They ask here: each packet is checked before libmilter has it whole
 * (packet.h), what has come is read in one go (ahead.h), connections beyond
 * what there is room for are refused, and when descriptors have run out
 * libmilter's loop is kept from spinning. All else that the process polls,
 * reads and closes goes through untouched.
 *
 * A connection that was silent for LIMIT_IDLE_S between two messages, or
 * within a packet, makes room for another one when there is none, and never
 * otherwise: Postfix keeps a connection as long as its client's session.
 *
 * Any thread. What is refused is counted, and told once a minute.
 */

#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "lib/base/clock.h"

/* accept(2), poll(2), read(2) and close(2) of the C library. */
struct wire_calls {
	int (*accept)(int listener, struct sockaddr *address,
		      socklen_t *length);
	int (*poll)(struct pollfd *fds, nfds_t count, int timeout_ms);
	ssize_t (*read)(int fd, void *buffer, size_t size);
	int (*close)(int fd);
};

/* Before libmilter accepts the first: `connections` is how many there is room
 * for, those that are only told to come again included. Without it there is
 * room for LIMIT_CONNECTIONS and LIMIT_CONNECTIONS_SPARE. */
void wire_start(const struct clock *clock, long connections);

/* What accept(2), poll(2), read(2), close(2) shall do. A read gets no byte of a
 * packet beyond the one that it is in. */
int wire_accept(const struct wire_calls *calls, int listener,
		struct sockaddr *address, socklen_t *length);
int wire_poll(const struct wire_calls *calls, struct pollfd *fds, nfds_t count,
	      int timeout_ms);
ssize_t wire_read(const struct wire_calls *calls, int fd, void *buffer,
		  size_t size);
int wire_close(const struct wire_calls *calls, int fd);

/* Ends the connection that has been silent longest, if one was for
 * LIMIT_IDLE_S; libmilter closes it in moments. False: there is none. */
bool wire_make_room(void);

/* The command of the packet that this thread read last, on whose behalf
 * libmilter calls back; '\0' when packets do not come through here. */
char wire_command(void);

#endif
