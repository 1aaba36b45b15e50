/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_DOSSIER_H
#define EXPLAIN_DOSSIER_H

/*
 * dossier - an incident taken apart, and the explanation that grows from it
 *
 * For explain_*.c only. The JSON members are never NULL; what a row lacks is
 * an empty object or list. Texts are NULL where there is nothing.
 */

#include "lib/base/json.h"
#include "lib/dmarc/record.h"
#include "lib/explain/explanation.h"
#include "lib/explain/recorded_dns.h"
#include "lib/store/store.h"

struct dossier {
	TALLOC_CTX *mem;
	const struct store_incident *incident;
	const struct explain_today *today;
	bool is_recorded;
	bool is_cut; /* the verdict was not kept, for want of room */
	struct explanation *explanation;
	struct explanation_step *step; /* the one that lines go to */

	struct json *spf; /* members of alignctl check's object */
	struct json *dkim;
	struct json *arc;
	struct json *iprev;
	struct json *dmarc;
	struct json *decision; /* its "verdict" */
	struct json *more;     /* "explain": verdict_explain_json() */
	struct recorded_dns dns;

	const char *author;	/* NULL: no single author domain */
	const char *org_domain; /* of it */
	const char *policy_domain;
	const struct record *record; /* NULL: none, or not known */
};

struct dossier dossier_open(TALLOC_CTX *mem,
			    const struct store_incident *incident);

/* NULL for "". */
const char *dossier_text(const char *text);

/* An object at `key` of `parent`, empty where there is none; likewise a list.
 */
struct json *dossier_object(TALLOC_CTX *mem, const struct json *parent,
			    const char *key);
struct json *dossier_list(TALLOC_CTX *mem, const struct json *parent,
			  const char *key);

/* Is that the text at `key`? */
bool dossier_is(const struct json *object, const char *key, const char *text);

/* A word of ours and what it means; a NULL word ends a table. */
struct phrase {
	const char *word;
	const char *words;
};

/* The words for a word, or `otherwise`. */
const char *phrase(const struct phrase *table, const char *word,
		   const char *otherwise);

/* Opens the next step. */
void dossier_step(struct dossier *dossier, const char *name, const char *title);

/* Adds a line, made printable. */
void say(struct dossier *dossier, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

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
