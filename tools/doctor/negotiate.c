/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * negotiate.c - who answers at a milter's socket?
 *
 * SMFIC_OPTNEG of libmilter's mfdef.h: a length of 4 bytes, 'O', then version,
 * actions and steps of 4 bytes each; in the answer pairs of a stage of 4 bytes
 * and the macros wanted there follow, which end with NUL.
 */
#include "tools/doctor/negotiate.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/app/mta_macros.h"
#include "lib/base/clock.h"
#include "tools/dial.h"

#define HEAD_BYTES 17 /* the length, 'O', three words */
#define ANSWER_MAX 4096

/* Version 6, every action, every step. */
static const uint8_t offer[] = {0, 0, 0, 13,   'O', 0,	  0,	0,   6,
				0, 0, 1, 0xff, 0,   0x1f, 0xff, 0xff};
static const uint8_t farewell[] = {0, 0, 0, 1, 'Q'};

/* --- the connection --- */

static int connect_first(const struct mta_endpoint *endpoint, int wait_ms)
{
	int fd = -1;

	if (endpoint->path != NULL)
		return dial_path(endpoint->path, wait_ms);
	errno = EADDRNOTAVAIL;
	for (size_t i = 0; fd < 0 && i < endpoint->addresses.count; i++) {
		const struct net_list *found = &endpoint->addresses;
		fd = dial_address(&found->items[i].address, endpoint->port,
				  wait_ms);
	}
	return fd;
}

/* --- the answer --- */

/* Reads until `wanted` bytes are there; false where time or the stream ends. */
static bool read_bytes(int fd, uint8_t *bytes, size_t wanted, int64_t end_ms)
{
	for (size_t got = 0; got < wanted;) {
		int64_t left_ms = end_ms - clock_monotonic_ms(clock_system());
		if (left_ms <= 0 || !dial_wait(fd, POLLIN, (int)left_ms))
			return false;
		ssize_t more = recv(fd, bytes + got, wanted - got, 0);
		if (more <= 0)
			return false;
		got += (size_t)more;
	}
	return true;
}

static size_t length_of(const uint8_t bytes[4])
{
	return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 |
	       (size_t)bytes[2] << 8 | bytes[3];
}

static bool asks_for(const uint8_t *bytes, size_t length, const char *macros)
{
	return memmem(bytes, length, macros, strlen(macros) + 1) != NULL;
}

static enum negotiated read_answer(int fd, int wait_ms)
{
	int64_t end_ms = clock_monotonic_ms(clock_system()) + wait_ms;
	uint8_t answer[ANSWER_MAX];

	if (!read_bytes(fd, answer, 5, end_ms))
		return NEGOTIATED_NOTHING;
	size_t length = 4 + length_of(answer);
	if (answer[4] != 'O' || length < HEAD_BYTES || length > sizeof answer ||
	    !read_bytes(fd, answer + 5, length - 5, end_ms))
		return NEGOTIATED_NOTHING;
	return asks_for(answer, length, MTA_MACROS_AT_CONNECT) &&
		       asks_for(answer, length, MTA_MACROS_AT_MAIL)
		   ? NEGOTIATED_ALIGND
		   : NEGOTIATED_OTHER;
}

enum negotiated negotiate(const struct mta_endpoint *endpoint, int wait_ms)
{
	int fd = connect_first(endpoint, wait_ms);
	enum negotiated who = NEGOTIATED_NOTHING;

	if (fd < 0)
		return NEGOTIATED_UNHEARD;
	if (send(fd, offer, sizeof offer, MSG_NOSIGNAL) ==
	    (ssize_t)sizeof offer) {
		who = read_answer(fd, wait_ms);
		(void)send(fd, farewell, sizeof farewell, MSG_NOSIGNAL);
	}
	(void)close(fd);
	return who;
}
