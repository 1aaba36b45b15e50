/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_RECIPIENTS_H
#define POLICY_RECIPIENTS_H

/*
 * recipients - the recipients of a message, as far as rules ask for them
 *
 * Two questions: which items of the overrides' rcpt lists name a recipient, and
 * is it an address at which a postmaster is reached. An address is compared in
 * lower case, as it was given and without the detail behind a delimiter, and is
 * forgotten at once: what stays of any number of recipients is which sets of
 * items occurred.
 *
 * Recipients that the same items name form a group. Past LIMIT_RCPT_GROUPS of
 * them the message is overfull: then recipients_overflow() has what names the
 * others, and they count as recipients that no item names besides; so nobody
 * makes an outcome milder by adding recipients. With n items a recipient costs
 * O(log n) for each label of its domain, and a look at each group.
 *
 * One message's; one thread at a time.
 */

#include "lib/base/mem.h"
#include "lib/policy/override.h"

/* Items of the set's rcpt lists, sorted, which name the same recipients; none:
 * recipients that nothing names. */
struct recipient_group {
	struct text_list items;
};

struct recipients {
	/* What is asked for, which outlives it. */
	const struct override_set *overrides; /* NULL: none */
	const struct text_list *own_domains;
	const char *delimiters; /* each of them begins a detail; "": none */
	/* What was found. */
	size_t group_count;
	struct recipient_group *groups;
	bool is_overfull;
	bool *is_overflow; /* of each item of the set; NULL: not overfull */
	bool has_exempt;   /* postmaster@ or abuse@ of own_domains */
	bool has_other;	   /* anything else, whatever it is */
};

/* Adds one, whose groups belong to `mem`. Without `domain` (in domain.h's inner
 * form) it is no mailbox, and is named by nothing. */
void recipients_add(TALLOC_CTX *mem, struct recipients *recipients,
		    const char *local_part, const char *domain);

/* The items that name recipients past the groups, below `mem`. */
struct text_list recipients_overflow(TALLOC_CTX *mem,
				     const struct recipients *recipients);

/* Are all of them exempt, and is there any? */
bool recipients_are_exempt(const struct recipients *recipients);

#endif
