/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather.c - what one mail or file of the inbox is, as it goes into the store
 * Tested by test_alignctl_inbox.
 */
#include "lib/inbox/gather.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/digest.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/inbox/claim.h"
#include "lib/inbox/text_pool.h"
#include "lib/report/read/cause.h"
#include "lib/store/store_inbox_size.h"

struct inbox_gather {
	const struct inbox_sender *sender;
	const struct inbox_services *reporters;
	const char *digest; /* of the item */
	int64_t size;	    /* of its reports, in the store */
	int64_t received_s;
	TALLOC_CTX *pending; /* of the report to come: rows, policies, texts */
	struct text_pool *texts; /* of its rows */
	size_t row_count;
	size_t row_room;
	struct store_inbox_row *rows;
	size_t tls_count;
	size_t left_out; /* failure details */
	struct store_inbox_tls *tls;
	size_t report_count;
	struct store_inbox_report *reports;
	size_t refusal_count;
	struct inbox_refusal *refusals;
};

static void drop_pending(struct inbox_gather *gather)
{
	mem_free(gather->pending);
	gather->pending = mem_context(gather);
	gather->texts = NULL;
	gather->row_count = 0;
	gather->row_room = 0;
	gather->rows = NULL;
	gather->tls_count = 0;
	gather->left_out = 0;
	gather->tls = NULL;
}

/* What is pending belongs to a report now. */
static void keep_pending(struct inbox_gather *gather)
{
	gather->pending = NULL;
	drop_pending(gather);
}

struct inbox_gather *inbox_gather_new(TALLOC_CTX *mem,
				      const struct inbox_sender *sender,
				      const struct inbox_services *reporters,
				      const char *digest, int64_t received_s)
{
	struct inbox_gather *gather = mem_new(mem, struct inbox_gather);

	gather->sender = sender;
	gather->reporters = reporters;
	gather->digest = digest;
	gather->received_s = received_s;
	drop_pending(gather);
	return gather;
}

/* --- digests --- */

static const char *hex_of(TALLOC_CTX *mem, const struct digest_value *value)
{
	struct strbuf hex;

	strbuf_init(&hex, mem, 2 * DIGEST_BYTES);
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		strbuf_printf(&hex, "%02x", (unsigned)value->bytes[i]);
	return strbuf_text(&hex);
}

bool inbox_digest(TALLOC_CTX *mem, struct span bytes, const char **digest)
{
	struct digest *sum = digest_new(mem);

	digest_add(sum, bytes);
	struct digest_value value = digest_finish(sum);
	mem_free(sum);
	if (value.is_good)
		*digest = hex_of(mem, &value);
	return value.is_good;
}

/* Texts are printable ASCII: a NUL stands between two. */
static void add_text(struct digest *sum, const char *text)
{
	digest_add(sum, span_make(text, strlen(text) + 1));
}

static void add_number(struct digest *sum, int64_t number)
{
	digest_add(sum, span_make((const char *)&number, sizeof number));
}

/* Without memory for one the item's stands in: as good, for the same mail. */
static const char *finish(TALLOC_CTX *mem, struct digest *sum,
			  const char *otherwise)
{
	struct digest_value value = digest_finish(sum);

	return value.is_good ? hex_of(mem, &value) : otherwise;
}

/* --- reports --- */

/* A day that its sender's clock can mean. */
static int64_t day_of(const struct inbox_gather *gather, int64_t begin_s)
{
	int64_t received_s = gather->received_s;

	return begin_s > received_s + LIMIT_INBOX_DATE_AHEAD_S ||
		       begin_s < received_s - LIMIT_INBOX_DATE_BACK_S
		   ? received_s
		   : begin_s;
}

static const char *join_notes(TALLOC_CTX *mem, const struct text_list *notes)
{
	struct strbuf all;

	strbuf_init(&all, mem, LIMIT_INBOX_NOTES);
	for (size_t i = 0; i < notes->count; i++) {
		if (i > 0)
			strbuf_add_text(&all, "; ");
		strbuf_add_text(&all, notes->items[i]);
	}
	return strbuf_text(&all);
}

static const char too_much[] = "its mail or file has more than " LIMIT_WORD(
    LIMIT_INBOX_ITEM_REPORTS) " reports, or 128 MiB of them";
_Static_assert(LIMIT_INBOX_ITEM_BYTES == 128 << 20, "as it is said");

/* Of what fails DMARC itself only that it came is kept: nobody sums it. */
static void leave_parts(struct store_inbox_report *report)
{
	report->row_count = 0;
	report->tls_count = 0;
	report->failure = NULL;
}

static bool has_room(struct inbox_gather *gather,
		     const struct store_inbox_report *report)
{
	gather->size += store_inbox_size(report);
	return gather->size <= LIMIT_INBOX_ITEM_BYTES &&
	       gather->report_count < LIMIT_INBOX_ITEM_REPORTS;
}

static void see_refused(void *context, const char *name, const char *why);

static void add_report(struct inbox_gather *gather, const char *name,
		       struct store_inbox_report report)
{
	bool fails = strcmp(gather->sender->verdict, "fail") == 0;

	if (fails)
		leave_parts(&report);
	report.state = fails ? INBOX_FAILED : INBOX_KEPT;
	report.received_s = gather->received_s;
	report.sender = gather->sender->domain;
	report.verdict = gather->sender->verdict;
	report.proof = inbox_claim_proof(report.claim, gather->sender,
					 gather->reporters);
	if (!has_room(gather, &report)) {
		see_refused(gather, name, too_much);
		return;
	}
	gather->reports =
	    mem_resize(gather, gather->reports, struct store_inbox_report,
		       gather->report_count + 1);
	gather->reports[gather->report_count++] = report;
	keep_pending(gather);
}

static int64_t add_bounded(int64_t sum, int64_t number)
{
	return number > STORE_TIME_MAX * 1000 - sum ? STORE_TIME_MAX * 1000
						    : sum + number;
}

/* --- DMARC --- */

static enum store_inbox_applied applied_of(const char *disposition)
{
	if (strcmp(disposition, "quarantine") == 0)
		return INBOX_APPLIED_QUARANTINE;
	return strcmp(disposition, "reject") == 0 ? INBOX_APPLIED_REJECT
						  : INBOX_APPLIED_NONE;
}

static void see_row(void *context, const struct received_report *report,
		    const struct received_row *row)
{
	struct inbox_gather *gather = context;
	TALLOC_CTX *mem = gather->pending;
	TALLOC_CTX *scratch = mem_context(mem);

	(void)report;
	if (gather->texts == NULL)
		gather->texts = text_pool_new(mem);
	if (gather->row_count == gather->row_room) {
		gather->row_room =
		    gather->row_room == 0 ? 64 : gather->row_room * 2;
		gather->rows =
		    mem_resize(mem, gather->rows, struct store_inbox_row,
			       gather->row_room);
	}
	gather->rows[gather->row_count++] = (struct store_inbox_row){
	    .address = text_pool_add(gather->texts, row->source_ip),
	    .cause = text_pool_add(gather->texts,
				   received_cause(scratch, row)),
	    .is_dkim_aligned = row->is_dkim_aligned,
	    .is_spf_aligned = row->is_spf_aligned,
	    .applied = applied_of(row->disposition),
	    .messages = row->count,
	};
	mem_free(scratch);
}

static int compare_rows(const void *a, const void *b)
{
	const struct store_inbox_row *left = a;
	const struct store_inbox_row *right = b;
	int order = strcmp(left->address, right->address);

	if (order == 0)
		order = strcmp(left->cause, right->cause);
	if (order == 0)
		order = left->is_dkim_aligned - right->is_dkim_aligned;
	if (order == 0)
		order = left->is_spf_aligned - right->is_spf_aligned;
	return order != 0 ? order : (int)left->applied - (int)right->applied;
}

/* Rows that are alike become one. */
static void merge_rows(struct inbox_gather *gather)
{
	struct store_inbox_row *rows = gather->rows;
	size_t used = 0;

	if (gather->row_count == 0)
		return;
	qsort(rows, gather->row_count, sizeof rows[0], compare_rows);
	for (size_t i = 1; i < gather->row_count; i++) {
		if (compare_rows(&rows[used], &rows[i]) == 0)
			rows[used].messages =
			    add_bounded(rows[used].messages, rows[i].messages);
		else
			rows[++used] = rows[i];
	}
	gather->row_count = used + 1;
}

static const char *digest_rows(struct inbox_gather *gather,
			       const struct received_report *report)
{
	struct digest *sum = digest_new(gather->pending);

	add_text(sum, report->p);
	add_text(sum, report->sp);
	for (size_t i = 0; i < gather->row_count; i++) {
		const struct store_inbox_row *row = &gather->rows[i];
		add_text(sum, row->address);
		add_text(sum, row->cause);
		add_number(sum, row->is_dkim_aligned);
		add_number(sum, row->is_spf_aligned);
		add_number(sum, row->applied);
		add_number(sum, row->messages);
	}
	return finish(gather->pending, sum, gather->digest);
}

static int64_t count_messages(const struct inbox_gather *gather)
{
	int64_t messages = 0;

	for (size_t i = 0; i < gather->row_count; i++)
		messages = add_bounded(messages, gather->rows[i].messages);
	return messages;
}

static void see_report(void *context, const char *name,
		       const struct received_report *report,
		       const struct text_list *notes)
{
	struct inbox_gather *gather = context;
	TALLOC_CTX *mem = gather->pending;

	merge_rows(gather);
	add_report(gather, name,
		   (struct store_inbox_report){
		       .kind = INBOX_DMARC,
		       .reporter = mem_strdup(mem, report->org_name),
		       .ident = mem_strdup(mem, report->report_id),
		       .begin_s = report->begin_s,
		       .end_s = report->end_s,
		       .domain = mem_strdup(mem, report->domain),
		       .claim =
			   inbox_claim(mem, report->org_name, report->email),
		       .digest = digest_rows(gather, report),
		       .day_s = day_of(gather, report->begin_s),
		       .messages = count_messages(gather),
		       .policy = mem_strdup(mem, report->p),
		       .notes = join_notes(mem, notes),
		       .row_count = gather->row_count,
		       .rows = gather->rows,
		   });
}

/* --- TLS --- */

static size_t count_kept(const struct received_tls_policy *policy)
{
	return policy->failure_count < LIMIT_INBOX_TLS_FAILURES
		   ? policy->failure_count
		   : LIMIT_INBOX_TLS_FAILURES;
}

static const struct store_inbox_tls_failure *
copy_failures(TALLOC_CTX *mem, const struct received_tls_policy *policy)
{
	size_t count = count_kept(policy);
	struct store_inbox_tls_failure *failures =
	    mem_array(mem, struct store_inbox_tls_failure, count);

	for (size_t i = 0; i < count; i++) {
		const struct received_tls_failure *from = &policy->failures[i];
		const char *mx = *from->mx_hostname != '\0' ? from->mx_hostname
							    : from->mx_helo;
		failures[i] = (struct store_inbox_tls_failure){
		    .type = mem_strdup(mem, from->result_type),
		    .mx = mem_strdup(mem, mx),
		    .receiving_ip = mem_strdup(mem, from->receiving_ip),
		    .sending_ip = mem_strdup(mem, from->sending_ip),
		    .sessions = from->sessions,
		    .reason = mem_strdup(mem, from->reason),
		    .information = mem_strdup(mem, from->information),
		};
	}
	return failures;
}

static void see_policy(void *context, const struct received_tls_policy *policy)
{
	struct inbox_gather *gather = context;
	TALLOC_CTX *mem = gather->pending;

	gather->left_out += policy->failure_count - count_kept(policy);
	gather->tls = mem_resize(mem, gather->tls, struct store_inbox_tls,
				 gather->tls_count + 1);
	gather->tls[gather->tls_count++] = (struct store_inbox_tls){
	    .policy = mem_strdup(mem, policy->type),
	    .domain = mem_strdup(mem, policy->domain),
	    .mx_hosts = mem_strdup(mem, policy->mx_hosts),
	    .successful = policy->successful,
	    .failed = policy->failed,
	    .failure_count = count_kept(policy),
	    .failures = copy_failures(mem, policy),
	};
}

/* The first that a policy names; all others without one are of it too. */
static const char *name_domains(struct inbox_gather *gather)
{
	const char *domain = "";

	for (size_t i = 0; i < gather->tls_count && *domain == '\0'; i++)
		domain = gather->tls[i].domain;
	for (size_t i = 0; i < gather->tls_count; i++)
		if (*gather->tls[i].domain == '\0')
			gather->tls[i].domain = domain;
	return domain;
}

static void digest_tls(struct digest *sum, const struct store_inbox_tls *tls)
{
	add_text(sum, tls->policy);
	add_text(sum, tls->domain);
	add_number(sum, tls->successful);
	add_number(sum, tls->failed);
	for (size_t i = 0; i < tls->failure_count; i++) {
		add_text(sum, tls->failures[i].type);
		add_text(sum, tls->failures[i].mx);
		add_text(sum, tls->failures[i].receiving_ip);
		add_text(sum, tls->failures[i].sending_ip);
		add_number(sum, tls->failures[i].sessions);
	}
}

static const char *note_left_out(const struct inbox_gather *gather,
				 const struct text_list *notes)
{
	const char *all = join_notes(gather->pending, notes);

	if (gather->left_out == 0)
		return all;
	return mem_printf(gather->pending,
			  "%zu details of failures are not kept%s%s",
			  gather->left_out, *all == '\0' ? "" : "; ", all);
}

static const char *digest_policies(struct inbox_gather *gather,
				   int64_t *sessions)
{
	struct digest *sum = digest_new(gather->pending);

	*sessions = 0;
	for (size_t i = 0; i < gather->tls_count; i++) {
		const struct store_inbox_tls *tls = &gather->tls[i];
		digest_tls(sum, tls);
		/* of the policy type with most: they are not added */
		if (tls->successful + tls->failed > *sessions)
			*sessions = tls->successful + tls->failed;
	}
	return finish(gather->pending, sum, gather->digest);
}

static void see_tls_report(void *context, const char *name,
			   const struct received_tls_report *report,
			   const struct text_list *notes)
{
	struct inbox_gather *gather = context;
	TALLOC_CTX *mem = gather->pending;
	int64_t sessions;
	const char *domain = name_domains(gather);
	const char *digest = digest_policies(gather, &sessions);

	add_report(gather, name,
		   (struct store_inbox_report){
		       .kind = INBOX_TLS,
		       .reporter = mem_strdup(mem, report->org_name),
		       .ident = mem_strdup(mem, report->report_id),
		       .begin_s = report->begin_s,
		       .end_s = report->end_s,
		       .domain = domain,
		       .claim = inbox_claim(mem, report->org_name,
					    report->contact),
		       .digest = digest,
		       .day_s = day_of(gather, report->begin_s),
		       .messages = sessions,
		       .policy = "",
		       .notes = note_left_out(gather, notes),
		       .tls_count = gather->tls_count,
		       .tls = gather->tls,
		   });
}

/* --- failures --- */

/* It has no id: the mail's own bytes are one. */
static void see_failure(void *context, const char *name,
			const struct received_failure *failure)
{
	struct inbox_gather *gather = context;
	TALLOC_CTX *mem = gather->pending;
	struct store_inbox_failure *copy =
	    mem_new(mem, struct store_inbox_failure);

	*copy = (struct store_inbox_failure){
	    .source_ip = mem_strdup(mem, failure->source_ip),
	    .auth_failure = mem_strdup(mem, *failure->auth_failure != '\0'
						? failure->auth_failure
						: failure->type),
	    .alignment = mem_strdup(mem, failure->identity_alignment),
	    .delivery = mem_strdup(mem, failure->delivery_result),
	    .mail_from_domain = mem_strdup(mem, failure->mail_from_domain),
	    .dkim_domain = mem_strdup(mem, failure->dkim_domain),
	    .dkim_selector = mem_strdup(mem, failure->dkim_selector),
	};
	add_report(gather, name,
		   (struct store_inbox_report){
		       .kind = INBOX_FAILURE,
		       .reporter = gather->sender->domain,
		       .ident = gather->digest,
		       .domain = mem_strdup(mem, failure->domain),
		       .claim = gather->sender->domain,
		       .digest = gather->digest,
		       .day_s = gather->received_s,
		       .messages = 1,
		       .policy = "",
		       .notes = "",
		       .failure = copy,
		   });
}

/* --- refusals --- */

static void see_refused(void *context, const char *name, const char *why)
{
	struct inbox_gather *gather = context;

	drop_pending(gather);
	gather->refusals =
	    mem_resize(gather, gather->refusals, struct inbox_refusal,
		       gather->refusal_count + 1);
	gather->refusals[gather->refusal_count++] = (struct inbox_refusal){
	    .name = mem_strdup(gather, name),
	    .why = mem_strdup(gather, why),
	};
}

struct received_reader inbox_gather_reader(struct inbox_gather *gather)
{
	return (struct received_reader){
	    .row = see_row,
	    .report = see_report,
	    .tls_policy = see_policy,
	    .tls_report = see_tls_report,
	    .failure = see_failure,
	    .refused = see_refused,
	    .context = gather,
	};
}

struct inbox_gathered inbox_gather_result(const struct inbox_gather *gather)
{
	return (struct inbox_gathered){
	    .report_count = gather->report_count,
	    .reports = gather->reports,
	    .refusal_count = gather->refusal_count,
	    .refusals = gather->refusals,
	};
}
