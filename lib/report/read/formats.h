/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_FORMATS_H
#define REPORT_READ_FORMATS_H

/*
 * formats - between the files that unpack and the one that reads XML
 */

#include <sys/types.h>

#include "lib/report/read/received.h"

/* Bytes as they are unpacked; 0 at the end, -1 with words on a fault. */
struct received_stream {
	ssize_t (*read)(void *context, char *buffer, size_t size,
			struct error *err);
	void *context;
};

/* One report: tells the reader of its rows, then of its end or its refusal. */
void received_xml(const char *name, const struct received_stream *stream,
		  const struct received_reader *reader);

/* Is it packed (gzip, zip)? Reads each report in it. */
bool received_is_archive(struct span bytes);
void received_archive(const char *name, struct span bytes,
		      const struct received_reader *reader);

/* Calls received_read() for each part of each mail that may be a report;
 * false when the bytes are no mail. */
bool received_is_mail(struct span bytes);
void received_mail(const char *name, struct span bytes,
		   const struct received_reader *reader);

/* The library behind each of the two, started once. */
void received_xml_prepare(void);
void received_mail_prepare(void);

/* Does it begin like XML? */
bool received_is_xml(struct span bytes);

#endif
