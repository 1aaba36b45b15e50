/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_TRUST_H
#define POLICY_TRUST_H

/*
 * trust - whose mail is not evaluated, whose header fields are ours, whose
 * seals are believed
 *
 * Pure. Mail from a trusted network, a unix socket or an authenticated user is
 * our own mail on its way out or between our hosts; forged
 * Authentication-Results fields are removed from it all the same.
 */

#include <stdbool.h>

#include "lib/base/net.h"
#include "lib/base/settings.h"

enum trust_authenticated { TRUST_SKIP, TRUST_EVALUATE };

struct trust_settings {
	struct text_list networks;
	int authenticated;		 /* enum trust_authenticated */
	struct text_list authserv_ids;	 /* removed like our own */
	struct text_list arc_sealers;	 /* whose chains are believed */
	const char *recipient_delimiter; /* each character begins a detail */
	bool has_marks; /* our field is known again (lib/eval/mark.h) */
};

extern const struct setting trust_setting_rows[];

struct trust_rules {
	struct net_list networks;
	bool is_authenticated_skipped;
	struct text_list arc_sealers; /* in domain.h's inner form */
};

/* The settings passed their checks, so this cannot fail. Belongs to `mem`. */
struct trust_rules trust_compile(TALLOC_CTX *mem,
				 const struct trust_settings *settings);

/* Why the client's mail is not evaluated ("trusted network", "authenticated
 * user", "local submission"), or NULL when it is. `user` NULL: not
 * authenticated. */
const char *trust_reason(const struct trust_rules *rules,
			 const struct net_address *client, const char *user);

/* Is a mark of ours believed (lib/eval/mark.h) in mail that is not evaluated?
 * From a trusted network alone, and of no user who logged in there: a program
 * that hands mail back does not. */
bool trust_believes_marks(const struct trust_rules *rules,
			  const struct net_address *client, const char *user);

/* Is a chain believed whose last seal is of this domain? Exactly this one:
 * names below a trusted domain are not. */
bool trust_has_sealer(const struct trust_rules *rules, const char *domain);

#endif
