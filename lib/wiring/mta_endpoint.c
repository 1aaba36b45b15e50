/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mta_endpoint.c - one socket, in the two spellings that mail servers use
 * Tested by test_alignctl_doctor.
 */
#include "lib/wiring/mta_endpoint.h"

#include <string.h>

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

static struct span without_brackets(struct span host)
{
	if (host.length > 2 && host.data[0] == '[' &&
	    host.data[host.length - 1] == ']')
		return span_make(host.data + 1, host.length - 2);
	return host;
}

/* `scheme` decides where a name stands. */
static bool read_inet(TALLOC_CTX *mem, enum net_family family, struct span host,
		      struct span port, struct mta_endpoint *endpoint)
{
	struct net_address address;
	long number;

	if (!text_number(port, 1, PORT_MAX, &number) || host.length == 0)
		return false;
	const char *name = text_of(mem, without_brackets(host));
	if (net_address_parse(name, &address))
		family = address.family;
	*endpoint = (struct mta_endpoint){
	    .host = name,
	    .port = number,
	    .family = family,
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
	bool is_v6 = span_equals_nocase(scheme, "inet6");
	return (is_v6 || span_equals_nocase(scheme, "inet")) &&
	       span_cut(rest, '@', &port, &host) &&
	       read_inet(mem, is_v6 ? NET_IPV6 : NET_IPV4, host, port,
			 endpoint);
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
	if (!span_equals_nocase(scheme, "inet") || colon == 0)
		return false;
	return read_inet(mem, NET_NONE, span_make(rest.data, colon - 1),
			 span_make(rest.data + colon, rest.length - colon),
			 endpoint);
}

const char *mta_endpoint_as_postfix(TALLOC_CTX *mem,
				    const struct mta_endpoint *endpoint)
{
	if (endpoint->path != NULL)
		return mem_printf(mem, "unix:%s", endpoint->path);
	if (strchr(endpoint->host, ':') != NULL)
		return mem_printf(mem, "inet:[%s]:%ld", endpoint->host,
				  endpoint->port);
	return mem_printf(mem, "inet:%s:%ld", endpoint->host, endpoint->port);
}

/* --- comparing --- */

static bool is_any(const char *host)
{
	return strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
}

static bool is_loopback(const struct mta_endpoint *endpoint)
{
	struct net_address address;

	if (net_address_parse(endpoint->host, &address))
		return net_address_is_loopback(&address);
	return text_equals_nocase(endpoint->host, "localhost");
}

static bool has_family(const struct mta_endpoint *endpoint,
		       enum net_family family)
{
	return endpoint->family == NET_NONE || endpoint->family == family;
}

/* localhost is 127.0.0.1 or ::1, and no other loopback address. */
static bool is_localhost(const struct mta_endpoint *endpoint)
{
	return text_equals_nocase(endpoint->host, "localhost") ||
	       strcmp(endpoint->host, "127.0.0.1") == 0 ||
	       strcmp(endpoint->host, "::1") == 0;
}

/* "::" takes IPv4 as well, where the kernel was not told otherwise. */
static bool is_heard_by_any(const struct mta_endpoint *written,
			    const struct mta_endpoint *daemon)
{
	return is_any(daemon->host) &&
	       (daemon->family == NET_IPV6 || has_family(written, NET_IPV4));
}

static enum mta_reach reach_inet(const struct mta_endpoint *written,
				 const struct mta_endpoint *daemon)
{
	if (written->port != daemon->port)
		return MTA_REACHES_OTHER;
	if (is_heard_by_any(written, daemon))
		return MTA_REACHES;
	if (!has_family(written, daemon->family))
		return is_loopback(written) &&
			       (is_loopback(daemon) || is_any(daemon->host))
			   ? MTA_REACHES_OTHER_FAMILY
			   : MTA_REACHES_OTHER;
	return text_equals_nocase(written->host, daemon->host) ||
		       (is_localhost(written) && is_localhost(daemon))
		   ? MTA_REACHES
		   : MTA_REACHES_OTHER;
}

enum mta_reach mta_endpoint_reach(TALLOC_CTX *mem,
				  const struct mta_endpoint *written,
				  const struct mta_endpoint *daemon,
				  const char *folder, bool is_chroot)
{
	if ((written->path == NULL) != (daemon->path == NULL))
		return MTA_REACHES_OTHER;
	if (written->path == NULL)
		return reach_inet(written, daemon);
	const char *path = written->path;
	bool is_same = strcmp(path, daemon->path) == 0;
	if (path[0] == '/' && !is_chroot)
		return is_same ? MTA_REACHES : MTA_REACHES_OTHER;
	while (*path == '/')
		path++;
	if (strcmp(mem_printf(mem, "%s/%s", folder, path), daemon->path) == 0)
		return MTA_REACHES;
	return is_same ? MTA_REACHES_IN_CHROOT : MTA_REACHES_OTHER;
}

bool mta_endpoint_is_open(const struct mta_endpoint *daemon)
{
	return daemon->path == NULL && !is_loopback(daemon);
}
