/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_MTA_H
#define MILTER_MTA_H

/*
 * mta - what a session may ask of the mail server, and what that tells
 *
 * callbacks.c fills the table with libmilter's functions; tests fill it with
 * functions that write down what was called. Everything but `macro` may be
 * used at end of message only. False means that the MTA (or libmilter) would
 * not take it.
 */

#include <stdbool.h>

#include "lib/app/mta_macros.h"
#include "lib/eval/verdict.h"

struct mta_ops {
	/* The macro's value, or NULL; good until the callback returns. */
	const char *(*macro)(void *context, const char *name);
	/* The index counts the fields of that name from 1, top down. */
	bool (*delete_header)(void *context, const char *name, unsigned index);
	/* Above everything else, the MTA's own Received: included. `value`
	 * begins with its blank where MTA_LEADING_BLANK was granted. */
	bool (*insert_header)(void *context, const char *name,
			      const char *value);
	bool (*quarantine)(void *context, const char *reason);
	bool (*delete_recipient)(void *context, const char *recipient);
	bool (*add_recipient)(void *context, const char *recipient);
	/* `text` has every % doubled. */
	bool (*set_reply)(void *context, const char *code,
			  const char *enhanced_code, const char *text);
};

/* What the MTA granted when the connection was negotiated. */
enum mta_grant {
	MTA_ADD_HEADERS = 1 << 0,
	MTA_CHANGE_HEADERS = 1 << 1,
	MTA_QUARANTINE = 1 << 2,
	MTA_CHANGE_RECIPIENTS = 1 << 3,
	MTA_LEADING_BLANK = 1 << 4, /* values come and go with their blank */
	MTA_SKIP_BODY = 1 << 5,
};

struct mta {
	const struct mta_ops *ops;
	void *context;
	unsigned grants; /* of enum mta_grant */
};

/* What the MTA is told when a callback returns. */
enum mta_answer {
	MTA_CONTINUE,
	MTA_SKIP, /* no more of this message's body, please */
	MTA_REJECT,
	MTA_TEMPFAIL,
};

/* --- macros: what is told beside the protocol ---------------------------- */

/* The client's confirmed name in domain.h's inner form, or NULL. `hostname` is
 * what the protocol gave at connect, used where there is no macro. */
const char *mta_client_name(TALLOC_CTX *mem, const struct mta *mta,
			    const char *hostname);

/* At MAIL, when STARTTLS and AUTH are over: user and TLS of `client`. */
void mta_read_client(TALLOC_CTX *mem, const struct mta *mta,
		     struct client *client);

/* At end of message; Postfix has none before DATA. As given,
 * or NULL. */
const char *mta_queue_id(TALLOC_CTX *mem, const struct mta *mta);

#endif
