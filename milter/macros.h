/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_MACROS_H
#define MILTER_MACROS_H

/*
 * macros - what the MTA tells about the client beside the protocol
 *
 * Names as Postfix's MILTER_README and Sendmail's operations guide have them.
 */

#include "lib/eval/verdict.h"
#include "milter/mta.h"

/* Asked for at each place, where the MTA lets us ask. */
#define MACROS_AT_CONNECT "j {daemon_name} {client_name} {client_resolve}"
#define MACROS_AT_MAIL "i {auth_authen} {auth_type} {tls_version} {cipher}"
#define MACROS_AT_END "i"

/* The client's confirmed name in domain.h's inner form, or NULL. `hostname` is
 * what the protocol gave at connect, used where there is no macro. */
const char *macros_client_name(TALLOC_CTX *mem, const struct mta *mta,
			       const char *hostname);

/* At MAIL, when STARTTLS and AUTH are over: user and TLS of `client`. */
void macros_read_client(TALLOC_CTX *mem, const struct mta *mta,
			struct client *client);

/* At end of message; Postfix has none before DATA. As given,
 * or NULL. */
const char *macros_queue_id(TALLOC_CTX *mem, const struct mta *mta);

#endif
