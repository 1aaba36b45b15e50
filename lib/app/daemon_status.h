/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_DAEMON_STATUS_H
#define APP_DAEMON_STATUS_H

/*
 * daemon_status - what a running daemon tells about its configuration
 *
 * A small file beside the store, "alignd.db.status", written at the start and
 * at each reload, replaced as a whole: one JSON object on one line. alignctl
 * reads from it whether the configuration in force is the one on disk, and
 * since when the mode has been what it is. It stays when the daemon ends; the
 * pid tells whether that one still runs. Times are seconds since 1970, UTC.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/store/store.h"

struct daemon_status {
	const char *version; /* of the program */
	int64_t pid;
	int64_t started_s;
	const char *config_path; /* the file asked for */
	int64_t taken_s;	 /* when the configuration in force was read */
	int64_t tried_s;	 /* when one was last read, taken or not */
	const char *refusal;	 /* why that one was refused; NULL: taken */
	const char *mode;	 /* "enforce" "monitor" */
	int64_t mode_since_s;	 /* kept over restarts */
	int64_t overrides;	 /* how many are in force or have ended */
	const char *confinement; /* confine_text(); "" of older ones */
	/* Places in past_defaults.h: the program's own, and that of the last
	 * one that had another, and until when that ran: the same place and 0
	 * where there was none. A program that did not say is of place 0. */
	size_t defaults;
	size_t defaults_before;
	int64_t defaults_since_s;
};

/* Where it is, below `mem`; NULL where there is no store. */
const char *daemon_status_path(TALLOC_CTX *mem,
			       const struct store_settings *store);

bool daemon_status_write(const char *path, const struct daemon_status *status,
			 struct error *err) __attribute__((warn_unused_result));

/* What alignd left beside that store; false: nothing that can be read. */
bool daemon_status_find(TALLOC_CTX *mem, const struct store_settings *store,
			struct daemon_status *status);

/* Texts belong to `mem`; those that are absent are "", but for `refusal`. */
bool daemon_status_read(TALLOC_CTX *mem, const char *path,
			struct daemon_status *status, struct error *err)
    __attribute__((warn_unused_result));

/* Is there a process of its pid? */
bool daemon_status_is_running(const struct daemon_status *status);

#endif
