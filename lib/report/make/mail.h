/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_MAIL_H
#define REPORT_MAKE_MAIL_H

/*
 * mail - the mail that carries a report (RFC 9990 3.5.2)
 *
 * A human text part and the compressed XML as attachment. One id stands in the
 * Subject, the file name, the Message-ID and the report itself, the same in
 * every try; Message-ID and envelope sender carry the delivery's token
 * (delivery_token.h) besides. CRLF line ends, no line above 998 bytes.
 */

#include "lib/base/mem.h"
#include "lib/base/strbuf.h"
#include "lib/base/text.h"

struct report_mail {
	const char *report_id;
	const char *policy_domain;
	const char *submitter; /* the receiver's domain */
	const char *file_name;
	const char *org_name;
	const char *from;    /* an address */
	const char *to;	     /* likewise */
	const char *token;   /* of this report to that address */
	const char *contact; /* "" for none */
	int64_t begin_s;
	int64_t end_s;
	int64_t messages;
	int64_t now_s;
	struct span archive; /* gzip */
};

/* RECEIVER!POLICY-DOMAIN!BEGIN!END!ID.xml.gz */
char *report_mail_file_name(TALLOC_CTX *mem, const char *submitter,
			    const char *policy_domain, int64_t begin_s,
			    int64_t end_s, const char *report_id);

/* The whole message, unsigned. */
char *report_mail_write(TALLOC_CTX *mem, const struct report_mail *mail);

/* The envelope's sender: `from`, with DELIMITER and the token behind its
 * local-part unless the delimiter is "", or the whole would be longer than a
 * local-part may be. A bounce then says what it is about. */
char *report_mail_sender(TALLOC_CTX *mem, const char *from,
			 const char *delimiter, const char *token);

/* "From: ...", "To: ..." and "Message-ID: ...", each ended by CRLF: what
 * differs from one address to the next. Uses report_id, org_name, from, to and
 * token. */
char *report_mail_people(TALLOC_CTX *mem, const struct report_mail *mail);

/* Bytes as lines of base64 (RFC 2045 6.8). */
void report_mail_base64(struct strbuf *out, struct span bytes);

/* "Fri, 01 May 2026 12:00:00 +0000" */
char *report_mail_date(TALLOC_CTX *mem, int64_t time_s);

#endif
