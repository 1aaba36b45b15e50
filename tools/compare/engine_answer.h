/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_COMPARE_ENGINE_ANSWER_H
#define TOOLS_COMPARE_ENGINE_ANSWER_H

/*
 * engine_answer - what a library's process and alignctl tell each other
 *
 * One JSON object each way. What comes back was written beside a library that
 * hostile input may have taken over: words outside the known ones, text that
 * is too long or no line, and more findings than there can be make it no
 * answer at all.
 */

#include "lib/auth/evidence.h"
#include "lib/base/json.h"
#include "lib/engines/engines.h"

/* About one signature, the SPF identity or the policy. */
struct engine_finding {
	const char *domain;   /* or NULL */
	const char *selector; /* or NULL */
	enum auth_result result;
	enum request asked; /* the policy enforced */
	const char *reason; /* or NULL */
};

struct engine_findings {
	size_t count;
	struct engine_finding *items;
};

char *engine_answer_write(TALLOC_CTX *mem,
			  const struct engine_findings *findings);

/* False when it is no answer. */
bool engine_answer_read(TALLOC_CTX *mem, const char *text,
			struct engine_findings *findings);

/* What libopendmarc is asked; written by us for us. */
char *engine_facts_write(TALLOC_CTX *mem,
			 const struct engine_dmarc_facts *facts);
bool engine_facts_read(TALLOC_CTX *mem, const char *text,
		       struct engine_dmarc_facts *facts);

#endif
