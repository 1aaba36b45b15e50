/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_H
#define AUTH_SPF_H

/*
 * spf - which identity is checked, and what came of it (RFC 7208)
 *
 * MAIL FROM, or for a null reverse-path postmaster at the HELO name. The
 * evaluation, its limits and what makes a temperror or permerror:
 * spf_evaluate.h.
 *
 * Thread-safe; one session per thread.
 */

#include "lib/auth/evidence.h"
#include "lib/auth/spf_settings.h"
#include "lib/base/mem.h"
#include "lib/base/net.h"
#include "lib/dns/dns.h"
#include "lib/mail/path.h"

/* The domain that spf_check will check, below `mem` or of the path; NULL when
 * there is none. */
const char *spf_identity(TALLOC_CTX *mem, const char *helo,
			 const struct path *mail_from);

/* Asks ahead for the record that spf_check will want, and for what follows
 * from it (spf_ahead.h). */
void spf_ask_ahead(struct dns_session *session,
		   const struct net_address *client, const char *helo,
		   const struct path *mail_from);

/*
 * The MAIL FROM identity of RFC 7208 2.4. `helo` is the client's EHLO argument
 * as given, NULL for none; `mail_from` the parsed reverse-path. The answer
 * belongs to `mem`, and its spans to the session (evidence.h).
 */
struct evidence_spf spf_check(TALLOC_CTX *mem, struct dns_session *session,
			      const struct spf_settings *settings,
			      const struct net_address *client,
			      const char *helo, const struct path *mail_from);

#endif
