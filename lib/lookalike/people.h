/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOOKALIKE_PEOPLE_H
#define LOOKALIKE_PEOPLE_H

/*
 * people - does an author bear the name of somebody of ours?
 *
 * A person is a name, the address by which it is told whom a stranger passes
 * for, and addresses and domains from which that person writes, too:
 *   "Ann B. Example <ann@example.org> <ann@home.test> <partner.test>"
 * A display name passes for it where these are alike, word by word
 * (name_words.h says what of a word counts):
 *   - the same words in any order: "EXAMPLE, Ann"; initials do not count, and
 *     of three words or more the first and the last are enough;
 *   - these words side by side among others, or with nothing between them but
 *     what stands in brackets or quotes: "Dr. Ann Example (CEO)", "Ann (CEO)
 *     Example", "Ann Example ann@example.org";
 *   - all of the display name without its blanks, from 8 letters on:
 *     "AnnExample", "A n n  E x a m p l e"; from 5 on where it is visibly put
 *     together or taken apart, "JaneDoe", "J a n e D o e", or has something
 *     within that is not shown.
 * A name of one word is compared with whole display names alone. Not told:
 * "A. Example", since many are; another middle name; a nickname.
 *
 * Our own domains pass for nobody. The list is made once for a configuration
 * and not changed; any thread.
 */

#include <stdbool.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/lookalike/lookalike.h"

#define PERSON_WORDS 6 /* of a name, initials apart: past: refused */

struct person {
	const char *name;
	const char *address;	    /* the first of them */
	struct text_list addresses; /* domains in the inner form */
	struct text_list domains;   /* each with all below it */
};

/* An entry; its texts are below `mem`. The words of false say what was found
 * and what is allowed. */
bool person_read(TALLOC_CTX *mem, const char *entry, struct person *person,
		 struct error *err) __attribute__((warn_unused_result));

/* All outlive the list. */
struct people_rules {
	struct text_list entries; /* that person_read() takes */
	struct text_list own;	  /* domains, each with all below it */
	struct text_list open;	  /* domains at which anybody gets an address */
};

/* NULL without entries. */
struct people *people_new(TALLOC_CTX *mem, const struct people_rules *rules);

/* `name` is a display name in UTF-8, `mailbox` what stands beside it, `domain`
 * the author's. What is found has the person's address for a name. NULL people:
 * NONE. */
struct lookalike people_find(const struct people *people, const char *name,
			     const char *mailbox, const char *domain);

/* Does anybody get an address there, so that its past says nothing of who
 * writes? */
bool people_is_open(const struct people *people, const char *domain);

#endif
