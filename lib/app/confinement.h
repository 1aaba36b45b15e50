/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_CONFINEMENT_H
#define APP_CONFINEMENT_H

/*
 * confinement - which files and ports a configuration asks for
 *
 * For confine_landlock(): what a reload reads again is allowed by its folder,
 * since an editor, and alignctl, put a new file in the old one's place. A file
 * that a later configuration names in another folder takes a restart.
 */

#include "lib/app/config.h"
#include "lib/base/confine.h"

/* The system's files, the configuration's, and the ports of the DNS. `path` is
 * the configuration file; NULL: CONFIG_PATH. */
void confinement_allow_config(struct confine_files *files,
			      const struct config *config, const char *path);

/* The folder of the store, where SQLite shall put its temporary files too:
 * sets SQLITE_TMPDIR. Call before other threads and before the store is
 * opened. Nothing where there is no store. */
void confinement_allow_store(struct confine_files *files,
			     const struct config *config);

#endif
