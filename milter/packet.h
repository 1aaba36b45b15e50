/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_PACKET_H
#define MILTER_PACKET_H

/*
 * packet - what comes from the MTA, checked before libmilter takes it apart
 *
 * A packet of the milter protocol is a length in network order, a command, and
 * length - 1 bytes of data. libmilter reads some shapes of data past their end:
 * a macro list in which a name has no value, a host name or a command without
 * its NUL. Only shapes that it reads safely get past this check; no MTA sends
 * others. docs/SECURITY.md section 5 lists them.
 *
 * Bytes come in pieces of any size; nothing is kept but a few counts.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_HEAD_BYTES 5

struct packet {
	unsigned char head[PACKET_HEAD_BYTES];
	size_t head_bytes;  /* of `head`, here already */
	size_t data_bytes;  /* that the head promises */
	size_t seen_bytes;  /* of them */
	size_t texts;	    /* NULs among them, of a counted command */
	size_t first_end;   /* where the first of them is */
	char family;	    /* the byte after it */
	char last;	    /* the last byte seen */
	uint32_t version;   /* of a negotiation */
	bool is_in_message; /* from MAIL to its end or abort */
};

/* Takes `length` bytes as they come from the MTA. NULL, or what is wrong with
 * the packet, as a clause after "a packet "; the connection is of no use then.
 * Zeros begin a connection. */
const char *packet_take(struct packet *packet, const char *bytes, size_t length)
    __attribute__((warn_unused_result));

/* Has a packet begun that has not come whole? */
bool packet_is_open(const struct packet *packet);

/* How many bytes to the end of its head, or of its data; at least one. */
size_t packet_wants(const struct packet *packet);

/* The command of the packet that came last; '\0' before the first head. */
char packet_command(const struct packet *packet);

#endif
