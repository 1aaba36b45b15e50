/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INBOX_SENDER_H
#define INBOX_SENDER_H

/*
 * sender - what our own filter found of a mail that carries a report
 *
 * By the topmost Authentication-Results field that is ours (authres_names_us):
 * a mail that came through alignd has no other of that name, since foreign ones
 * are removed there. Of a mail that came through another server that one's name
 * is given, and no name where nobody removed anything. A field that cannot be
 * read to its end, or says two different things, says nothing. Pure.
 */

#include "lib/base/mem.h"
#include "lib/base/text.h"

struct inbox_sender {
	const char
	    *domain; /* its author's, in lower case; "" where not known */
	const char *verdict; /* of DMARC, one of RFC 8601's words; likewise */
};

/* `ids` are of those who are believed; the mail begins with its header, no
 * "From " line before it. Of what is no mail nothing is known. */
struct inbox_sender inbox_sender_read(TALLOC_CTX *mem, struct span mail,
				      const struct text_list *ids);

/* What is left where a stranger may have written the field, in what he can make
 * look like a mail of its own: what speaks against him. */
struct inbox_sender inbox_sender_doubt(struct inbox_sender sender);

#endif
