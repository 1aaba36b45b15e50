/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_inbox_size.c - what a report of others takes in the store, in bytes
 *
 * Measured with dbstat, with what free room a page of a B-tree has.
 * Tested by test_alignctl_inbox.
 */
#include "lib/store/store_inbox_size.h"

#include <string.h>

#define REPORT_BYTES 500
#define ROW_BYTES 100
#define TEXT_TIMES 2 /* a source and a cause stand in their index as well */

static int64_t texts_size(const char *const *texts, size_t count)
{
	int64_t size = 0;

	for (size_t i = 0; i < count; i++)
		size += (int64_t)strlen(texts[i]);
	return size;
}

#define TEXTS(...)                                                             \
	texts_size((const char *const[]){__VA_ARGS__},                         \
		   sizeof((const char *const[]){__VA_ARGS__}) /                \
		       sizeof(const char *))

static int64_t tls_size(const struct store_inbox_tls *tls)
{
	int64_t size =
	    ROW_BYTES + TEXTS(tls->policy, tls->domain, tls->mx_hosts);

	for (size_t i = 0; i < tls->failure_count; i++) {
		const struct store_inbox_tls_failure *it = &tls->failures[i];
		size += ROW_BYTES + TEXTS(it->type, it->mx, it->receiving_ip,
					  it->sending_ip, it->reason,
					  it->information);
	}
	return size;
}

static int64_t failure_size(const struct store_inbox_failure *it)
{
	return ROW_BYTES + TEXTS(it->source_ip, it->auth_failure, it->alignment,
				 it->delivery, it->mail_from_domain,
				 it->dkim_domain, it->dkim_selector);
}

int64_t store_inbox_size(const struct store_inbox_report *report)
{
	int64_t size = REPORT_BYTES + TEXTS(report->reporter, report->ident,
					    report->domain, report->sender,
					    report->claim,
					    report->policy, report->notes);

	for (size_t i = 0; i < report->row_count; i++)
		size += ROW_BYTES + TEXT_TIMES * TEXTS(report->rows[i].address,
						       report->rows[i].cause);
	for (size_t i = 0; i < report->tls_count; i++)
		size += tls_size(&report->tls[i]);
	return report->failure == NULL ? size
				       : size + failure_size(report->failure);
}
