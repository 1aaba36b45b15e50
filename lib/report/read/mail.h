/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_MAIL_H
#define REPORT_READ_MAIL_H

/*
 * mail - the reports that a mail carries, or the mails of a mailbox
 */

#include "lib/report/read/reader.h"

/* Reads each part that may be a report. */
void received_mail(const char *name, struct span bytes,
		   const struct received_reader *reader);

/* Is it a mailbox of mails (mbox)? */
bool received_mail_is_mailbox(struct span bytes);

/* Cuts the mail at the front of a mailbox, its "From " line with it. */
struct span received_mail_cut(struct span *mailbox);

/* One mail without the "From " line that a mail server puts in front of what it
 * hands to a command: such a line further down is its author's. */
struct span received_mail_bare(struct span mail);

/* Starts the library, once. */
void received_mail_prepare(void);

#endif
