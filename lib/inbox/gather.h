/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INBOX_GATHER_H
#define INBOX_GATHER_H

/*
 * gather - what one mail or file of the inbox is, as it goes into the store
 *
 * A reader (lib/report/read) whose reports become plain data: rows that are
 * alike are one, with a digest of what is said, so that a report packed
 * otherwise is the same one. What a refused report said before is dropped.
 * A report counts on the day that it is about, unless that is not to be
 * believed: on the day it came, then. Memory grows with what is gathered, which
 * `mem` frees. One thread.
 */

#include "lib/inbox/sender.h"
#include "lib/inbox/services.h"
#include "lib/report/read/reader.h"
#include "lib/store/store_inbox.h"

struct inbox_gather;

/* `digest` is that of all bytes of the item; `reporters` as claim.h has them.
 */
struct inbox_gather *inbox_gather_new(TALLOC_CTX *mem,
				      const struct inbox_sender *sender,
				      const struct inbox_services *reporters,
				      const char *digest, int64_t received_s);

struct received_reader inbox_gather_reader(struct inbox_gather *gather);

/* Why something in the item was refused. */
struct inbox_refusal {
	const char *name;
	const char *why;
};

struct inbox_gathered {
	size_t report_count;
	const struct store_inbox_report *reports;
	size_t refusal_count;
	const struct inbox_refusal *refusals;
};

struct inbox_gathered inbox_gather_result(const struct inbox_gather *gather);

/* SHA-256 of the bytes in hexadecimal; false: there was no memory for it. */
bool inbox_digest(TALLOC_CTX *mem, struct span bytes, const char **digest);

#endif
