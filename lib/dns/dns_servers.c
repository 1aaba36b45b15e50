/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_servers.c - the resolvers to forward to, as text
 */
#include "lib/dns/dns_servers.h"

#include "lib/base/limits.h"
#include "lib/base/net.h"
#include "lib/dns/dns_file.h"

bool dns_servers_check(const char *value, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct net_address address;
	struct span host;
	struct span port;
	long number;
	bool has_port = span_cut(span_of(value), '@', &host, &port);
	bool is_server =
	    host.length > 0 &&
	    net_address_parse(mem_strndup(mem, host.data, host.length),
			      &address) &&
	    (!has_port || text_number(port, 1, 65535, &number));
	char *shown = text_escape(mem, span_of(value), 80, false);

	if (!is_server)
		(void)error_set(err, ERROR_CONFIG,
				"\"%s\" is no DNS server: want an address, "
				"with @PORT if not 53",
				shown);
	mem_free(mem);
	return is_server;
}

/* The address of a line "nameserver ADDRESS"; NULL for all else. */
static const char *parse_line(TALLOC_CTX *mem, struct span line)
{
	static const char keyword[] = "nameserver";
	const size_t length = sizeof keyword - 1;
	struct net_address address;
	size_t end = 0;

	line = span_trim(line);
	if (line.length <= length ||
	    !span_equals(span_make(line.data, length), keyword) ||
	    !ascii_is_blank(line.data[length]))
		return NULL;
	line = span_trim(span_make(line.data + length, line.length - length));
	while (end < line.length && !ascii_is_blank(line.data[end]))
		end++;
	const char *text = mem_strndup(mem, line.data, end);
	return net_address_parse(text, &address) ? text : NULL;
}

bool dns_servers_from_file(TALLOC_CTX *mem, const char *path,
			   struct text_list *servers, struct error *err)
{
	struct text_list found = {
	    .items = mem_array(mem, const char *, LIMIT_RESOLV_CONF_SERVERS)};
	struct span line;
	char *text;

	if (!dns_file_read(mem, path, LIMIT_RESOLV_CONF_BYTES, &text, err))
		return false;
	struct span rest = span_of(text);
	while (rest.length > 0 && found.count < LIMIT_RESOLV_CONF_SERVERS) {
		(void)span_cut(rest, '\n', &line, &rest);
		const char *server = parse_line(mem, line);
		if (server != NULL)
			found.items[found.count++] = server;
	}
	if (found.count == 0)
		return error_set(err, ERROR_DNS,
				 "%s: no nameserver; set dns.servers", path);
	*servers = found;
	return true;
}
