/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_WHO_H
#define DESK_WHO_H

/*
 * who - who asks, by what stands at the other end and in the request's header
 *
 * The desk has no accounts. On a unix socket the kernel says which user is at
 * the other end: the web server's may name somebody in one header, all others
 * come under their own name. On TCP a token stands for everybody. Whatever is
 * odd about a header is refused, never interpreted. Pure, but for the look-ups
 * of desk_gate_new().
 */

#include <sys/types.h>

#include "desk/settings.h"
#include "lib/desk/desk.h"

/* The header of a request, as it came. */
struct desk_field {
	const char *name;
	const char *value;
};

struct desk_arrival {
	bool is_tcp;
	uid_t peer; /* of a unix socket */
	size_t count;
	const struct desk_field *fields;
};

struct desk_gate;

/* The lists, with the users of the host that are in them. `token`: of TCP. */
bool desk_gate_new(TALLOC_CTX *mem, const struct desk_settings *settings,
		   const char *token, struct desk_gate **gate,
		   struct error *err) __attribute__((warn_unused_result));

/* What the answer is where somebody may not go on. */
struct desk_refusal {
	unsigned status;   /* of HTTP; 0: none */
	const char *words; /* for the page and the log */
};

/* Is it a request that a browser of ours sends, for a name of ours? */
struct desk_refusal desk_gate_check(const struct desk_gate *gate,
				    const struct desk_arrival *arrival);

/* Who it is; whoever is in no list is nobody. Texts are below `mem`. */
struct desk_refusal desk_gate_who(TALLOC_CTX *mem, const struct desk_gate *gate,
				  const struct desk_arrival *arrival,
				  struct desk_who *who);

#endif
