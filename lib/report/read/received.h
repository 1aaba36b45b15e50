/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_RECEIVED_H
#define REPORT_READ_RECEIVED_H

/*
 * received - reports that others send about our own domains: aggregate ones
 * (RFC 9990, RFC 7489 Appendix C), TLS reports (RFC 8460), failure reports (RFC
 * 6591)
 *
 * Read are: XML, JSON, gzip, zip, a mail, a mailbox (mbox) of mails, whatever the
 * file is called. Strangers wrote all of it: unpacking is bounded, a document
 * type (and with it every entity of its own) is refused, and nothing is
 * fetched. Texts are printable ASCII when anybody sees them: all else is
 * escaped.
 *
 * Time and memory are bounded by what a file has, not by what it says: see
 * LIMIT_RECEIVED_* for tags, attributes, header fields, unpacked bytes. Still,
 * three libraries see the bytes: alignctl calls this in a process of its own
 * (tools/report/read_process.h). What cannot be read is refused with words,
 * never passed over.
 *
 * Reports in the wild break their schema in many ways. What can be understood
 * without guessing is read and the fault is noted; a row that lacks its
 * address, its count or a result is left out and noted; a report without one
 * good row is refused. Known namespaces and their absence count the same.
 */

#include "lib/report/read/reader.h"

/* Loads what the libraries load when they first need it, tables of character
 * sets among it: for a process that is to open no file afterwards. */
void received_prepare(void);

/* Reads all reports that the bytes of what is called `name` hold. */
void received_read(const char *name, struct span bytes,
		   const struct received_reader *reader);

#endif
