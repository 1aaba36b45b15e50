/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_DESTINATION_CHECK_H
#define REPORT_SEND_DESTINATION_CHECK_H

/*
 * destination_check - may reports about a domain go to that address?
 * (RFC 9990 4)
 *
 * Within one Organizational Domain they may. Else the address's host must say
 * so at POLICY-DOMAIN._report._dmarc.HOST, or a stranger's record could aim
 * reports at a third party. One or more valid records there are enough; a rua
 * in them takes the address's place, if it stays at the same host.
 *
 * Answers are cached by their TTL in struct dns.
 */

#include "lib/dmarc/tree.h"
#include "lib/dns/dns.h"

enum destination_status {
	DESTINATION_UNAUTHORISED,
	DESTINATION_AUTHORISED,
	DESTINATION_REPLACED, /* others stand in for it */
	DESTINATION_UNKNOWN,  /* DNS did not answer: ask again later */
};

struct destination_check {
	enum destination_status status;
	struct text_list instead; /* REPLACED: addresses in order; the address
				     itself may be one */
	const char *why;	  /* clean words; NULL when authorised */
};

/* `wanted` is the tag that led here, "rua" or "ruf"; `policy_domain` is where
 * the record was found. Below `mem`. */
struct destination_check
destination_check(TALLOC_CTX *mem, struct dns_session *session,
		  enum tree_method method, const char *wanted,
		  const char *policy_domain, const char *address);

/* Asks ahead for what the check will want. Waits for nothing. */
void destination_ask_ahead(struct dns_session *session, enum tree_method method,
			   const char *policy_domain, const char *address);

#endif
