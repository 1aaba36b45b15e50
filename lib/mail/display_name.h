/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_DISPLAY_NAME_H
#define MAIL_DISPLAY_NAME_H

/*
 * display_name - what a mail reader shows beside the addresses of From
 *
 * Not a grammar: what a person may read is looked at, whatever wrote it.
 * Quoted strings lose their quotes; encoded words are decoded wherever they
 * stand, since mail readers do, also within quotes; comments count, and are the
 * name of "a@b.test (Ann)"; a group's name counts. Bytes above ASCII are read
 * as UTF-8, else as windows-1252. What mail readers decode differently
 * (encoded_word.h) is left as it stands. Never to find an address: that is
 * from.h. Pure.
 */

#include <stddef.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

struct display_name {
	const char *name;    /* UTF-8, at most LIMIT_NAME_BYTES, may be "" */
	const char *mailbox; /* as it stands, without blanks at its
				ends, "" for a group */
};

struct display_names {
	size_t count; /* LIMIT_FROM_ADDRESSES at most */
	struct display_name *items;
};

/* Of a From value as received; past LIMIT_FROM_BYTES: none. Texts belong to
 * `mem`. */
struct display_names display_names_read(TALLOC_CTX *mem, struct span value);

/* What stands in the first brackets outside quotes and comments, else before the
 * first comma or comment: by what people look for the mail. It may be anything,
 * and nothing is decided by it. */
struct span display_mailbox(struct span value);

#endif
