/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REVIEW_EVIDENCE_H
#define REVIEW_EVIDENCE_H

/*
 * evidence - what speaks for a message that was refused or held
 *
 * Points for what a spoofer cannot arrange, none for what anybody can write (a
 * List-Id, a handle that passes for itself, one genuine header over another
 * body); each with its reason in words. They rank, they do not judge: a person
 * reads them. Past passes come from the results in the store, so a domain that
 * was seen yesterday for the first time has none.
 */

#include "lib/review/handles.h"

#define REVIEW_EVIDENCE_MAX 10

struct review_evidence {
	int points;
	const char *words;
};

/* What passed in the name of the same author domain, and shares something with
 * the incident. */
struct review_passes {
	int64_t count;
	int64_t last_s; /* the begin of an hour */
};

struct review_candidate {
	struct store_incident incident; /* without verdict and queries */
	int indirect;			/* enum indirect; -1 another word */
	const char *would;		/* store_would(); NULL: not known */
	bool is_of_fleet;		/* people are told on which host */
	const char *org_domain;		/* of the author; "" unknown */
	struct text_list signers;	/* d= of signatures that passed */
	const char *spf_domain;		/* "" unless SPF passed */
	struct review_handles handles;
	struct review_passes address;	     /* from the same address */
	struct review_passes network;	     /* from its /24 or /48 */
	struct review_passes spf;	     /* with the same SPF domain */
	struct review_passes signature;	     /* signed by the same domain */
	const struct store_path_known *path; /* with credit; NULL: none */
	int score;
	size_t count;
	struct review_evidence evidence[REVIEW_EVIDENCE_MAX];
};

/* A candidate below `mem` from an incident, without its evidence. */
struct review_candidate *
review_candidate_new(TALLOC_CTX *mem, const struct store_incident *incident);

/* Finds the past passes for `count` candidates of one author domain. */
bool review_find_passes(struct store_reader *reader,
			struct review_candidate *const *candidates,
			size_t count, struct error *err)
    __attribute__((warn_unused_result));

/* What is known of the paths by which they came, which outlives them. */
void review_find_paths(const struct store_path_list *paths,
		       struct review_candidate *const *candidates,
		       size_t count);

/* Fills evidence and score; its words below `mem`. */
void review_weigh(TALLOC_CTX *mem, struct review_candidate *candidate);

#endif
