/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_settings.c - the settings of section metrics
 *
 * An address and no host name: a look-up at the start could bring another
 * address than the one that was meant.
 */
#include "lib/app/metrics_settings.h"

#define SHOWN_MAX 60

static bool refuse_place(struct error *err, const char *value)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)error_set(err, ERROR_CONFIG,
			"\"%s\" is no place to listen at (allowed: empty, "
			"inet:PORT@IPV4-ADDRESS, inet6:PORT@IPV6-ADDRESS)",
			text_escape(mem, span_of(value), SHOWN_MAX, true));
	mem_free(mem);
	return false;
}

static bool read_address(struct span scheme, struct span host,
			 struct net_address *address)
{
	TALLOC_CTX *mem = mem_context(NULL);
	enum net_family wanted = NET_NONE;

	if (span_equals(scheme, "inet"))
		wanted = NET_IPV4;
	else if (span_equals(scheme, "inet6"))
		wanted = NET_IPV6;
	bool is_good = wanted != NET_NONE &&
		       net_address_parse(
			   mem_strndup(mem, host.data, host.length), address) &&
		       address->family == wanted;
	mem_free(mem);
	return is_good;
}

bool metrics_endpoint_parse(const char *value,
			    struct metrics_endpoint *endpoint,
			    struct error *err)
{
	struct metrics_endpoint read;
	struct span scheme;
	struct span rest;
	struct span port;
	struct span host;

	if (!span_cut(span_of(value), ':', &scheme, &rest) ||
	    !span_cut(rest, '@', &port, &host) ||
	    !text_number(port, 1, 65535, &read.port) ||
	    !read_address(scheme, host, &read.address))
		return refuse_place(err, value);
	*endpoint = read;
	return true;
}

static bool check_listen(const char *value, struct error *err)
{
	struct metrics_endpoint endpoint;

	return *value == '\0' || metrics_endpoint_parse(value, &endpoint, err);
}

const struct setting metrics_setting_rows[] = {
    {.name = "listen",
     .type = SETTING_TEXT,
     .offset = offsetof(struct metrics_settings, listen),
     .initial = "",
     .check = check_listen,
     .is_reloadable = false,
     .summary = "Where Prometheus finds the figures over HTTP: "
		"inet:PORT@ADDRESS, such as inet:9893@127.0.0.1, or "
		"inet6:PORT@ADDRESS. Whoever reaches it can read them. Empty "
		"for nowhere."},
    {.name = NULL},
};
