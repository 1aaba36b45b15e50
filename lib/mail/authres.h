/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_AUTHRES_H
#define MAIL_AUTHRES_H

/*
 * authres - the Authentication-Results field (RFC 8601)
 *
 * Writing: results and properties are added one by one; values are written as
 * tokens where the grammar allows it and quoted otherwise, control bytes never
 * pass. The field is folded between these pieces and at the blanks of comments:
 * no line passes LIMIT_AUTHRES_LINE, most keep to 78.
 *
 * No value is ever cut. A field that would pass LIMIT_AUTHRES_WRITTEN says
 * less: every result that is not spare is written all the same, without comment
 * and details if need be; what room is then left goes to the comments and
 * details of these from the top, and last to spare results. How many were left
 * out stands in a comment at the end. A result with a piece that fits no line
 * is treated likewise.
 *
 * Judging foreign fields: does a field claim to be ours (5)? Comments, case,
 * quoting, folding and A-label spelling do not hide it. What cannot be parsed
 * counts as ours, so that it is removed.
 */

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

struct authres;

/* A field of ours; everything belongs to `mem`. The id has at most
 * LIMIT_DOMAIN_BYTES. */
struct authres *authres_new(TALLOC_CTX *mem, const char *authserv_id);

/* Starts a result: "; METHOD=RESULT". `method` is a literal; `comment` (or
 * NULL) becomes "(..)" behind the result, cut at LIMIT_AUTHRES_COMMENT. */
void authres_add_result(struct authres *field, const char *method,
			const char *result, const char *comment);

/* A property of the last result: "PTYPE.PROPERTY=VALUE"; NULL adds nothing. A
 * detail is one that the result means the same without. */
void authres_add_property(struct authres *field, const char *ptype,
			  const char *property, const char *value);
void authres_add_detail(struct authres *field, const char *ptype,
			const char *property, const char *value);

/* The last result may be left out where room is short. */
void authres_spare_result(struct authres *field);

/* The value that follows "Authentication-Results:", beginning with a blank,
 * folded with bare LF and a tab as libmilter wants it; "none" without results.
 */
char *authres_text(struct authres *field);

/* Must the foreign field be removed? `authserv_ids` are ours: the configured
 * one first, further ones behind; each is compared without regard to case. */
bool authres_is_ours(struct span value, const struct text_list *authserv_ids);

/* Does it bear one of our ids, read without doubt? Where a field is to be
 * believed, and not removed. */
bool authres_names_us(struct span value, const struct text_list *authserv_ids);

#endif
