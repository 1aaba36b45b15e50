/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REPORT_READ_PROCESS_H
#define TOOLS_REPORT_READ_PROCESS_H

/*
 * read_process - the reports of one file or mail, read by a process of its own
 *
 * libxml2, libarchive, zlib and GMime see the bytes there and nowhere else. The
 * process gets the open file and a pipe, and can open, make or start nothing
 * else (confine.h); its bounds of processor time and of time grow with the
 * file, so that a small one cannot take long. What it says is held for a
 * stranger's word (lib/report/read/answer.h). Call received_prepare() before
 * the first.
 */

#include "lib/report/read/received.h"

/* Tells `reader` of each report in the file, and why one is refused. A process
 * that ends otherwise than it should makes one refusal more, for the file:
 * what it told before counts. *left is how many rows, reports and refusals may
 * still come; past that the file is refused. */
void read_process_run(TALLOC_CTX *mem, const char *path,
		      const struct received_reader *reader, size_t *left);

/* Likewise for bytes that are at hand, in the name of `name`. *broken is how the
 * process ended where it did not come to its end, for which no refusal is told:
 * another time it may come through; else NULL. False: no process could be made
 * or confined, and nothing is known of them. */
bool read_process_bytes(TALLOC_CTX *mem, const char *name, struct span bytes,
			const struct received_reader *reader, size_t *left,
			const char **broken, struct error *err)
    __attribute__((warn_unused_result));

#endif
