/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mta_endpoint.c - one socket, in the two spellings that mail servers use
 */
#include "tools/doctor/mta_endpoint.h"

#include <string.h>

#include "lib/base/net.h"

#define PORT_MAX 65535

static const char *text_of(TALLOC_CTX *mem, struct span s)
{
	return mem_strndup(mem, s.data, s.length);
}

/* "unix:/path" and "local:/path"; false for all else. */
static bool read_unix(TALLOC_CTX *mem, struct span scheme, struct span rest,
		      struct mta_endpoint *endpoint)
{
	if (!span_equals_nocase(scheme, "unix") &&
	    !span_equals_nocase(scheme, "local"))
		return false;
	*endpoint = (struct mta_endpoint){.path = text_of(mem, rest)};
	return rest.length > 0;
}

static bool is_inet(struct span scheme)
{
	return span_equals_nocase(scheme, "inet") ||
	       span_equals_nocase(scheme, "inet6");
}

static struct span without_brackets(struct span host)
{
	if (host.length > 2 && host.data[0] == '[' &&
	    host.data[host.length - 1] == ']')
		return span_make(host.data + 1, host.length - 2);
	return host;
}

static bool read_inet(TALLOC_CTX *mem, struct span host, struct span port,
		      struct mta_endpoint *endpoint)
{
	long number;

	if (!text_number(port, 1, PORT_MAX, &number) || host.length == 0)
		return false;
	*endpoint = (struct mta_endpoint){
	    .host = text_of(mem, without_brackets(host)),
	    .port = number,
	};
	return true;
}

bool mta_endpoint_from_listen(TALLOC_CTX *mem, struct span text,
			      struct mta_endpoint *endpoint)
{
	struct span scheme;
	struct span rest;
	struct span port;
	struct span host;

	if (!span_cut(text, ':', &scheme, &rest))
		return false;
	if (read_unix(mem, scheme, rest, endpoint))
		return true;
	return is_inet(scheme) && span_cut(rest, '@', &port, &host) &&
	       read_inet(mem, host, port, endpoint);
}

/* "inet:[::1]:8893": the port stands behind the last colon. */
bool mta_endpoint_from_postfix(TALLOC_CTX *mem, struct span text,
			       struct mta_endpoint *endpoint)
{
	struct span scheme;
	struct span rest;

	if (!span_cut(text, ':', &scheme, &rest))
		return false;
	if (read_unix(mem, scheme, rest, endpoint))
		return true;
	size_t colon = rest.length;
	while (colon > 0 && rest.data[colon - 1] != ':')
		colon--;
	if (!is_inet(scheme) || colon == 0)
		return false;
	return read_inet(mem, span_make(rest.data, colon - 1),
			 span_make(rest.data + colon, rest.length - colon),
			 endpoint);
}

/* --- comparing --- */

static bool is_loopback(const char *host)
{
	struct net_address address;

	if (net_address_parse(host, &address))
		return net_address_is_loopback(&address);
	return text_equals_nocase(host, "localhost");
}

static bool is_any(const char *host)
{
	return strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
}

/* Names are not looked up: two spellings of one foreign host count as two. */
static bool is_same_host(const char *written, const char *daemon)
{
	return is_any(daemon) || text_equals_nocase(written, daemon) ||
	       (is_loopback(written) && is_loopback(daemon));
}

bool mta_endpoint_reaches(TALLOC_CTX *mem, const struct mta_endpoint *written,
			  const struct mta_endpoint *daemon, const char *folder,
			  bool is_chroot)
{
	if ((written->path == NULL) != (daemon->path == NULL))
		return false;
	if (written->path == NULL)
		return written->port == daemon->port &&
		       is_same_host(written->host, daemon->host);
	if (written->path[0] == '/' && !is_chroot)
		return strcmp(written->path, daemon->path) == 0;
	const char *path = written->path;
	while (*path == '/')
		path++;
	return strcmp(mem_printf(mem, "%s/%s", folder, path), daemon->path) ==
	       0;
}
