/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listener.c - the socket that the desk is reached at
 * Tested by test_desk_server.
 */
#include "desk/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/app/metrics_settings.h"

#define BACKLOG 64
#define UNIX "unix:"
#define SOCKET_MODE 0660

static bool fail(const char *place, int failed, int fd, struct error *err)
{
	if (fd >= 0)
		(void)close(fd);
	return error_errno(err, ERROR_SYSTEM, failed,
			   "listen: cannot listen at \"%.100s\"", place);
}

/* --- a unix socket --- */

/* One that a desk left which was killed; not one at which somebody answers,
 * and nothing that is no socket. */
static bool make_room(const struct sockaddr_un *address, struct error *err)
{
	struct stat found;

	if (lstat(address->sun_path, &found) != 0)
		return true;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answers =
	    fd >= 0 && connect(fd, (const void *)address, sizeof *address) == 0;
	if (fd >= 0)
		(void)close(fd);
	if (answers || !S_ISSOCK(found.st_mode))
		return error_set(err, ERROR_CONFIG, "listen: %.100s %s",
				 address->sun_path,
				 answers ? "is served by another desk"
					 : "is there, and no socket");
	return unlink(address->sun_path) == 0 ||
	       error_errno(err, ERROR_SYSTEM, errno, "listen: %.100s",
			   address->sun_path);
}

static bool listen_unix(const char *path, int *listener, struct error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof address.sun_path)
		return error_set(err, ERROR_CONFIG,
				 "listen: the path is longer than %zu bytes",
				 sizeof address.sun_path - 1);
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (!make_room(&address, err))
		return false;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* Between bind and chmod it is open to nobody. */
	mode_t old = umask(0777);
	bool ok =
	    fd >= 0 && bind(fd, (const void *)&address, sizeof address) == 0;
	(void)umask(old);
	if (!ok || chmod(path, SOCKET_MODE) != 0 || listen(fd, BACKLOG) != 0)
		return fail(path, errno, fd, err);
	*listener = fd;
	return true;
}

/* --- a port of loopback --- */

static socklen_t fill_address(const struct metrics_endpoint *endpoint,
			      struct sockaddr_storage *storage)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)endpoint->port)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
				   .sin6_port =
				       htons((uint16_t)endpoint->port)};

	if (endpoint->address.family == NET_IPV4) {
		memcpy(&in.sin_addr, endpoint->address.bytes, 4);
		memcpy(storage, &in, sizeof in);
		return sizeof in;
	}
	memcpy(&in6.sin6_addr, endpoint->address.bytes, 16);
	memcpy(storage, &in6, sizeof in6);
	return sizeof in6;
}

static bool listen_tcp(const char *place, int *listener, struct error *err)
{
	struct sockaddr_storage storage = {.ss_family = AF_UNSPEC};
	struct metrics_endpoint endpoint;
	const int on = 1;

	if (!metrics_endpoint_parse(place, &endpoint, err))
		return false;
	socklen_t size = fill_address(&endpoint, &storage);
	int fd = socket(storage.ss_family,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(place, errno, fd, err);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (const void *)&storage, size) != 0 ||
	    listen(fd, BACKLOG) != 0)
		return fail(place, errno, fd, err);
	*listener = fd;
	return true;
}

bool desk_listen(const char *place, int *listener, struct error *err)
{
	return strncmp(place, UNIX, strlen(UNIX)) == 0
		   ? listen_unix(place + strlen(UNIX), listener, err)
		   : listen_tcp(place, listener, err);
}
