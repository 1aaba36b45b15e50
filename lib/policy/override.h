/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_OVERRIDE_H
#define POLICY_OVERRIDE_H

/*
 * override - the operator's exceptions from what the published policy asks
 * (RFC 9989 7.4; reasons of RFC 9990 3.1.1.9)
 *
 * An override has a scope, an action, an end, and somebody who answers for it.
 * The scope names handles that a sender cannot borrow: the domain of a DKIM
 * signature that passed, the domain that passed SPF, the client's network or
 * its confirmed host name; From alone only where the operator says `unsafe`.
 * Recipients make a scope narrower and are no handle. A message with several
 * gets the strictest of what each would have (decide_for_all()).
 *
 * A set is immutable and may be shared by threads. With n overrides, loading
 * takes O(n log n) and a search O(log n) for each key that the message offers,
 * plus the overrides that share a key with it; each override is filed under
 * the kind of handle whose keys it shares with the fewest others.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/policy/override_types.h"

struct override_index;

struct override_set {
	const char *path;   /* of the first file */
	bool is_blank;	    /* nothing but white space stands in that one */
	size_t first_count; /* overrides of that one */
	size_t count;
	const struct override *items; /* in the order of the files */
	const struct override_index *index;
	/* Those of `items`, by their names; and what their rcpt lists have,
	 * each once, sorted. */
	const struct override **by_name;
	struct text_list rcpt_items;
};

/* Reads an overrides file below `mem`; the words name file, line, override and
 * setting. Those that have expired are read like the others. */
bool override_load(TALLOC_CTX *mem, const char *path, struct override_set **set,
		   struct error *err) __attribute__((warn_unused_result));

/* The same from the bytes of what is called `path`. */
bool override_parse(TALLOC_CTX *mem, const char *path, struct span file,
		    struct override_set **set, struct error *err)
    __attribute__((warn_unused_result));

/* The same of several files, one behind the other: a host's own, and the
 * fleet's. What stands in the first holds before what stands in the next; a
 * name that stands in two is refused, with both places. */
struct override_file {
	const char *path;
	struct span bytes;
};
bool override_parse_files(TALLOC_CTX *mem, const struct override_file *files,
			  size_t count, struct override_set **set,
			  struct error *err)
    __attribute__((warn_unused_result));

/* Would override_parse_files() take them? Nothing is kept but the names, so
 * that it takes a tenth of the memory. */
bool override_check_files(const struct override_file *files, size_t count,
			  struct error *err)
    __attribute__((warn_unused_result));
bool override_load_files(TALLOC_CTX *mem, const struct text_list *paths,
			 struct override_set **set, struct error *err)
    __attribute__((warn_unused_result));

/*
 * The first override in the order of the files that applies, or NULL; `mem` is
 * for the search alone. A NULL set is an empty one.
 *
 * None applies to a message that passes, unless a setting acts on it (a
 * look-alike). Accept also applies to a temperror; quarantine and reject do
 * not, since what will come again may then pass. Reject also applies where
 * there is no usable policy, and all three where a setting acts on such mail.
 * All three apply to a message without a single Author Domain, unless `from` is
 * named.
 */
const struct override *override_find(TALLOC_CTX *mem,
				     const struct override_set *set,
				     const struct override_facts *facts,
				     int64_t now_s);

/* The overrides with an rcpt list in whose scope those recipients' message is,
 * in the order of the file, whether or not they apply; at most `max`, and
 * *left_out says whether there were more. Below `mem`. */
struct text_list override_rcpt_rules(TALLOC_CTX *mem,
				     const struct override_set *set,
				     const struct override_facts *facts,
				     size_t max, bool *left_out);

/* The override of that name, or NULL. */
const struct override *override_named(const struct override_set *set,
				      const char *name);

bool override_is_expired(const struct override *override, int64_t now_s);

/* "2026-12-31", the last day on which it applies; "permanent". Returns
 * `text`. */
#define OVERRIDE_END_TEXT 21
const char *override_end_text(const struct override *override,
			      char text[OVERRIDE_END_TEXT]);

/* "accept" "quarantine" "reject", as the file spells them. */
const char *override_action_text(enum disposition action);

/* "dkim" "spf" "host" "network" "from" "rcpt", as the file spells them. */
const char *override_kind_text(enum override_kind kind);

#endif
