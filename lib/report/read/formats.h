/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_FORMATS_H
#define REPORT_READ_FORMATS_H

/*
 * formats - what bytes are, by their beginning
 *
 * Names and media types of reports are often wrong (a gzip called .zip, a zip
 * sent as octet-stream); the content never is.
 */

#include <stdbool.h>

#include "lib/base/text.h"

/* gzip or zip */
bool formats_is_archive(struct span bytes);

bool formats_is_xml(struct span bytes);

/* An object of JSON. */
bool formats_is_json(struct span bytes);

/* A report, as far as its beginning tells: one of the three. */
bool formats_is_report(struct span bytes);

/* A header field, or the line that stands before each mail of an mbox. */
bool formats_is_mail(struct span bytes);

#endif
