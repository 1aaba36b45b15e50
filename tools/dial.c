/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dial.c - a connection within a bounded time
 * Tested by test_alignctl_doctor.
 */
#include "tools/dial.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static socklen_t address_of(const struct net_address *address, long port,
			    struct sockaddr_storage *storage)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
				  .sin6_port = htons((uint16_t)port)};

	if (address->family == NET_IPV4) {
		memcpy(&v4.sin_addr, address->bytes, sizeof v4.sin_addr);
		memcpy(storage, &v4, sizeof v4);
		return sizeof v4;
	}
	memcpy(&v6.sin6_addr, address->bytes, sizeof v6.sin6_addr);
	memcpy(storage, &v6, sizeof v6);
	return sizeof v6;
}

bool dial_wait(int fd, short events, int wait_ms)
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
		if (dial_wait(fd, POLLOUT, wait_ms))
			(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed,
					 &length);
	}
	if (failed == 0)
		return fd;
	(void)close(fd);
	errno = failed;
	return -1;
}

int dial_address(const struct net_address *address, long port, int wait_ms)
{
	struct sockaddr_storage storage;
	socklen_t size = address_of(address, port, &storage);

	return connect_to(&storage, size, wait_ms);
}

int dial_path(const char *path, int wait_ms)
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
