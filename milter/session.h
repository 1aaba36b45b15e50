/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_SESSION_H
#define MILTER_SESSION_H

/*
 * session - one connection of the MTA, and the message on it
 *
 * The calls follow the milter protocol; nothing is answered before end of
 * message. Consecutive calls may come from different threads, never two at
 * once: all state is in the session. A message lives from MAIL to its end,
 * which is end of message, abort, the next MAIL, or the end of the session;
 * nothing of it reaches the next one.
 */

#include <stddef.h>

#include "lib/base/net.h"
#include "milter/gate.h"
#include "milter/mta.h"

struct session;

/* `mta` is copied; `service` outlives the session. */
struct session *session_new(struct service *service, const struct mta *mta);

/* `address` NULL: the MTA does not know the client; it is trusted with
 * nothing. NET_NONE: a unix socket. */
void session_connect(struct session *session, const char *hostname,
		     const struct net_address *address);
void session_helo(struct session *session, const char *name);
void session_mail(struct session *session, const char *sender);
void session_recipient(struct session *session, const char *recipient);
void session_header(struct session *session, const char *name,
		    const char *value);
void session_end_of_header(struct session *session);
/* MTA_SKIP when the rest of the body is not needed, else MTA_CONTINUE. */
enum mta_answer session_body(struct session *session, const char *bytes,
			     size_t length);
/* Evaluates, records, logs, changes the message. */
enum mta_answer session_end_of_message(struct session *session);
void session_abort(struct session *session);

/* NULL is fine. */
void session_free(struct session *session);

#endif
