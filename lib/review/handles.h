/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REVIEW_HANDLES_H
#define REVIEW_HANDLES_H

/*
 * handles - by what an override could know a sender, and what is on
 * record of it
 *
 * A spoofer has a domain, a signature and an address, too, and all of them
 * pass for themselves. What he lacks is a past. A handle has one where
 *
 *   - mail of the same author domain passed DMARC with it, by aligned SPF, or
 *     by a signature of the author's organization where it is that: only that
 *     author's hands, or whom he lets sign or send, can arrange it; a message
 *     that somebody sends again speaks for its signature alone; or
 *   - it is the client's name or address, and mail of the author came by that
 *     client with credit (lib/store/store_path_credit.h); or
 *   - it forwards: it is of the client, which brings mail of several
 *     organizations with credit.
 */

#include "lib/store/store.h"
#include "lib/store/store_path_read.h"

/* In the order in which they are hard to come by: a key, an SPF record, a name,
 * an address. The same that lib/policy/override_keys.c offers. */
enum review_handle_kind {
	HANDLE_DKIM,
	HANDLE_SPF,
	HANDLE_HOST,
	HANDLE_NETWORK,
	REVIEW_HANDLES
};

/* What is known of one handle. */
struct review_handle {
	enum review_handle_kind kind;
	const char *value;
	int64_t passes; /* messages of the author domain that passed with it */
	int64_t
	    forwarded;	 /* others' messages with credit; 0: it forwards not */
	int64_t first_s; /* the first day of these */
};

struct review_handles {
	const char *client_ip; /* of the incident */
	const char *client_name;
	size_t count;
	struct review_handle items[REVIEW_HANDLES]; /* the strongest first */
};

/* A tuple that passed, its words read. */
struct review_pass {
	const struct store_tuple *tuple;
	struct text_list signers; /* d= of the signatures that passed */
	const char *spf_domain;	  /* "" unless SPF passed */
};

/* "dkim" "spf" "host" "network", as overrides.conf has them. */
const char *review_handle_text(enum review_handle_kind kind);

/* All handles of an incident; nothing is known of them yet. Below `mem`. */
struct review_handles review_handles_of(TALLOC_CTX *mem,
					const struct store_incident *incident);

/* The one called so, or the strongest for NULL; NULL where there is none. */
struct review_handle *review_handles_find(struct review_handles *handles,
					  const char *text);

/* A tuple of the same author domain passed so often. */
void review_handles_pass(struct review_handles *handles,
			 const struct review_pass *pass, int64_t count);

/* The author's path through the client has credit, of so many messages. */
void review_handles_credit(struct review_handles *handles, int64_t messages);

/* Looks through the known paths for what the handles forwarded; none are known
 * to an empty list. */
void review_handles_forwards(const struct store_path_list *paths,
			     struct review_handles *const *all, size_t count);

bool review_handle_is_forwarder(const struct review_handle *handle);

/* Has it a past? */
bool review_handle_is_known(const struct review_handle *handle);

/* The strongest handle with a past; NULL: none has one. */
const struct review_handle *
review_handles_known(const struct review_handles *handles);

/* Was it signed by that domain, well? */
bool review_has_signer(const struct review_pass *pass, const char *domain);

struct review_pass review_pass_of(TALLOC_CTX *mem,
				  const struct store_tuple *tuple);

/* d= of the signatures that passed, of a tuple's or incident's `dkim`; the
 * domain that SPF passed for, or "". */
struct text_list review_signers(TALLOC_CTX *mem, const char *dkim);
const char *review_spf_pass(const char *result, const char *domain);

#endif
