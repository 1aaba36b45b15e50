/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_TLS_H
#define REPORT_READ_TLS_H

/*
 * tls - the JSON of one TLS report (RFC 8460)
 *
 * Its shape is measured before anything is made of it: bytes, values and depth
 * are bounded. Reports in the wild leave out much that the RFC asks for; what
 * can be understood without guessing is read and the fault noted. A count that
 * is none, or out of range, leaves out what it counts, and a report without one
 * good policy is refused. URLs in it are texts, and nobody follows them.
 */

#include "lib/report/read/xml.h"

/* One report: tells the reader of its policies, then of its end or its
 * refusal. */
void received_tls(const char *name, const struct received_stream *stream,
		  const struct received_reader *reader);

/* The seconds of "2016-04-01T00:00:00Z", of the same without a zone (UTC then),
 * with an offset, a fraction or a blank for the T, or of a day alone; 0 when it
 * is none. */
int64_t received_tls_time(const char *text);

#endif
