/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_CANONICAL_H
#define AUTH_CANONICAL_H

/*
 * canonical - a header field as it is hashed (RFC 6376 3.4.1, 3.4.2)
 *
 * Pure function.
 */

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/mail/field_list.h"

/* The field in simple or relaxed form with the CRLF at its end, below `mem`.
 * Folds may be LF or CRLF; they are hashed as CRLF. */
struct span canonical_field(TALLOC_CTX *mem, struct field field,
			    bool is_relaxed);

#endif
