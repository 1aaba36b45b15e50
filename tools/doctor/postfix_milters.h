/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_DOCTOR_POSTFIX_MILTERS_H
#define TOOLS_DOCTOR_POSTFIX_MILTERS_H

/*
 * postfix_milters - the list that smtpd_milters holds
 *
 * "inet:127.0.0.1:8893, { unix:/run/x.sock, default_action=accept }": entries
 * stand between commas or blanks; braces hold an entry with settings of its
 * own (postconf(5), milter-specific overrides). Pure.
 */

#include <stddef.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

struct postfix_milter {
	const char *endpoint;
	const char *default_action; /* NULL: milter_default_action */
};

struct postfix_milters {
	size_t count;
	struct postfix_milter *items;
};

struct postfix_milters postfix_milters_read(TALLOC_CTX *mem, const char *text);

#endif
