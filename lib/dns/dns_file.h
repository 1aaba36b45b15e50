/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_FILE_H
#define DNS_DNS_FILE_H

/*
 * dns_file - a whole text file in memory
 */

#include <stddef.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"

/* Reads the file below `mem`. One that is longer than `max` bytes, or holds a
 * NUL byte, is refused. */
bool dns_file_read(TALLOC_CTX *mem, const char *path, size_t max, char **text,
		   struct error *err) __attribute__((warn_unused_result));

#endif
