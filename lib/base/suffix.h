/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_SUFFIX_H
#define BASE_SUFFIX_H

/*
 * suffix - the public suffix list
 *
 * Below which names the public registers its own: com, co.uk, asso.fr, but
 * also uk.com and eu.org, whose owners let others register there. The list is
 * libpsl's; it is loaded at the first question and kept. A top-level domain
 * that it does not have counts as a suffix. Without any list every name is its
 * own registrable one. Any thread.
 */

#include <stdbool.h>
#include <stdint.h>

/* The public suffix plus one label ("b.co.uk" of "a.b.co.uk"), pointing into
 * `domain`, which is in inner form or as dns_name.h has it; a name that is
 * itself a suffix is its own. */
const char *suffix_registrable(const char *domain);

/* Does the public register directly below it? A top-level domain that the list
 * does not have counts. */
bool suffix_is_public(const char *domain);

/* When the list that is read was made, as far as its file tells, in seconds
 * since 1970; 0: not known. *file is its path, static; NULL: it is compiled
 * in. */
int64_t suffix_list_time(const char **file);

#endif
