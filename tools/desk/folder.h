/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_DESK_FOLDER_H
#define TOOLS_DESK_FOLDER_H

/*
 * folder - the folder that alignctl desk keeps
 *
 * It is the command's own: what stands in it is what the last run wrote. A mark
 * in it says so; a folder with anything in it and without the mark is somebody
 * else's, and refused.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

struct desk_folder;

/* Makes the folder where it is missing (its parent is there). */
bool desk_folder_open(TALLOC_CTX *mem, const char *path,
		      struct desk_folder **folder, struct error *err)
    __attribute__((warn_unused_result));

/* May a file bear that name, with ".html" behind it? Capitals, digits and a
 * hyphen. */
bool desk_folder_takes(const char *name);

/* Puts "index.html" or "incident/K7QX-2M4D.html" there, whole. */
bool desk_folder_write(struct desk_folder *folder, const char *name,
		       struct span bytes, struct error *err)
    __attribute__((warn_unused_result));

/* Removes the pages that were not written since the folder was opened. */
bool desk_folder_finish(struct desk_folder *folder, struct error *err)
    __attribute__((warn_unused_result));

#endif
