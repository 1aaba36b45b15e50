/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_FILE_READ_H
#define BASE_FILE_READ_H

/*
 * file_read - the bytes of a file, up to a maximum
 *
 * What cannot be read, or is larger, is ERROR_CONFIG with words.
 */

#include <stdio.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

/* A file's bytes below `mem`, at most `max`. */
bool file_read(TALLOC_CTX *mem, const char *path, size_t max, struct span *file,
	       struct error *err) __attribute__((warn_unused_result));

/* Likewise, in a folder that somebody else may write: no link is followed, and
 * what is no plain file is refused before it is waited for. */
bool file_read_plain(TALLOC_CTX *mem, const char *path, size_t max,
		     struct span *file, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise by its name in an open folder; `path` is for the words of a fault.
 */
bool file_read_plain_at(TALLOC_CTX *mem, int folder, const char *name,
			const char *path, size_t max, struct span *file,
			struct error *err) __attribute__((warn_unused_result));

/* What is left of a stream, likewise; `name` is for the words of a fault. */
bool file_read_stream(TALLOC_CTX *mem, FILE *stream, const char *name,
		      size_t max, struct span *file, struct error *err)
    __attribute__((warn_unused_result));

#endif
