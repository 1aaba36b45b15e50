/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_CONFIG_FILES_H
#define APP_CONFIG_FILES_H

/*
 * config_files - which files make a configuration
 *
 * alignd.conf, then each NAME.conf of the folder alignd.conf.d beside it, in
 * the order of the names' bytes; names that begin with a dot are left out.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

/* `path`, whether or not it is there, and the files of its folder, below `mem`.
 * The words name a folder that cannot be read. */
bool config_files_find(TALLOC_CTX *mem, const char *path,
		       struct text_list *files, struct error *err)
    __attribute__((warn_unused_result));

/* Is nothing there, as far as one can see? */
bool config_file_is_absent(const char *path);

#endif
