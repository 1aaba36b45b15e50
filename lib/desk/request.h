/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_REQUEST_H
#define DESK_REQUEST_H

/*
 * request - what somebody asks the desk for: a path and parameters
 *
 * Read from the target of an HTTP request as it came
 * ("/incidents?from=a.test"), whoever sent it. Pure.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/strbuf.h"

struct desk_parameter {
	const char *name;
	const char *value; /* a line of UTF-8 without control characters */
};

struct desk_request {
	const char *path; /* "/incidents": letters, digits, "/", "-", "." */
	size_t count;
	struct desk_parameter *items;
};

/* Refuses (ERROR_USAGE) what is longer than LIMIT_DESK_TARGET_BYTES, holds more
 * than LIMIT_DESK_PARAMETERS or one twice, what is not well encoded, and paths
 * with anything but the above or with "//" or "..". Below `mem`. */
bool desk_request_read(TALLOC_CTX *mem, const char *target,
		       struct desk_request *request, struct error *err)
    __attribute__((warn_unused_result));

/* The value, without blanks at its ends; NULL: not given, or empty. */
const char *desk_request_value(const struct desk_request *request,
			       const char *name);

/* The text so that it may stand in a path or a parameter: what is no letter,
 * digit, "-", "." or "_" as %XX. */
void desk_url_add(struct strbuf *url, const char *text);

#endif
