/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_GZIP_H
#define REPORT_GZIP_H

/*
 * gzip - bytes compressed as they come (RFC 1952), through zlib
 *
 * The header carries no name and no time: the same bytes, and the same zlib,
 * give the same result.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"

struct gzip;

/* Compressed bytes go to `write`, which may refuse with words. Owned by
 * `mem`. */
struct gzip *gzip_new(TALLOC_CTX *mem,
		      bool (*write)(void *context, const char *bytes,
				    size_t length, struct error *err),
		      void *context);

bool gzip_add(struct gzip *gzip, const char *bytes, size_t length,
	      struct error *err) __attribute__((warn_unused_result));

/* Writes what is left and the trailer; ready for the next stream. */
bool gzip_end(struct gzip *gzip, struct error *err)
    __attribute__((warn_unused_result));

#endif
