/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_H
#define AUTH_SPF_H

/*
 * spf - check_host() of RFC 7208, through libspf2 behind a guard
 *
 * libspf2 evaluates mechanisms, unless networks, includes and `all` decide
 * (spf_networks.h). Everything else is ours: the record is fetched, validated
 * whole against RFC 7208's ABNF and rewritten, macros expanded, before libspf2
 * sees any of it; ip4 and ip6 are matched here; terms, void lookups, name
 * lengths and the clock are bounded here (4.6.4). A limit that is passed is a
 * permerror, DNS trouble a temperror. exp= is never fetched.
 *
 * Thread-safe; one session per thread. spf_start() once, before threads.
 */

#include "lib/auth/evidence.h"
#include "lib/base/mem.h"
#include "lib/base/net.h"
#include "lib/base/settings.h"
#include "lib/dns/dns.h"
#include "lib/mail/path.h"

struct spf_settings {
	long term_limit; /* RFC 7208 4.6.4: 10 */
	long void_limit; /* RFC 7208 4.6.4: 2 */
};

extern const struct setting spf_setting_rows[];

/* Takes libspf2's message handlers away from standard error. */
void spf_start(void);

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
 * belongs to `mem`.
 */
struct evidence_spf spf_check(TALLOC_CTX *mem, struct dns_session *session,
			      const struct spf_settings *settings,
			      const struct net_address *client,
			      const char *helo, const struct path *mail_from);

#endif
