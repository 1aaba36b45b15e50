/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_CAUSE_H
#define REPORT_READ_CAUSE_H

/*
 * cause - why a row of an aggregate report failed, in words
 */

#include "lib/report/read/reader.h"

/* "From a.example: SPF fail for b.example; no DKIM signature"; "" where it
 * passed. */
const char *received_cause(TALLOC_CTX *mem, const struct received_row *row);

/* Do such words say that the report lists a pass of the domain in From itself,
 * which is aligned however strictly, and yet counts the message as failed? */
bool received_cause_is_disputed(const char *words);

/* The domains that such words say pass without being aligned: "b.example" of
 * "SPF passes for b.example, which is not aligned". The next of them at or
 * behind `rest`, which moves on; false: there is none. */
bool received_cause_domain(struct span *rest, struct span *domain);

#endif
