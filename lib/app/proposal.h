/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_PROPOSAL_H
#define APP_PROPOSAL_H

/*
 * proposal - overrides that known paths speak for, and what each would have
 * done
 *
 * Forwarders and lists come first: clients that bring mail of several
 * organizations with credit (store_path_credit.h), for any author. Then single
 * authors' paths with credit. A person reads them and decides: each says what
 * the recorded mail of a period would have been under it, and whose that is.
 */

#include "lib/app/replay.h"
#include "lib/policy/override_write.h"
#include "lib/store/store_path_read.h"

#define PROPOSAL_AUTHORS 5 /* whose mail would have fared otherwise, named */
#define PROPOSAL_DISPOSITIONS (DISPOSITION_TEMPFAIL + 1)

struct proposal_author {
	const char *domain;
	int64_t messages;
};

struct proposal {
	const char *name;
	const struct store_path_known *known;
	const char *section; /* as it stands in a file */
	/* Whose mail earned the credit: somebody's own domains earn it too. */
	int64_t unnamed; /* messages of further ones */
	size_t earner_count;
	struct proposal_author earners[PROPOSAL_AUTHORS];

	/* Filled by proposals_try(): messages, in enforce mode, under the
	 * configuration and under it with the proposal. */
	int64_t changed;
	int64_t matrix[PROPOSAL_DISPOSITIONS][PROPOSAL_DISPOSITIONS];
	int64_t others; /* of further authors */
	size_t author_count;
	struct proposal_author authors[PROPOSAL_AUTHORS];
};

struct proposals {
	size_t count;
	struct proposal *items;
	size_t left_out;
};

/* At most `max`, below `mem`, as the list outlives them; `owner` answers for
 * them, the last day of each is PROPOSAL_DAYS from now. One whose name an
 * override has already is none. False: `owner` may not stand there. */
#define PROPOSAL_DAYS 180
bool proposals_make(TALLOC_CTX *mem, const struct store_path_list *list,
		    const struct override_set *known, const char *owner,
		    int64_t now_s, size_t max, struct proposals *proposals,
		    struct error *err) __attribute__((warn_unused_result));

/* Decides what was recorded since then again, as whatif does. */
bool proposals_try(TALLOC_CTX *mem, struct store_reader *reader,
		   const struct config *config, int64_t since_s, int64_t now_s,
		   struct proposals *proposals, struct error *err)
    __attribute__((warn_unused_result));

#endif
