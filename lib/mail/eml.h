/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_EML_H
#define MAIL_EML_H

/*
 * eml - stored messages, read as an MTA would hand them over
 *
 * A first line "From " (mbox) is dropped, unless it is a field ("From : x").
 * Bare LF is read as CRLF; so is a file that mixes both. The header section ends at the first empty line, or
 * before the first line that is neither field nor continuation (that line then
 * starts the body, as Postfix does it). A header section that begins with a
 * continuation line has that line as the body's start too. The body is
 * streamed; a message is never held whole.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

/* What the reader calls, in order; values as libmilter gives them with
 * SMFIP_HDR_LEADSPC: everything behind the colon, folded lines with bare LF.
 * Body chunks have CRLF line ends and at most 65535 bytes. A handler that
 * returns false stops the reading, which then counts as done. */
struct eml_handler {
	bool (*field)(void *context, struct span name, struct span value);
	bool (*end_of_header)(void *context);
	bool (*body)(void *context, struct span chunk);
	void *context;
};

/* Reads a stream to its end. False only when reading itself failed; an empty
 * file is a message without fields. Fields past LIMIT_HEADER_BYTES are handed
 * on cut; the evaluation notices its own limit. */
bool eml_read(FILE *file, const struct eml_handler *handler, struct error *err)
    __attribute__((warn_unused_result));

#endif
