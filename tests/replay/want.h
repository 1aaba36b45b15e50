/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_REPLAY_WANT_H
#define TESTS_REPLAY_WANT_H

/*
 * want - what a replay case demands of the verdict
 *
 *   want reply PATTERN      from its start; "250" when the message is accepted
 *   want header PATTERN     our Authentication-Results field, unfolded
 *   want no header PATTERN
 *   want log PATTERN        the log line (queue id QID)
 *   want row KEY=VALUE ...  the stored tuple: result asked applied override
 *                           comment policy_domain org_domain indirect
 *                           spf_domain spf_scope author mail_from
 *   want json PATH=VALUE    of alignctl check --json; null, true, numbers as
 *                           JSON writes them, list items by index; texts are
 *                           patterns
 *   want asked NAME ...     all TXT questions below _dmarc, in order, without
 *                           the "_dmarc."
 *   want question NAME      asked of DNS, whatever the type
 *   want no question NAME
 *   want questions PATTERN  all those names, in order
 *   want removed N ...      forged fields, in the order of deletion; none: "-"
 *   want removed-tags N ... the same of policy.tag_header
 *   want incident yes|no
 *
 * PATTERN: parts separated by "*" occur one after the other.
 */

#include "lib/eval/verdict.h"

/* Is the demand met? `found` (below `mem`) then says what there was. */
bool want_is_met(TALLOC_CTX *mem, const struct verdict *verdict,
		 const char *want, const char **found);

#endif
