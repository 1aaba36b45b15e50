/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_XML_H
#define REPORT_READ_XML_H

/*
 * xml - the XML of one report, read as it comes
 */

#include <sys/types.h>

#include "lib/report/read/reader.h"

/* Bytes as they are unpacked; 0 at the end, -1 with words on a fault. */
struct received_stream {
	ssize_t (*read)(void *context, char *buffer, size_t size,
			struct error *err);
	void *context;
};

/* One report: tells the reader of its rows, then of its end or its refusal. */
void received_xml(const char *name, const struct received_stream *stream,
		  const struct received_reader *reader);

/* Starts the library, once. */
void received_xml_prepare(void);

#endif
