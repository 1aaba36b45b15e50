/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * connect.c - servers that are to be looked for elsewhere than the DNS says
 * Tested by test_posture_sts, test_alignctl_posture_live.
 */
#include "lib/posture/connect.h"

#include "lib/base/domain.h"

#define PORT_MAX 65535

/* Cuts "HOST:PORT" at its last colon. */
static bool cut_port(struct span text, struct span *host, long *port)
{
	size_t at = text.length;

	while (at > 0 && text.data[at - 1] != ':')
		at--;
	if (at == 0)
		return false;
	*host = span_make(text.data, at - 1);
	return text_number(span_from(text, at), 1, PORT_MAX, port);
}

static bool read_address(TALLOC_CTX *mem, struct span text,
			 struct net_address *address)
{
	bool is_bracketed =
	    text.length > 2 && span_starts(text, "[") && span_ends(text, "]");

	if (is_bracketed)
		text = span_make(text.data + 1, text.length - 2);
	return net_address_parse(mem_strndup(mem, text.data, text.length),
				 address) &&
	       (address->family == NET_IPV4 || is_bracketed);
}

static bool read_rule(TALLOC_CTX *mem, struct span text,
		      struct connect_rule *rule)
{
	struct span from;
	struct span to;
	struct span host;
	struct span address;

	if (!span_cut(text, '=', &from, &to) ||
	    !cut_port(from, &host, &rule->port) ||
	    !cut_port(to, &address, &rule->address_port))
		return false;
	rule->host = domain_normalize(mem, host);
	return rule->host != NULL && read_address(mem, address, &rule->address);
}

bool connect_read(TALLOC_CTX *mem, const struct text_list *texts,
		  struct connect_rules *rules, struct error *err)
{
	rules->items = mem_array(mem, struct connect_rule, texts->count);
	rules->count = 0;
	for (size_t i = 0; i < texts->count; i++) {
		struct span text = span_of(texts->items[i]);
		if (!read_rule(mem, text, &rules->items[i]))
			return error_set(
			    err, ERROR_USAGE,
			    "--connect: \"%s\" is not HOST:PORT=ADDRESS:PORT",
			    text_escape(mem, text, 80, true));
		rules->count++;
	}
	return true;
}

size_t connect_find_all(const struct connect_rules *rules, const char *host,
			long port, const struct connect_rule **found,
			size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < rules->count; i++) {
		const struct connect_rule *rule = &rules->items[i];
		if (rule->port != port || !domain_equals(rule->host, host))
			continue;
		if (count < most)
			found[count] = rule;
		count++;
	}
	return count;
}

const struct connect_rule *connect_find(const struct connect_rules *rules,
					const char *host, long port)
{
	const struct connect_rule *first = NULL;

	(void)connect_find_all(rules, host, port, &first, 1);
	return first;
}
