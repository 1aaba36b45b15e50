/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_traffic.c - is a message itself a report, or a bounce of one of ours?
 * Tested by test_alignctl_report_manners.
 */
#include "lib/eval/report_traffic.h"

#include <string.h>

#include "lib/base/domain.h"

/* "dmarc" and "dmarc+0123-1" are the same mailbox. */
static bool is_same_mailbox(const char *local, const char *own)
{
	size_t length = strlen(own);

	return span_starts_nocase(span_of(local), own) &&
	       (local[length] == '\0' || strchr("+-=", local[length]) != NULL);
}

void report_traffic_recipient(struct report_traffic *traffic,
			      const struct path *recipient, const char *sender)
{
	if (*sender == '\0')
		return;
	TALLOC_CTX *mem = mem_context(NULL);
	struct path own = path_parse(mem, span_of(sender));

	if (own.domain != NULL && recipient->domain != NULL &&
	    domain_equals(recipient->domain, own.domain) &&
	    is_same_mailbox(recipient->local_part, own.local_part))
		traffic->has_report_address = true;
	else
		traffic->has_other_recipient = true;
	mem_free(mem);
}

void report_traffic_subject(struct report_traffic *traffic, struct span value)
{
	if (span_starts_nocase(span_trim(value), "Report Domain:"))
		traffic->has_subject = true;
}

bool report_traffic_is_report(const struct report_traffic *traffic,
			      bool is_null_sender, bool is_pass)
{
	if (traffic->has_subject && is_pass)
		return true;
	return is_null_sender && traffic->has_report_address &&
	       !traffic->has_other_recipient;
}
