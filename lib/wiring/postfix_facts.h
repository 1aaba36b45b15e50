/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRING_POSTFIX_FACTS_H
#define WIRING_POSTFIX_FACTS_H

/*
 * postfix_facts - how a Postfix is set up, as its own postconf(1) tells it
 *
 * Read from what postconf prints, "NAME = VALUE" a line: of main.cf with the
 * defaults (-x), of the fields of master.cf (-F), and of its -o options
 * (-x -P), each with $names expanded. A service is a line of master.cf that
 * runs smtpd and can be reached: one that listens itself (inet), or one that
 * postscreen hands its clients to (pass). What its -o options say goes before
 * main.cf. Pure; texts belong to the context given.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/mem.h"

struct postfix_service {
	const char *name; /* "smtp", "127.0.0.1:2525"; of pass "smtpd" */
	const char *type; /* "inet", "pass" */
	const char *door; /* what listens: itself, or postscreen's service */
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

/* Takes the lines of one postconf; what is no such line is its warning. */
void postfix_facts_add(TALLOC_CTX *mem, const char *text,
		       struct postfix_facts *facts);

/* After the last text: finds the services. */
void postfix_facts_find_services(TALLOC_CTX *mem, struct postfix_facts *facts);

/* The parameter's value, "" for none; for a service with what overrides it. */
const char *postfix_fact(const struct postfix_facts *facts, const char *name);
const char *postfix_service_fact(const struct postfix_facts *facts,
				 const struct postfix_service *service,
				 const char *name);

/* What the service's own -o says, or NULL. */
const char *postfix_service_option(const struct postfix_facts *facts,
				   const struct postfix_service *service,
				   const char *name);

#endif
