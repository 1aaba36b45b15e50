/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_received.c - any bytes as a received report, packed or mailed
 *
 * Properties: every file ends in reports or a refusal with words; rows that
 * count have an address, a count within bounds and printable texts; nothing is
 * summed of what was refused, and the same bytes give the same sums.
 */
#include "tests/fuzz/fuzz.h"

#include "lib/base/net.h"
#include "lib/report/read/received.h"
#include "lib/report/read/source_sums.h"

struct tally {
	struct source_sums *sums;
	size_t told; /* reports and refusals */
	int64_t pending;
	int64_t messages;
};

static void require_printable(const char *text)
{
	for (; *text != '\0'; text++)
		require(*text >= 0x20 && *text < 0x7f);
}

static void see_row(void *context, const struct received_report *report,
		    const struct received_row *row)
{
	struct tally *tally = context;
	struct net_address address;

	require(net_address_parse(row->source_ip, &address));
	require(row->count >= 1 && row->count <= RECEIVED_COUNT_MAX);
	require_printable(row->header_from);
	require_printable(row->reason);
	for (size_t i = 0; i < row->result_count; i++)
		require_printable(row->results[i].domain);
	source_sums_add(tally->sums, report, row);
	tally->pending += row->count;
}

static void see_report(void *context, const char *name,
		       const struct received_report *report,
		       const struct text_list *notes)
{
	struct tally *tally = context;

	(void)name;
	require_printable(report->domain);
	require_printable(report->report_id);
	for (size_t i = 0; i < notes->count; i++)
		require_printable(notes->items[i]);
	require(tally->pending > 0);
	if (source_sums_keep(tally->sums, report))
		tally->messages += tally->pending;
	tally->pending = 0;
	tally->told++;
}

static void see_policy(void *context, const struct received_tls_policy *policy)
{
	(void)context;
	require_printable(policy->type);
	require_printable(policy->domain);
	require_printable(policy->mx_hosts);
	require(policy->failed >= 0 && policy->failed <= RECEIVED_COUNT_MAX);
	for (size_t i = 0; i < policy->failure_count; i++) {
		require(policy->failures[i].sessions >= 1);
		require_printable(policy->failures[i].mx_helo);
		require_printable(policy->failures[i].information);
	}
}

static void see_tls(void *context, const char *name,
		    const struct received_tls_report *report,
		    const struct text_list *notes)
{
	struct tally *tally = context;

	(void)name;
	require_printable(report->org_name);
	require_printable(report->report_id);
	require(report->begin_s >= 0 && report->begin_s <= RECEIVED_TIME_MAX);
	for (size_t i = 0; i < notes->count; i++)
		require_printable(notes->items[i]);
	tally->told++;
}

static void see_failure(void *context, const char *name,
			const struct received_failure *failure)
{
	struct tally *tally = context;

	(void)name;
	require(failure->domain[0] != '\0');
	require_printable(failure->domain);
	require_printable(failure->type);
	tally->told++;
}

static void see_refused(void *context, const char *name, const char *why)
{
	struct tally *tally = context;

	(void)name;
	require(why[0] != '\0');
	require_printable(why);
	source_sums_drop(tally->sums);
	tally->pending = 0;
	tally->told++;
}

static int64_t sum_of(TALLOC_CTX *mem, const uint8_t *data, size_t size)
{
	struct tally tally = {.sums = source_sums_new(mem)};
	const struct received_reader reader = {
	    .row = see_row,
	    .report = see_report,
	    .tls_policy = see_policy,
	    .tls_report = see_tls,
	    .failure = see_failure,
	    .refused = see_refused,
	    .context = &tally,
	};
	int64_t messages = 0;

	received_read("input", span_make((const char *)data, size), &reader);
	require(tally.told > 0 && tally.pending == 0);
	struct source_list list = source_sums_list(tally.sums);
	for (size_t i = 0; i < list.count; i++)
		messages += list.items[i].messages;
	require(messages == tally.messages);
	return messages;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);

	require(sum_of(mem, data, size) == sum_of(mem, data, size));
	mem_free(mem);
	return 0;
}
