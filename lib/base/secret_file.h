/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_SECRET_FILE_H
#define BASE_SECRET_FILE_H

/*
 * secret_file - a file that only its owner may read
 *
 * Keys and passwords. A file that its group or everybody may read is refused,
 * with what to do: a secret that the process which reads strangers' mail can
 * read is none. The group root is no such group: service managers hand out
 * credentials so (systemd.exec(5), LoadCredential).
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

struct secret_file {
	const char *name; /* what leads here: a setting, or what it is */
	const char *path;
	const char *user; /* who needs it */
};

/*
 * The file's bytes below `mem`, at most `max`, followed by a NUL that does not
 * count. The words begin with the name and tell file, owner and mode.
 */
bool secret_file_read(TALLOC_CTX *mem, const struct secret_file *secret,
		      size_t max, struct span *bytes, struct error *err)
    __attribute__((warn_unused_result));

/*
 * Writes such a file, mode 0600: whole or not at all, and of two that make it
 * one wins. What stands there stays, and *is_new says which it was. Made by
 * root, it belongs to `user` where there is one of that name, so that a command
 * by root's hand leaves no file that the service cannot read.
 */
bool secret_file_make(const char *path, struct span bytes, const char *user,
		      bool *is_new, struct error *err)
    __attribute__((warn_unused_result));

/* The user of the report unit, whose keys those are. */
#define SECRET_FILE_SENDER "alignd-report"

#endif
