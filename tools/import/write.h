/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_IMPORT_WRITE_H
#define TOOLS_IMPORT_WRITE_H

/*
 * write - a translation as alignd.conf and overrides.conf in a folder
 *
 * Both files or none: they are written beside, read back by the code that the
 * daemon reads its configuration with, and take their names only then. A name
 * that is there already stays as it is.
 */

#include "tools/import/translation.h"

/* Makes the folder where there is none. ERROR_USAGE: one of the files is there.
 * ERROR_INPUT: it cannot be written. */
bool translation_write(const struct translation *translation,
		       const char *folder, struct error *err)
    __attribute__((warn_unused_result));

#endif
