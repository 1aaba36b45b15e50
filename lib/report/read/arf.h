/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_ARF_H
#define REPORT_READ_ARF_H

/*
 * arf - a failure report about one message (RFC 5965, 6591, 9991)
 *
 * Made of its machine-readable part; the message that failed, or its header,
 * tells the author's domain where the report does not say whose it is. Neither
 * mailboxes nor the subject are taken from either: of addresses the domain
 * alone. One thread.
 */

#include "lib/report/read/reader.h"

struct arf;

/* Owned by `mem`. Of more than LIMIT_RECEIVED_ARF_BYTES the begin is read. */
struct arf *arf_new(TALLOC_CTX *mem, struct span fields);

/* A part behind it: of one that begins with header fields, the author's
 * domain. */
void arf_see_original(struct arf *arf, struct span bytes);

/* Tells the reader; refuses one that names neither a type nor a domain. */
void arf_tell(const struct arf *arf, const char *name,
	      const struct received_reader *reader);

#endif
