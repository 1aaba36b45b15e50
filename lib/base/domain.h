/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_DOMAIN_H
#define BASE_DOMAIN_H

/*
 * domain - domain names in their one inner form
 *
 * Inside alignd a domain is NUL-terminated text in A-labels, lower case,
 * without the last dot, each label 1..63 bytes of letters, digits, hyphen and
 * underscore, the whole at most 253 (RFC 1035 2.3.4; underscores occur in
 * names that mail uses). domain_normalize is the only door. Pure functions.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

/*
 * Foreign text to the inner form: one last dot dropped, U-labels to A-labels
 * (RFC 5891, IDNA 2008 non-transitional; invalid UTF-8, text that is not NFC
 * and labels IDNA refuses are no domain), ASCII lower-cased. NULL when it is
 * no domain; domain literals, blanks and empty text are none.
 */
char *domain_normalize(TALLOC_CTX *mem, struct span text);

/* Would domain_normalize() make a name of it? */
bool domain_is_readable(struct span text);

/* Is one of the names equal to that one? All are in the inner form. */
bool domain_list_has(const struct text_list *list, const char *domain);

/* Is the text already in the inner form? */
bool domain_is_valid(const char *text);

/* Number of labels; 0 for the empty text. */
size_t domain_label_count(const char *domain);

/* The rightmost `labels` labels, pointing into `domain`; all of it when it has
 * fewer. */
const char *domain_suffix(const char *domain, size_t labels);

/* The name one label up, pointing into `domain`; NULL above a single label. */
const char *domain_parent(const char *domain);

/* Does `domain` end in "." + `ancestor`? A name is not below itself. */
bool domain_is_below(const char *domain, const char *ancestor);

bool domain_equals(const char *a, const char *b);

#endif
