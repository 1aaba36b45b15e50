/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INBOX_IMAP_H
#define INBOX_IMAP_H

/*
 * imap - one mailbox of a mail server, over TLS (RFC 9051, RFC 8314)
 *
 * libcurl connects, verifies the certificate and logs in; the few commands
 * behind that are spoken here, since what is fetched may be marked as read only
 * when it is kept, and libcurl's own way of fetching marks at once. What the
 * server says is bounded: lines, their number, a mail's bytes, the time of each
 * answer. One connection, one thread.
 */

#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

struct imap_place {
	const char *url; /* imaps://USER@HOST[:PORT][/MAILBOX] */
	const char *password;
	const char *ca_file; /* NULL: the system's */
};

struct imap;

/* Connects, logs in and selects the mailbox; `mem` ends the connection. */
bool imap_open(TALLOC_CTX *mem, const struct imap_place *place,
	       struct imap **imap, struct error *err)
    __attribute__((warn_unused_result));

struct imap_uids {
	size_t count;
	uint32_t *items;
};

/* The mails that nobody has read, at most LIMIT_IMAP_UIDS of them. */
bool imap_unseen(TALLOC_CTX *mem, struct imap *imap, struct imap_uids *uids,
		 struct error *err) __attribute__((warn_unused_result));

/* A mail, which stays unread; *is_whole is false where it is gone, or larger
 * than LIMIT_IMAP_MAIL_BYTES. */
bool imap_fetch(TALLOC_CTX *mem, struct imap *imap, uint32_t uid,
		struct span *bytes, bool *is_whole, struct error *err)
    __attribute__((warn_unused_result));

/* Marks it as read. */
bool imap_mark(struct imap *imap, uint32_t uid, struct error *err)
    __attribute__((warn_unused_result));

#endif
