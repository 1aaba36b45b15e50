/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_ENGINE_H
#define AUTH_ENGINE_H

/*
 * engine - what may stand in the place of signatures.h and spf.h
 *
 * dkim.engine and spf.engine name a library; lib/engines makes these structs
 * of it, and an evaluator that has one asks it instead. An engine is immutable
 * and shared by all threads; what begin returns belongs to one message. The
 * evidence means what evidence.h says, whoever found it.
 */

#include "lib/auth/engine_choice.h"
#include "lib/auth/evidence.h"
#include "lib/auth/spf.h"
#include "lib/base/mem.h"
#include "lib/base/net.h"
#include "lib/base/text.h"
#include "lib/dns/dns.h"
#include "lib/mail/path.h"

/* The calls of one message come in this order: begin, header for each field
 * from the top, end_of_header, body, finish. Values and chunks are as in
 * signatures.h. */
struct dkim_engine {
	const char *name;
	/* Below `mem`, with which it dies. */
	void *(*begin)(TALLOC_CTX *mem, const struct dkim_engine *engine,
		       struct dns_session *session);
	void (*header)(void *message, struct span name, struct span value);
	bool (*end_of_header)(void *message); /* is the body wanted? */
	void (*body)(void *message, struct span chunk);
	struct evidence_signatures (*finish)(void *message);
};

struct spf_engine {
	const char *name;
	/* As spf_check() in spf.h. */
	struct evidence_spf (*check)(TALLOC_CTX *mem,
				     struct dns_session *session,
				     const struct spf_settings *settings,
				     const struct net_address *client,
				     const char *helo,
				     const struct path *mail_from);
};

#endif
