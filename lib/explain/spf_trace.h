/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_SPF_TRACE_H
#define EXPLAIN_SPF_TRACE_H

/*
 * spf_trace - which term of which record decided SPF (RFC 7208 4.6, 5)
 *
 * The evaluation itself (lib/auth/spf.h) says what came out, not where. This
 * walks the recorded answers once more, in the same order and without asking
 * anything, and is believed only where it comes to the same result. Terms
 * whose answers are not among the recorded ones end it.
 */

#include "lib/auth/evidence.h"
#include "lib/auth/spf_macro.h"
#include "lib/explain/recorded_dns.h"

#define SPF_TRACE_LEVELS 12 /* RFC 7208 4.6.4: ten terms that lead on */

/* One record on the way to the term that decided. */
struct spf_level {
	const char *domain;
	const char *record; /* its text, escaped */
	const char *term;   /* "include:a.example"; of the last level the one
			       that decided; NULL: none matched */
	bool is_network;    /* ip4, ip6, a, mx: it holds the client */
	bool is_redirect;
};

struct spf_trace {
	bool is_known; /* do the levels lead to `result`? */
	enum auth_result result;
	size_t count; /* the first one always, where there is a record */
	struct spf_level levels[SPF_TRACE_LEVELS];
};

/* From the record of values->sender_domain on; client_name of the values is
 * not called. Texts belong to `mem`. */
struct spf_trace spf_trace(TALLOC_CTX *mem, const struct recorded_dns *dns,
			   const struct spf_values *values);

#endif
