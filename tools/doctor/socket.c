/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket.c - does alignd listen, and may the mail server connect?
 */
#include "tools/doctor/doctor.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tools/access.h"
#include "lib/wiring/mta_endpoint.h"

#define CHECK_NAME "listen"
#define MTA_USER "postfix"

static int connect_path(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof address.sun_path)
		return fd;
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	int failed = errno;
	(void)close(fd);
	errno = failed;
	return -1;
}

static int connect_first(const struct addrinfo *address)
{
	int fd = -1;

	for (; fd < 0 && address != NULL; address = address->ai_next) {
		fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd < 0 ||
		    connect(fd, address->ai_addr, address->ai_addrlen) == 0)
			continue;
		int failed = errno;
		(void)close(fd);
		errno = failed;
		fd = -1;
	}
	return fd;
}

static int connect_host(TALLOC_CTX *mem, const struct mta_endpoint *endpoint)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;

	errno = EADDRNOTAVAIL;
	if (getaddrinfo(endpoint->host, mem_printf(mem, "%ld", endpoint->port),
			&hints, &found) != 0)
		return -1;
	int fd = connect_first(found);
	int failed = errno;
	freeaddrinfo(found);
	errno = failed;
	return fd;
}

static void report_silence(struct doctor *doctor, int failed)
{
	struct error err;

	(void)error_errno(&err, ERROR_SYSTEM, failed, "%s",
			  doctor->config->daemon.listen);
	if (failed == EACCES || failed == EPERM)
		finding_note(doctor->findings, CHECK_NAME,
			     "not looked at: you may not connect to %s; run "
			     "this as root",
			     doctor->config->daemon.listen);
	else
		finding_problem(doctor->findings, ERROR_CONFIG, CHECK_NAME,
				"systemctl start alignd; \"journalctl -u "
				"alignd\" tells why it ended",
				"alignd does not answer: %s", err.words);
}

/* Sendmail runs as root and may connect anyway. */
static void check_permission(struct doctor *doctor, const char *path)
{
	const char *culprit = "";

	if (tool_access(doctor->mem, MTA_USER, path, &culprit) !=
	    TOOL_ACCESS_NO)
		return;
	finding_problem(
	    doctor->findings, ERROR_CONFIG, CHECK_NAME,
	    "in alignd.conf socket_group = \"" MTA_USER "\" and socket_mode = "
	    "\"0660\", and let that group enter the folder; then restart "
	    "alignd",
	    "Postfix (user " MTA_USER ") may not use %s, so it cannot reach "
	    "alignd",
	    culprit);
}

void doctor_check_socket(struct doctor *doctor)
{
	struct mta_endpoint endpoint;

	doctor->findings->where = doctor->config->daemon.listen;
	if (!mta_endpoint_from_listen(doctor->mem,
				      span_of(doctor->config->daemon.listen),
				      doctor_lookup, &endpoint))
		return;
	int fd = endpoint.path != NULL ? connect_path(endpoint.path)
				       : connect_host(doctor->mem, &endpoint);
	if (fd < 0) {
		report_silence(doctor, errno);
	} else {
		(void)close(fd);
		finding_ok(doctor->findings, CHECK_NAME, "alignd answers on %s",
			   doctor->config->daemon.listen);
	}
	if (endpoint.path != NULL)
		check_permission(doctor, endpoint.path);
}
