/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mta_endpoint.c - one socket, in the two spellings that mail servers use
 * Tested by test_alignctl_doctor, test_doctor.
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

/* Those of the family, where it is one. */
static struct net_list keep_family(struct net_list found,
				   enum net_family family)
{
	size_t kept = 0;

	for (size_t i = 0; i < found.count; i++) {
		if (family == NET_NONE ||
		    found.items[i].address.family == family)
			found.items[kept++] = found.items[i];
	}
	found.count = kept;
	return found;
}

static struct net_list find_addresses(TALLOC_CTX *mem, const char *host,
				      mta_lookup lookup)
{
	struct net_list list = {.count = 1};
	struct net_address address;

	if (!net_address_parse(host, &address))
		return lookup(mem, host);
	list.items = mem_new(mem, struct net_block);
	list.items[0] = (struct net_block){.address = address};
	return list;
}

static bool read_inet(TALLOC_CTX *mem, struct span host, struct span port,
		      mta_lookup lookup, enum net_family family,
		      struct mta_endpoint *endpoint)
{
	long number;

	if (!text_number(port, 1, PORT_MAX, &number) || host.length == 0)
		return false;
	const char *name = text_of(mem, without_brackets(host));
	*endpoint = (struct mta_endpoint){
	    .host = name,
	    .addresses = keep_family(find_addresses(mem, name, lookup), family),
	    .port = number,
	};
	return true;
}

bool mta_endpoint_from_listen(TALLOC_CTX *mem, struct span text,
			      mta_lookup lookup, struct mta_endpoint *endpoint)
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
	       read_inet(mem, host, port, lookup, is_v6 ? NET_IPV6 : NET_IPV4,
			 endpoint);
}

/* "inet:[::1]:8893": the port stands behind the last colon. */
bool mta_endpoint_from_postfix(TALLOC_CTX *mem, struct span text,
			       mta_lookup lookup, enum net_family family,
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
	/* it knows no inet6: */
	if (!span_equals_nocase(scheme, "inet") || colon == 0)
		return false;
	return read_inet(mem, span_make(rest.data, colon - 1),
			 span_make(rest.data + colon, rest.length - colon),
			 lookup, family, endpoint);
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

static bool is_any(const struct net_address *address)
{
	static const uint8_t zeros[sizeof address->bytes];

	return memcmp(address->bytes, zeros, sizeof zeros) == 0;
}

/* One who listens at "::" hears IPv4 as well, where the kernel was not told
 * otherwise. */
static bool is_heard(const struct net_address *called,
		     const struct net_address *heard)
{
	if (is_any(heard))
		return heard->family == NET_IPV6 || called->family == NET_IPV4;
	return net_address_equals(called, heard);
}

static bool is_all_loopback(const struct net_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (!net_address_is_loopback(&list->items[i].address))
			return false;
	}
	return list->count > 0;
}

static enum mta_reach reach_inet(const struct mta_endpoint *written,
				 const struct mta_endpoint *daemon)
{
	const struct net_list *called = &written->addresses;
	const struct net_list *heard = &daemon->addresses;

	if (written->port != daemon->port)
		return MTA_REACHES_OTHER;
	for (size_t i = 0; i < called->count; i++) {
		for (size_t j = 0; j < heard->count; j++) {
			if (is_heard(&called->items[i].address,
				     &heard->items[j].address))
				return MTA_REACHES;
		}
	}
	return is_all_loopback(called) && is_all_loopback(heard)
		   ? MTA_REACHES_OTHER_LOOPBACK
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
	return daemon->path == NULL && !is_all_loopback(&daemon->addresses);
}
