/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_INBOX_MAILDIR_H
#define TOOLS_INBOX_MAILDIR_H

/*
 * maildir - the unread mails of a Maildir, each marked once it is taken
 *
 * Unread is what lies in new, and in cur without the flag S. A mail that is
 * taken, and committed, is renamed to cur with that flag, over no mail that is
 * there; its bytes are left alone. Somebody else may rename at the same time:
 * what is gone is passed over. Links are not followed, be they new, cur
 * or the Maildir itself, and what is no plain file is not read: nothing outside of the
 * Maildir is read or moved.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

/* Is there a folder "new" or "cur" in the folder? */
bool maildir_is_one(const char *path);

struct maildir_reader {
	/* A mail, which is marked where *is_taken. False ends the reading,
	 * which then has failed. */
	bool (*take)(void *context, const char *name, struct span bytes,
		     bool *is_taken, struct error *err);
	/* Those taken so far may be marked now? Likewise. */
	bool (*commit)(void *context, struct error *err);
	/* What keeps a single mail from being read or marked. */
	void (*skipped)(void *context, const char *name, const char *why);
	void *context;
};

/* Calls `take` for each, in the order of their names, and after some of them
 * `commit`, after which they are marked. False where one of these failed, and
 * where the folder cannot be read. */
bool maildir_read(const char *path, const struct maildir_reader *reader,
		  struct error *err) __attribute__((warn_unused_result));

#endif
