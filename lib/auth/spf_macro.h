/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_MACRO_H
#define AUTH_SPF_MACRO_H

/*
 * spf_macro - what a domain-spec stands for (RFC 7208 7)
 *
 * Done here, not in libspf2: that drops the first byte of a value when a macro
 * asks for as many parts as there are or more ("%{d3}" of "a.b.c"), and does
 * not know the delimiters "," and "/". Only a plain "%{p}" is left to it,
 * since its value costs a lookup that may never be wanted.
 */

#include "lib/auth/spf_domain_spec.h"
#include "lib/base/mem.h"
#include "lib/base/net.h"

struct spf_values {
	const struct net_address *client;
	const char *local_part;
	const char *sender_domain;
	const char *domain; /* under evaluation */
	const char *helo;
	/* The client's validated name or "unknown", for "%{p2}" and its like.
	 */
	const char *(*client_name)(void *context, const char *domain);
	void *context;
};

/* Can the values be put into a name? Not when the domain-spec has a local-part
 * macro and the local-part is not visible ASCII (RFC 8616 4). */
bool spf_macro_can_match(struct span spec, const struct spf_values *values);

/*
 * The name, cut from the left to 253 bytes (7.3), in a form that libspf2 takes
 * as literal text: "%" is "%%", a blank "%_"; a plain "%{p}" stays as it is
 * when the rest fits. NULL when that form is longer than LIMIT_SPF_TERM_BYTES:
 * a name of nearly nothing but "%".
 */
char *spf_macro_expand(TALLOC_CTX *mem, struct span spec,
		       const struct spf_values *values);

/* The name with labels cut off the left until it has 253 bytes, pointing into
 * `name`; "" when nothing is left. */
const char *spf_macro_cut_name(const char *name);

#endif
