/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRING_POSTFIX_MILTERS_H
#define WIRING_POSTFIX_MILTERS_H

/*
 * postfix_milters - the list that smtpd_milters holds
 *
 * "inet:127.0.0.1:8893, { unix:/run/x.sock, default_action=accept }": entries
 * stand between commas or blanks; braces hold an entry with settings of its
 * own (postconf(5), milter-specific overrides), of which each may stand in
 * braces once more: { name = value }. Pure.
 */

#include <stddef.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

struct postfix_milter {
	const char *endpoint;
	const char
	    *settings; /* "default_action=accept ..." of its braces; "" */
};

struct postfix_milters {
	size_t count;
	struct postfix_milter *items;
	/* Entries that Postfix cannot read, and that are no items: a brace
	 * without its other, text behind one, braces without an endpoint. */
	bool is_broken;
};

/* What the braces set ("default_action", "content_timeout", "protocol"), below
 * `mem`, or NULL: the parameter milter_NAME holds. Where it is set twice, the
 * last one counts. */
const char *postfix_milter_setting(TALLOC_CTX *mem,
				   const struct postfix_milter *milter,
				   const char *name);

struct postfix_milters postfix_milters_read(TALLOC_CTX *mem, const char *text);

#endif
