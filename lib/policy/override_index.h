/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_OVERRIDE_INDEX_H
#define POLICY_OVERRIDE_INDEX_H

/*
 * override_index - which overrides have a key; shared by override*.c only
 *
 * A key is an item of a scope as the file's reader spells it: text, also for
 * networks. Pure.
 */

#include "lib/base/mem.h"
#include "lib/policy/override_types.h"

/* Some overrides, by their place in the set, the first one first. */
struct override_run {
	size_t count;
	const struct override_posting *first;
};

struct override_posting {
	enum override_kind kind;
	const char *key;
	size_t place;
};

/* `items` outlive the index. */
struct override_index *
override_index_new(TALLOC_CTX *mem, const struct override *items, size_t count);

/* Those that are filed under the key. */
struct override_run override_index_find(const struct override_index *index,
					enum override_kind kind,
					const char *key);

/* Does any override name the kind, or a network with that prefix length? */
bool override_index_has(const struct override_index *index,
			enum override_kind kind);
bool override_index_has_prefix(const struct override_index *index,
			       enum net_family family, unsigned prefix);

/* What a message offers as keys of that kind, below `mem`; nothing where no
 * override names the kind. See override_keys.c. */
struct text_list override_keys(TALLOC_CTX *mem,
			       const struct override_index *index,
			       enum override_kind kind,
			       const struct override_facts *facts);

#endif
