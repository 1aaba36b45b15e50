/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_GZIP_H
#define REPORT_MAKE_GZIP_H

/*
 * gzip - bytes compressed and unpacked as they come (RFC 1952), through zlib
 *
 * Written: the header carries no name and no time, so that the same bytes, and
 * the same zlib, give the same result. Read: each member is held against its
 * check sum and length; several in a row are one text (RFC 1952 2.2).
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

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

struct gunzip;

/* Owned by `mem`; `packed` must stay. */
struct gunzip *gunzip_new(TALLOC_CTX *mem, struct span packed);

/* The next bytes, at most `size` of them; 0 at the end, -1 with words when the
 * text is damaged or cut short. What stands behind the last member is nobody's
 * and not looked at. */
ssize_t gunzip_read(struct gunzip *gunzip, char *buffer, size_t size,
		    struct error *err);

#endif
