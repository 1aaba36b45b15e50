/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REVIEW_HANDLES_H
#define TOOLS_REVIEW_HANDLES_H

/*
 * handles - by what an override could know a sender, and what is on
 * record of it
 *
 * A spoofer has a domain, a signature and an address, too, and all of them
 * pass for themselves. What he lacks is a past. A handle has one where
 *
 *   - mail of the same author domain passed DMARC with it: only that author's
 *     hands, or whom he lets sign or send, can arrange it; or
 *   - it forwards: for a week at least, mail of three organisations at least
 *     passed with it by their own signatures alone, SPF being another's.
 */

#include "tools/review/command.h"

#define REVIEW_HANDLES 4 /* one of each kind */
#define REVIEW_FORWARD_ORGS 3
#define REVIEW_FORWARD_S (7 * 86400)

/* What is known of one handle. */
struct review_record {
	struct review_handle handle;
	int64_t passes; /* messages of the author domain that passed with it */
	int64_t forwarded; /* others' messages, as above */
	int64_t first_s;   /* the first hour of these */
	size_t org_count;  /* theirs, at most REVIEW_FORWARD_ORGS */
	const char *orgs[REVIEW_FORWARD_ORGS];
};

struct review_handles {
	int64_t time_s; /* of the incident */
	size_t count;
	struct review_record items[REVIEW_HANDLES];
};

/* All handles of an incident, in the order of trust; nothing known of them. */
struct review_handles review_handles_of(TALLOC_CTX *mem,
					const struct store_incident *incident);

/* A tuple of the same author domain that passed, and its signers. */
void review_handles_pass(struct review_handles *handles,
			 const struct store_tuple *tuple,
			 const struct text_list *signers, int64_t count);

/* Looks through all that passed for what the handles forwarded; one search
 * for many incidents. The newest 200,000 distinct results are looked at. */
bool review_handles_forwards(TALLOC_CTX *mem, struct store_reader *reader,
			     struct review_handles *const *all, size_t count,
			     struct error *err)
    __attribute__((warn_unused_result));

bool review_record_is_forwarder(const struct review_handles *handles,
				const struct review_record *record);

/* The strongest handle with a past; NULL: none has one. */
const struct review_record *
review_handles_known(const struct review_handles *handles);

/* The record of that handle, which is one of them. */
const struct review_record *
review_handles_record(const struct review_handles *handles,
		      const struct review_handle *handle);

/* d= of the signatures that passed, of a tuple's or incident's `dkim`. */
struct text_list review_signers(TALLOC_CTX *mem, const char *dkim);

#endif
