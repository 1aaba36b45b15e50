/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_FILE_CHANGE_H
#define BASE_FILE_CHANGE_H

/*
 * file_change - a file's content changed whole, or not at all
 *
 * The new content is written beside the old, brought to the disk, and takes
 * its name: a reader sees the one or the other, whatever fails. Mode and owner
 * stay; a symbolic link stays one. Two that change the same file wait for each
 * other (a lock on its folder); a program that knows no such lock, an editor,
 * is noticed by what it left.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

/* Makes the new content, below `mem`, of the old one; false refuses. */
typedef bool file_changer(void *context, TALLOC_CTX *mem, struct span old,
			  struct span *changed, struct error *err);

/* A file that does not exist is empty, and is made with mode 0644. One of more
 * than `max` bytes is refused. */
bool file_change(const char *path, size_t max, file_changer *change,
		 void *context, struct error *err)
    __attribute__((warn_unused_result));

/* A file whose content is `bytes`, whatever it was, with that mode, and whoever
 * writes for its owner, or where root writes the folder's owner and group:
 * reaches the disk, and takes the name in one step. */
bool file_put(const char *path, struct span bytes, unsigned mode,
	      struct error *err) __attribute__((warn_unused_result));

#endif
