/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_DOCTOR_POSTFIX_FACTS_H
#define TOOLS_DOCTOR_POSTFIX_FACTS_H

/*
 * postfix_facts - how a Postfix is set up, as its own postconf(1) tells it
 *
 * Parameters come with $names expanded. A service is a line of master.cf that
 * listens on the network and runs smtpd; what its -o options say goes before
 * main.cf.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"

struct postfix_service {
	const char *name; /* "smtp", "127.0.0.1:2525" */
	bool is_chroot;
};

struct postfix_fact {
	const char *name; /* "smtpd_milters", "smtp/inet/smtpd_milters" */
	const char *value;
};

struct postfix_facts {
	size_t count;
	struct postfix_fact *items;
	size_t service_count;
	struct postfix_service *services;
};

/* `folder` is that of main.cf; NULL: the one compiled into postconf. */
bool postfix_facts_read(TALLOC_CTX *mem, const char *folder,
			struct postfix_facts *facts, struct error *err)
    __attribute__((warn_unused_result));

/* The parameter's value, "" for none; for a service with what overrides it. */
const char *postfix_fact(const struct postfix_facts *facts, const char *name);
const char *postfix_service_fact(const struct postfix_facts *facts,
				 const struct postfix_service *service,
				 const char *name);

#endif
