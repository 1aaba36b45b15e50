/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_any.c - a mutant: SPF passes wherever there is a record
 */
#include "lib/auth/spf.h"

struct evidence_spf __real_spf_check(TALLOC_CTX *mem,
				     struct dns_session *session,
				     const struct spf_settings *settings,
				     const struct net_address *client,
				     const char *helo,
				     const struct path *mail_from);
struct evidence_spf __wrap_spf_check(TALLOC_CTX *mem,
				     struct dns_session *session,
				     const struct spf_settings *settings,
				     const struct net_address *client,
				     const char *helo,
				     const struct path *mail_from);

struct evidence_spf __wrap_spf_check(TALLOC_CTX *mem,
				     struct dns_session *session,
				     const struct spf_settings *settings,
				     const struct net_address *client,
				     const char *helo,
				     const struct path *mail_from)
{
	struct evidence_spf found =
	    __real_spf_check(mem, session, settings, client, helo, mail_from);

	if (found.result != AUTH_NONE)
		found.result = AUTH_PASS;
	return found;
}
