/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_STS_POLICY_H
#define POSTURE_STS_POLICY_H

/*
 * sts_policy - the policy file of MTA-STS (RFC 8461 3.2, 4.1)
 *
 * Lines of "key: value", ended by LF or CRLF. Unknown keys are allowed; of a
 * key that stands twice the first counts, but for mx. Pure functions; all texts
 * belong to the context that was read into.
 */

#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

enum sts_mode {
	STS_MODE_NONE,
	STS_MODE_TESTING,
	STS_MODE_ENFORCE,
};

struct sts_policy {
	enum sts_mode mode;
	int64_t max_age_s;
	struct text_list mx; /* inner form, some with "*." before it */
	const char *doubled; /* a key that stands twice, or NULL */
};

/* NULL when the policy is valid; else why it is not, one clean line that names
 * the place. Nothing of *policy counts then. */
const char *sts_policy_read(TALLOC_CTX *mem, struct span text,
			    struct sts_policy *policy);

/* Does a pattern stand for the host, in inner form? "*" is one label. */
bool sts_pattern_matches(const char *pattern, const char *host);

/* The first of the policy's that does; NULL: none. */
const char *sts_policy_pattern(const struct sts_policy *policy,
			       const char *host);
bool sts_policy_allows(const struct sts_policy *policy, const char *host);

/* Do they ask the same of a sender, in whatever order? */
bool sts_policy_is_same(const struct sts_policy *a,
			const struct sts_policy *b);

/* The policy as it would be published, a line each: all that sts_policy_read()
 * knows of it, its hosts in the order of the alphabet and once. */
const char *sts_policy_text(TALLOC_CTX *mem, const struct sts_policy *policy);

/* "none" "testing" "enforce" */
const char *sts_mode_text(enum sts_mode mode);

#endif
