/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_MESSAGE_H
#define EVAL_MESSAGE_H

/*
 * message - one message through all of it
 *
 * An evaluator is immutable and shared by all threads. A struct message
 * belongs to one thread at a time; consecutive calls may come from different
 * threads. The daemon, alignctl, the replay tests and the fuzzers all run this
 * same code.
 *
 *   message_begin, message_recipient*, message_header*,
 *   message_end_of_header, message_body*, message_finish
 *
 * Freeing the message's context at any point abandons it.
 */

#include "lib/auth/engine.h"
#include "lib/auth/signatures.h"
#include "lib/auth/spf.h"
#include "lib/base/clock.h"
#include "lib/base/random.h"
#include "lib/eval/exempt_budget.h"
#include "lib/eval/hold_budget.h"
#include "lib/eval/mark.h"
#include "lib/eval/sightings.h"
#include "lib/eval/verdict.h"
#include "lib/policy/identity.h"
#include "lib/lookalike/people.h"
#include "lib/policy/override.h"
#include "lib/policy/trust.h"

struct dmarc_settings {
	int org_domain_method; /* enum tree_method */
	int honor_pct;	       /* enum honor_pct */
};

extern const struct setting dmarc_setting_rows[];

/* Whoever remembers by which ways mail of an author came and passed. Asked for
 * mail that fails, when all but the decision stands; any thread, and at once.
 */
struct path_source {
	bool (*is_known)(void *context, const struct verdict *verdict);
	/* On how many days before today did anything of the author's
	 * organizational domain pass and get in, by whatever way? Not loaded:
	 * that is known in a moment only. NULL: nobody knows, ever. */
	unsigned (*author_days)(void *context, const struct verdict *verdict,
				bool *is_loaded);
	void *context;
};

/* What an evaluation needs; all of it outlives the messages. */
struct evaluator {
	struct dns *dns;
	struct signature_engine *signatures;
	const struct dkim_engine *dkim_engine; /* NULL: ours, signatures.h */
	const struct spf_engine *spf_engine;   /* NULL: ours, spf.h */
	const struct clock *clock;
	const struct random_source *random;
	int64_t dns_budget_ms;
	const char *authserv_id;
	struct text_list
	    authserv_ids; /* whose fields are removed: ours first */
	/* Of the hosts of this host's fleet, which remove each other's from
	 * strangers' mail: theirs are removed likewise, unless one of those
	 * addresses brings them. */
	struct text_list fellow_ids;
	struct net_list fellow_addresses;
	const struct spf_settings *spf;
	const struct dmarc_settings *dmarc;
	const struct policy_settings *policy;
	const struct trust_rules *trust;
	const struct identity_names *own_names;
	const struct lookalike_list *lookalikes; /* NULL: none is told */
	const struct people *people;		 /* NULL: likewise */
	const struct text_list *own_domains;	 /* NULL: none */
	const char *recipient_delimiter;	 /* NULL: none */
	struct path_source paths; /* .is_known NULL: no path is known */
	const struct override_set *overrides; /* NULL: none */
	struct sightings *sightings; /* the daemon's; NULL: each message is the
					first of its kind */
	struct dns_memory *memory;   /* the daemon's; NULL: nothing stands in
					for answers but the cache, */
	bool serves_stale;	     /* and neither unless that is wanted */
	struct hold_budget
	    *holds; /* the daemon's; NULL: there is always room */
	struct exempt_budget
	    *exempt; /* the daemon's; NULL: there is always room */
	const struct mark_keys *mark_keys; /* the daemon's; NULL: no field gets
					      a mark, and none is believed */
	enum policy_mode mode;
	const char *report_from; /* where our reports come from; NULL: none */
	bool keeps_header;	 /* a failure report may be wanted */
	const struct settings_origins *origins; /* NULL: not known */
};

struct message;

/* Whoever keeps incidents may have no room for one more: then he puts the
 * reference under which it is counted, and returns true. */
struct reference_source {
	bool (*name)(void *context, const struct verdict *verdict,
		     char reference[REFERENCE_TEXT]);
	void *context;
};

/* At MAIL: notes the client and the envelope, asks DNS ahead. `skipped` (a
 * constant text, or NULL) leaves out the evaluation. Texts are copied. */
struct message *message_begin(TALLOC_CTX *mem,
			      const struct evaluator *evaluator,
			      const struct client *client,
			      struct span mail_from, const char *skipped);

void message_recipient(struct message *message, struct span recipient);

/* A field as received: the value is all that follows the colon. The second is
 * for an MTA that takes away the first blank of a value, which is put back:
 * "Name: value" is what nearly all mail has, and what a signature over it
 * needs. */
void message_header(struct message *message, struct span name,
		    struct span value);
void message_header_without_blank(struct message *message, struct span name,
				  struct span value);

/* Is the body needed? When not, message_body need not be called. */
bool message_end_of_header(struct message *message);

void message_body(struct message *message, struct span chunk);

/* To be asked when the message turns out to be an incident, before its answer
 * is written. Without one each gets a reference of its own. */
void message_use_references(struct message *message,
			    const struct reference_source *source);

/* Of a body that is not needed: so many bytes of it came by or were not seen.
 */
void message_body_passed(struct message *message, size_t bytes);

/* Discovery, SPF, DKIM, alignment, ARC, decision: waits for DNS, at most the
 * message's budget. The verdict belongs to the message. */
const struct verdict *message_finish(struct message *message);

#endif
