/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * endpoint.c - mode and owner of the socket the MTA connects to
 * Tested by test_wire_life.
 */
#include "milter/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/account.h"
#include "lib/base/net.h"
#include "lib/base/text.h"
#include "milter/log.h"

#define FILES_UMASK 0027
#define MODE_ALL 0777
#define DESCRIPTORS_LOOKED_AT 256

/* "unix:/path", "local:/path"; all else is an address. */
static const char *socket_path(const char *listen)
{
	static const char *const prefixes[] = {"unix:", "local:"};

	for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
		if (span_starts_nocase(span_of(listen), prefixes[i]))
			return listen + strlen(prefixes[i]);
	}
	return NULL;
}

static bool read_mode(const char *text, mode_t *mode, struct error *err)
{
	mode_t value = 0;
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '7')
			length = 0;
		value = value * 8 + (mode_t)(text[i] - '0');
	}
	if (length == 0 || length > 4 || value > MODE_ALL)
		return error_set(err, ERROR_CONFIG,
				 "socket_mode: \"%s\" is not an octal mode "
				 "such as 0660",
				 text);
	*mode = value;
	return true;
}

static bool find_group(const char *name, gid_t *group, struct error *err)
{
	if (name[0] == '\0') {
		*group = (gid_t)-1;
		return true;
	}
	return account_find_group(name, group, err) ||
	       error_wrap(err, "socket_group");
}

bool endpoint_read(const struct daemon_settings *settings,
		   struct endpoint *endpoint, struct error *err)
{
	struct endpoint read = {.path = socket_path(settings->listen)};

	if (!read_mode(settings->socket_mode, &read.mode, err) ||
	    !find_group(settings->socket_group, &read.group, err))
		return false;
	*endpoint = read;
	return true;
}

static bool check_folder(const char *path, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *folder =
	    mem_strndup(mem, path, (size_t)(strrchr(path, '/') - path) + 1);
	bool is_fine =
	    faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0 ||
	    error_errno(err, ERROR_SYSTEM, errno,
			"the socket %s needs a folder that uid %ld, the "
			"daemon's user, may write to; or set listen = "
			"\"unix:/PATH\" or \"inet:PORT@127.0.0.1\"",
			path, (long)geteuid());

	mem_free(mem);
	return is_fine;
}

bool endpoint_is_free(const struct endpoint *endpoint, struct error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (endpoint->path == NULL ||
	    strlen(endpoint->path) >= sizeof address.sun_path)
		return true;
	if (!check_folder(endpoint->path, err))
		return false;
	memcpy(address.sun_path, endpoint->path, strlen(endpoint->path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return error_errno(err, ERROR_SYSTEM, errno,
				   "cannot make a socket");
	/* EAGAIN: it listens, and its backlog is full. */
	bool is_used = connect(fd, (const struct sockaddr *)&address,
			       sizeof address) == 0 ||
		       errno == EAGAIN;
	(void)close(fd);
	return !is_used ||
	       error_set(err, ERROR_SYSTEM,
			 "another program listens at %s already (another "
			 "alignd?); stop it, or change listen",
			 endpoint->path);
}

bool endpoint_prepare(const struct endpoint *endpoint,
		      const struct identity *identity, struct error *err)
{
	(void)umask(~endpoint->mode & MODE_ALL);
	return endpoint->path == NULL ||
	       privileges_lower(identity, endpoint->group, err);
}

/*
 * libmilter sends each header change and the verdict in writes of their own.
 * On a TCP connection the second waits for the first one's acknowledgment,
 * which the MTA's kernel delays: 40 ms a message. libmilter gives out no
 * descriptor; the listening socket is found among the first ones, and what it
 * accepts inherits the option (Linux).
 */
static void send_at_once(void)
{
	const int on = 1;

	for (int fd = 0; fd < DESCRIPTORS_LOOKED_AT; fd++) {
		int is_listening = 0;
		socklen_t size = sizeof is_listening;
		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening,
			       &size) == 0 &&
		    is_listening != 0)
			(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on,
					 sizeof on);
	}
}

/* A folder with the setgid bit gives its group to what is made in it; only a
 * member of the group could, and not where the unit bars chown(2). */
static bool give_group(const char *path, gid_t group, struct error *err)
{
	struct stat made;

	if (group == (gid_t)-1 ||
	    (lstat(path, &made) == 0 && made.st_gid == group) ||
	    fchownat(AT_FDCWD, path, (uid_t)-1, group, AT_SYMLINK_NOFOLLOW) ==
		0)
		return true;
	return error_errno(err, ERROR_SYSTEM, errno,
			   "cannot give %s to its group, nor does its folder "
			   "(chgrp and chmod g+s)",
			   path);
}

bool endpoint_finish(const struct endpoint *endpoint,
		     const struct identity *identity, struct error *err)
{
	const char *path = endpoint->path;

	(void)umask(FILES_UMASK);
	if (path == NULL) {
		send_at_once();
		return true;
	}
	return give_group(path, endpoint->group, err) &&
	       privileges_raise(identity, err);
}

/* inet:PORT@HOST; a name may stand for any address. */
static bool is_loopback(const char *listen)
{
	const char *host = strchr(listen, '@');
	struct net_address address;

	return host != NULL && (strcmp(host + 1, "localhost") == 0 ||
				(net_address_parse(host + 1, &address) &&
				 net_address_is_loopback(&address)));
}

void endpoint_tell(const struct daemon_settings *settings)
{
	const char *listen = settings->listen;
	bool is_local = is_loopback(listen);

	if (socket_path(listen) != NULL)
		return;
	log_write(LOG_LEVEL_WARNING,
		  "%s is open to %s: it can have messages judged and recorded "
		  "as if a mail server had sent them, and take up connections; "
		  "a unix socket with socket_group is open to the mail server "
		  "alone",
		  listen,
		  is_local ? "every user of this machine"
			   : "whoever reaches the address");
}

void endpoint_remove(const struct endpoint *endpoint)
{
	if (endpoint->path != NULL)
		(void)unlink(endpoint->path);
}
