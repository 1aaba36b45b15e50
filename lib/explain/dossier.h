/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_DOSSIER_H
#define EXPLAIN_DOSSIER_H

/*
 * dossier - an incident taken apart, and the explanation that grows from it
 *
 * For explain_*.c only. What was recorded as a word of ours is read once, here:
 * such a member is an int that holds a value of the enum it names, or -1 where
 * the row has no such word, or one that this version does not know. The JSON
 * members are never NULL; what a row lacks is an empty object or list. Texts
 * are NULL where there is nothing.
 */

#include "lib/auth/evidence.h"
#include "lib/base/json.h"
#include "lib/dmarc/record.h"
#include "lib/explain/explanation.h"
#include "lib/explain/recorded_dns.h"
#include "lib/policy/decide.h"
#include "lib/store/store.h"

/* One of the list of DKIM signatures. */
struct dossier_signature {
	bool is_readable;
	int64_t left_out; /* above 0: that many were not kept, and no other
			     member is set */
	const char *domain;
	const char *selector;
	const char *algorithm;
	int64_t key_bits; /* 0: not known */
	const char *word; /* the result as it stands there, "none" at least */
	int result;	  /* enum auth_result */
	const char *reason;
	bool is_aligned;
};

struct dossier {
	TALLOC_CTX *mem;
	const struct store_incident *incident;
	const struct explain_today *today;
	bool is_recorded;
	bool is_cut; /* the verdict was not kept, for want of room */
	struct explanation *explanation;
	struct explanation_step *step; /* the one that lines go to */

	int result;	/* enum dmarc_result */
	int applied;	/* enum disposition */
	int enforced;	/* enum disposition: what enforce mode would do */
	int spf_result; /* enum auth_result */
	int arc_result; /* enum auth_result */
	int indirect;	/* enum indirect */
	bool is_psl;	/* discovered by the public suffix list */
	bool is_bounce; /* the null reverse-path */
	bool has_spf_aligned;
	bool is_held; /* what is quarantined waits in the MTA's queue */

	struct json *spf; /* members of alignctl check's object */
	struct json *arc;
	struct json *iprev;
	struct json *dmarc;
	struct json *more; /* "explain": verdict_explain_json() */
	struct recorded_dns dns;
	size_t signature_count;
	const struct dossier_signature *signatures;

	const char *author;	/* NULL: no single author domain */
	const char *org_domain; /* of it */
	const char *policy_domain;
	const char *lookalike;	     /* for whom the author passes; or NULL */
	bool is_person_name;	     /* a person's address, then */
	const struct record *record; /* NULL: none, or not known */
};

struct dossier dossier_open(TALLOC_CTX *mem,
			    const struct store_incident *incident);

/* NULL for "". */
const char *dossier_text(const char *text);

/* The text at `key`, or `otherwise`. */
const char *dossier_text_at(const struct json *object, const char *key,
			    const char *otherwise);

/* An object at `key` of `parent`, empty where there is none; likewise a list,
 * and an object in a list. */
struct json *dossier_object(TALLOC_CTX *mem, const struct json *parent,
			    const char *key);
struct json *dossier_list(TALLOC_CTX *mem, const struct json *parent,
			  const char *key);
struct json *dossier_item(TALLOC_CTX *mem, const struct json *list,
			  size_t index);

/* Is that the text at `key`? */
bool dossier_is(const struct json *object, const char *key, const char *text);

/* The recorded setting of that name, or NULL. */
struct json *dossier_setting(const struct dossier *dossier, const char *name);

/* The words that a table has for a value; `otherwise` for -1, and where the
 * table has none. */
#define PHRASE(table, value, otherwise)                                        \
	phrase((table), sizeof(table) / sizeof(table)[0], (value), (otherwise))

const char *phrase(const char *const *table, size_t count, int value,
		   const char *otherwise);

/* " (REASON)", or "". */
const char *bracketed(TALLOC_CTX *mem, const char *reason);

/* Opens the next step. */
void dossier_step(struct dossier *dossier, const char *name, const char *title);

/* Adds a line, made printable. */
void say(struct dossier *dossier, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Notes that an answer decided something ("dmarc", "spf", "dkim"), and returns
 * ", DNSSEC: secure"; "" where that was not recorded. NULL is not noted. */
const char *explain_security(struct dossier *dossier, const char *decided,
			     const struct recorded_answer *answer);

/* The steps, each in the file of its name. */
void explain_client(struct dossier *dossier);
void explain_from(struct dossier *dossier);
void explain_spf(struct dossier *dossier);
void explain_dkim(struct dossier *dossier);
void explain_arc(struct dossier *dossier);
void explain_discovery(struct dossier *dossier);
void explain_policy(struct dossier *dossier);
void explain_result(struct dossier *dossier);
void explain_decision(struct dossier *dossier);
void explain_reply(struct dossier *dossier);
void explain_sender_advice(struct dossier *dossier);
void explain_operator_advice(struct dossier *dossier);

/* "mail.a.example and a.example have the same organizational domain
 * (a.example): aligned". `is_spf` or else signature `index`. */
const char *explain_alignment(const struct dossier *dossier,
			      const char *identifier, bool is_spf,
			      size_t index);

#endif
