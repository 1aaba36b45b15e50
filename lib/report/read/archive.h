/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_ARCHIVE_H
#define REPORT_READ_ARCHIVE_H

/*
 * archive - reports that are packed, or plain
 */

#include "lib/report/read/reader.h"

/* Reads each report in bytes of which formats_is_report() holds. */
void received_archive(const char *name, struct span bytes,
		      const struct received_reader *reader);

#endif
