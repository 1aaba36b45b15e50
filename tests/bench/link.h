/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_BENCH_LINK_H
#define TESTS_BENCH_LINK_H

/*
 * link - the MTA's end of a milter connection: packets out, packets in
 *
 * A packet is four bytes of length in network order, a command letter, data.
 * Packets are gathered until link_flush, as an MTA's buffered stream does it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/text.h"

struct link_buffer {
	char *bytes;
	size_t length;
	size_t done; /* of them, sent or read */
	size_t room;
};

struct link {
	int fd; /* -1: closed */
	struct link_buffer out;
	struct link_buffer in;
};

struct link_packet {
	char command;
	struct span data;
};

/* "unix:/PATH" or "inet:PORT@ADDRESS". */
bool link_open(struct link *link, const char *where);
/* Keeps the buffers' room for the next connection. */
void link_close(struct link *link);

void link_put(struct link *link, char command, const void *data, size_t length);
/* As link_put, of texts that are each ended by NUL. */
void link_put_texts(struct link *link, char command, const char *const *texts,
		    size_t count);

/* False when the connection is gone. *is_all: nothing is left to send. */
bool link_flush(struct link *link, bool *is_all);
/* Reads all that has come; false when the connection is gone. */
bool link_fill(struct link *link);
/* The next whole packet, valid until link_fill. */
bool link_next(struct link *link, struct link_packet *packet);

#endif
