/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_VERDICT_H
#define EVAL_VERDICT_H

/*
 * verdict - all that was found about one message, and what follows from it
 *
 * The verdict alone produces the SMTP reply, the header field, the log line,
 * the JSON object and the stored rows, so they cannot disagree. It belongs to
 * its message's context and is not changed after message_finish().
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/auth/evidence.h"
#include "lib/base/json_write.h"
#include "lib/base/mem.h"
#include "lib/base/net.h"
#include "lib/base/reference.h"
#include "lib/dmarc/align.h"
#include "lib/dmarc/tree.h"
#include "lib/dns/dns.h"
#include "lib/dns/dns_memory.h"
#include "lib/lookalike/lookalike.h"
#include "lib/mail/field_list.h"
#include "lib/mail/from.h"
#include "lib/mail/path.h"
#include "lib/policy/decide.h"
#include "lib/policy/override.h"

/* Who is talking to us; texts may be NULL where nothing is known. */
struct client {
	struct net_address address;
	const char *name; /* the MTA's confirmed name */
	const char *helo; /* as given */
	const char *user; /* authenticated as; NULL: not */
	const char *tls_version;
	const char *tls_cipher;
};

/* Foreign fields of one name to delete: their 1-based indexes among the fields
 * of that name. */
struct forged_fields {
	size_t count;
	const unsigned *indexes; /* highest first */
};

/* What a failure report may have to show and to hide; only where the evaluator
 * says so, and never longer than the message. */
struct kept_header {
	const struct field_list *fields; /* the message's; NULL: not kept */
	struct text_list rcpt_locals;	 /* the recipients' local-parts */
	bool is_overfull; /* more recipients than can be hidden */
};

/* What DNS is asked for, in the order in which an open one is told. */
enum lookup_kind {
	LOOKUP_NONE,
	LOOKUP_POLICY, /* a record of a tree walk, or whether a name exists */
	LOOKUP_SPF,
	LOOKUP_KEY,
};

/* The lookup that a temperror is about: it did not complete, and its answer
 * could have changed the outcome. */
struct open_lookup {
	enum lookup_kind what;
	const char *domain; /* whose policy, SPF record or key; or NULL */
};

struct verdict {
	int64_t time_s; /* when it was judged; until then, when it began */
	struct client client;
	struct path mail_from;
	const char *mail_from_text; /* as given, escaped; "<>" for null */
	struct text_list rcpt_domains;
	struct kept_header kept;
	const char *list_id; /* List-Id's identifier (RFC 2919), clean; or NULL.
				A claim, never evidence of its own. */

	/* Not evaluated: why ("trusted network"); everything from `author` to
	 * `decision` is then empty. */
	const char *skipped;

	/* The values of the From fields, each on one line, escaped and cut. */
	struct text_list from_fields;
	struct author author;
	struct evidence evidence;
	enum tree_method method;
	struct discovery discovery;
	const bool *is_aligned; /* of evidence.dkim.items[i]: its d= matches */
	/* What comparing came to, of SPF's domain and of each signature;
	 * dkim_alignment is NULL where nothing was compared. */
	enum alignment spf_alignment;
	const enum alignment *dkim_alignment;
	bool is_dkim_aligned; /* an aligned signature passed */
	bool is_spf_aligned;  /* SPF passed, aligned */
	enum dmarc_result result;
	const char *reason;	    /* clean words: why this result; or NULL */
	struct lookalike lookalike; /* for whom the author passes */
	struct open_lookup open;    /* LOOKUP_NONE unless temperror */

	struct decide_input input;
	struct decision decision;
	const char *comment;	   /* decision.comment in words; or NULL */
	bool is_to_postmaster;	   /* to such alone, whoever the author is, and
				      the client may do so once more */
	const char *rcpt_rules;	   /* the overrides with an rcpt list in whose
				      scope it is, by groups of recipients, as
				      the tuple has them; or NULL */
	const char *override_name; /* the operator's that applied; or NULL */

	/* Of the configuration that decided; both live as long as that: the
	 * override of that name and its file, and where settings come from. */
	const struct override *override;
	const char *overrides_path;
	const struct settings_origins *origins;

	bool is_report_mail; /* itself a report, or a bounce of one of ours */
	bool is_incident;
	bool is_counted; /* one that is counted, not kept: the reference is
			    shared with others */
	char reference[REFERENCE_TEXT]; /* "" unless is_incident */
	const char *reply;  /* "550 5.7.26 ..." or NULL for acceptance; also
			       where `skipped`, with decision.applied */
	const char *header; /* value of our Authentication-Results field */
	const char *marked; /* that value in the mail, with our mark (mark.h);
			       NULL: without */
	size_t kept_fields; /* claim to be ours, and are: by their mark, or a
			       host of the fleet brings them */
	struct forged_fields forged;	  /* Authentication-Results */
	struct forged_fields forged_tags; /* policy.tag_header */

	bool is_to_remember; /* what DNS said is to be written down, */
	struct dns_memory_row remembered; /* so */

	size_t question_count; /* what DNS was asked, in order */
	const struct dns_question *questions;
	int64_t elapsed_ms; /* spent at end of message */
};

/* The object of alignctl check --json, without "file", which tools adds; and
 * its members alone, into an object that is open. */
const char *verdict_json(TALLOC_CTX *mem, const struct verdict *verdict);
void verdict_put_json(TALLOC_CTX *mem, const struct verdict *verdict,
		      struct json_writer *json);

/* One line of fixed keys; `queue_id` may be NULL. Foreign values are escaped
 * and cut (LIMIT_LOG_VALUE). */
char *verdict_log_line(TALLOC_CTX *mem, const struct verdict *verdict,
		       const char *queue_id);

/* What discovery found for `domain`, as the members policy_domain .. psd and
 * asked of alignctl's objects; NULL `found` puts nulls. */
void verdict_put_policy(struct json_writer *json, const struct discovery *found,
			enum tree_method method, enum request asked);

/* Questions and answers as a list of {name, type, status, ttl, records}, with
 * "dnssec" (dns_security_text) where answers were validated, in the order of
 * asking, of `room` bytes at most. A record
 * is shown up to LIMIT_RECORD_SHOWN bytes (json_cut); those of an answer that
 * do not fit are counted in its member "left_out", the questions that do not in
 * that of an object of its own at the end. SIZE_MAX: everything, whole. */
const char *questions_json(TALLOC_CTX *mem,
			   const struct dns_question *questions, size_t count,
			   size_t room);

/* What explaining a verdict needs beyond that object: member "explain" of what
 * the store keeps. Nobody else may rely on it. */
void verdict_put_explain(TALLOC_CTX *mem, const struct verdict *verdict,
			 struct json_writer *json);

/* The DKIM and ARC members alone: what the store keeps of them. With the member
 * "recorded" where it is not NULL. */
const char *verdict_dkim_json(TALLOC_CTX *mem, const struct verdict *verdict);
const char *verdict_arc_json(TALLOC_CTX *mem, const struct verdict *verdict,
			     const char *recorded);

#endif
