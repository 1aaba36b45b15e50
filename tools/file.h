/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_FILE_H
#define TOOLS_FILE_H

/*
 * file - files that are whole or not there
 */

#include <sys/types.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

/* Who may do what with a new file. */
struct tool_file_rights {
	mode_t mode;
	uid_t user;  /* (uid_t)-1: who makes it */
	gid_t group; /* (gid_t)-1: likewise */
};

/* Puts the text at `path`, in place of what is there, by way of a new file
 * beside it: readers see the old one or all of the new. Mode 0644 less the
 * umask. "-" is standard output. What is there and is no plain file (a device,
 * a link, a folder) is refused, since its place would be taken. */
bool tool_file_write(TALLOC_CTX *mem, const char *path, const char *text,
		     size_t length, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise, with these rights whatever the umask; "-" is a file here. */
bool tool_file_write_as(TALLOC_CTX *mem, const char *path, struct span text,
			const struct tool_file_rights *rights,
			struct error *err) __attribute__((warn_unused_result));

/* Gives a file that is there these rights; a link followed. */
bool tool_file_give(const char *path, const struct tool_file_rights *rights,
		    struct error *err) __attribute__((warn_unused_result));

/* Those of the file at `path`, a link followed. */
bool tool_file_rights(const char *path, struct tool_file_rights *rights,
		      struct error *err) __attribute__((warn_unused_result));

#endif
