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
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/app/mta_macros.h"
#include "lib/base/clock.h"

#define HEAD_BYTES 17 /* the length, 'O', three words */
#define ANSWER_MAX 4096

/* Version 6, every action, every step. */
static const uint8_t offer[] = {0, 0, 0, 13,   'O', 0,	  0,	0,   6,
				0, 0, 1, 0xff, 0,   0x1f, 0xff, 0xff};
static const uint8_t farewell[] = {0, 0, 0, 1, 'Q'};

/* --- the connection --- */

static socklen_t address_of(const struct mta_endpoint *endpoint,
			    const struct net_address *address,
			    struct sockaddr_storage *storage)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)endpoint->port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
				  .sin6_port = htons((uint16_t)endpoint->port)};

	if (address->family == NET_IPV4) {
		memcpy(&v4.sin_addr, address->bytes, sizeof v4.sin_addr);
		memcpy(storage, &v4, sizeof v4);
		return sizeof v4;
	}
	memcpy(&v6.sin6_addr, address->bytes, sizeof v6.sin6_addr);
	memcpy(storage, &v6, sizeof v6);
	return sizeof v6;
}

static bool wait_for(int fd, short events, int wait_ms)
{
	struct pollfd wait = {.fd = fd, .events = events};

	return poll(&wait, 1, wait_ms) == 1;
}

/* -1 and errno where nobody takes it in time. */
static int connect_to(const struct sockaddr_storage *storage, socklen_t size,
		      int wait_ms)
{
	int fd = socket(storage->ss_family,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int failed = 0;
	socklen_t length = sizeof failed;

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)storage, size) == 0)
		return fd;
	failed = errno;
	if (failed == EINPROGRESS) {
		failed = ETIMEDOUT;
		if (wait_for(fd, POLLOUT, wait_ms))
			(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed,
					 &length);
	}
	if (failed == 0)
		return fd;
	(void)close(fd);
	errno = failed;
	return -1;
}

static int connect_path(const char *path, int wait_ms)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct sockaddr_storage storage;

	errno = ENAMETOOLONG;
	if (strlen(path) >= sizeof address.sun_path)
		return -1;
	memcpy(address.sun_path, path, strlen(path) + 1);
	memcpy(&storage, &address, sizeof address);
	return connect_to(&storage, sizeof address, wait_ms);
}

static int connect_first(const struct mta_endpoint *endpoint, int wait_ms)
{
	struct sockaddr_storage storage;
	int fd = -1;

	if (endpoint->path != NULL)
		return connect_path(endpoint->path, wait_ms);
	errno = EADDRNOTAVAIL;
	for (size_t i = 0; fd < 0 && i < endpoint->addresses.count; i++) {
		socklen_t size = address_of(
		    endpoint, &endpoint->addresses.items[i].address, &storage);
		fd = connect_to(&storage, size, wait_ms);
	}
	return fd;
}

/* --- the answer --- */

/* Reads until `wanted` bytes are there; false where time or the stream ends. */
static bool read_bytes(int fd, uint8_t *bytes, size_t wanted, int64_t end_ms)
{
	for (size_t got = 0; got < wanted;) {
		int64_t left_ms = end_ms - clock_monotonic_ms(clock_system());
		if (left_ms <= 0 || !wait_for(fd, POLLIN, (int)left_ms))
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
