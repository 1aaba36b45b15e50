/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_AUTHRES_H
#define MAIL_AUTHRES_H

/*
 * authres - the Authentication-Results field (RFC 8601)
 *
 * Writing: results and properties are added one by one; values are written as
 * tokens where the grammar allows it and quoted otherwise, control bytes never
 * pass. The field is folded between results and properties and never cut: a
 * result that would pass LIMIT_AUTHRES_WRITTEN is left out whole.
 *
 * Judging foreign fields: does a field claim to be ours (5)? Comments, case,
 * quoting, folding and A-label spelling do not hide it. What cannot be parsed
 * counts as ours, so that it is removed.
 */

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

struct authres;

/* A field of ours; everything belongs to `mem`. */
struct authres *authres_new(TALLOC_CTX *mem, const char *authserv_id);

/* Starts a result: "; METHOD=RESULT". `reason` (or NULL) becomes reason="..";
 * `comment` (or NULL) becomes "(..)" behind the result. */
void authres_add_result(struct authres *field, const char *method,
			const char *result, const char *comment,
			const char *reason);

/* A property of the last result: "PTYPE.PROPERTY=VALUE"; NULL adds nothing. */
void authres_add_property(struct authres *field, const char *ptype,
			  const char *property, const char *value);

/* The value that follows "Authentication-Results:", beginning with a blank,
 * folded with bare LF and a tab as libmilter wants it; "none" without results.
 */
char *authres_text(struct authres *field);

/* Must the foreign field be removed? `authserv_ids` are ours: the configured
 * one first, further ones behind; each is compared without regard to case. */
bool authres_is_ours(struct span value, const struct text_list *authserv_ids);

#endif
