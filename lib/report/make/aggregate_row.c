/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aggregate_row.c - a stored tuple as what a report says of it
 *
 * RFC 9990 3.1.1.8 to 3.1.1.14, 3.1.3. The store is written by alignd, but its
 * texts are strangers' and its file may be damaged: whatever cannot be shown
 * makes one row unusable, never the report.
 */
#include "lib/report/make/aggregate_row.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/json.h"
#include "lib/base/limits.h"
#include "lib/base/net.h"

#define SHOWN_MAX 60

const char *aggregate_disposition_text(enum aggregate_disposition disposition)
{
	static const char *const words[] = {
	    [AGGREGATE_NONE] = "none",
	    [AGGREGATE_PASS] = "pass",
	    [AGGREGATE_QUARANTINE] = "quarantine",
	    [AGGREGATE_REJECT] = "reject",
	};

	return words[disposition];
}

static bool refuse_text(struct error *err, const char *found, const char *what)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)error_set(err, ERROR_STORE, "\"%s\" is no %s",
			text_escape(mem, span_of(found), SHOWN_MAX, true),
			what);
	mem_free(mem);
	return false;
}

/* --- identifiers --- */

static bool put_identifiers(TALLOC_CTX *mem, const struct store_tuple *tuple,
			    struct aggregate_row *row, struct error *err)
{
	struct net_address address;

	if (!net_address_parse(tuple->client_ip, &address))
		return refuse_text(err, tuple->client_ip, "client address");
	if (!domain_is_valid(tuple->author_domain))
		return refuse_text(err, tuple->author_domain, "author domain");
	row->client_ip = net_address_copy(mem, &address);
	row->header_from = mem_strdup(mem, tuple->author_domain);
	/* The HELO name is checked for the null path only (RFC 7208 2.4). */
	row->is_null_path = strcmp(tuple->spf_scope, "helo") == 0;
	row->envelope_from =
	    mem_strdup(mem, row->is_null_path ? "" : tuple->mail_from_domain);
	return true;
}

static bool put_spf(TALLOC_CTX *mem, const struct store_tuple *tuple,
		    struct aggregate_row *row, struct error *err)
{
	int result = auth_result_find(tuple->spf_result);

	if (result < 0)
		return refuse_text(err, tuple->spf_result, "SPF result");
	row->spf_result = (enum auth_result)result;
	row->spf_domain = mem_strdup(mem, tuple->spf_domain);
	/* Without a name (an address literal at HELO) nothing was checked. */
	row->has_spf = *tuple->spf_domain != '\0';
	return true;
}

/* --- disposition and reason --- */

/* A tagged message is delivered marked as suspicious: one of the ways RFC 7489
 * 6.3 names for a quarantine, and the nearest word RFC 9990 has. */
static enum aggregate_disposition find_disposition(const char *applied,
						   bool is_enforced_pass)
{
	switch (disposition_find(applied)) {
	case DISPOSITION_REJECT:
		return AGGREGATE_REJECT;
	case DISPOSITION_QUARANTINE:
	case DISPOSITION_TAG:
		return AGGREGATE_QUARANTINE;
	default:
		return is_enforced_pass ? AGGREGATE_PASS : AGGREGATE_NONE;
	}
}

static bool is_as_asked(enum aggregate_disposition disposition, int policy)
{
	switch (policy) {
	case REQUEST_NONE:
		return disposition == AGGREGATE_NONE;
	case REQUEST_QUARANTINE:
		return disposition == AGGREGATE_QUARANTINE;
	case REQUEST_REJECT:
		return disposition == AGGREGATE_REJECT;
	default:
		return false;
	}
}

/* That the outcome rests on what DNS said before, beside another reason too. */
static bool put_basis(TALLOC_CTX *mem, const char *rests_on,
		      struct aggregate_row *row, struct error *err)
{
	int basis = basis_text_find(rests_on);

	if (basis <= BASIS_ANSWERED)
		return refuse_text(err, rests_on, "basis");
	const char *words = decide_reason_text(
	    basis == BASIS_REMEMBERED ? REASON_REMEMBERED : REASON_STALE);
	if (row->reason == OVERRIDE_NONE)
		row->reason = OVERRIDE_LOCAL_POLICY;
	if (strcmp(row->reason_comment, words) != 0)
		row->reason_comment = mem_printf(
		    mem, "%s%s%s", row->reason_comment,
		    row->reason_comment[0] == '\0' ? "" : ", ", words);
	return true;
}

/*
 * The override, as recorded. A pass counts as one under a policy that asks for
 * something as published: t=y does not make it "none". Where nothing passed
 * aligned and the outcome is not the published policy's, there has to be a
 * reason (3.1.1.9): mail that was let through after a temporary error under
 * t=y has no override.
 */
static bool put_outcome(TALLOC_CTX *mem, const struct store_tuple *tuple,
			struct aggregate_row *row, struct error *err)
{
	bool is_aligned = row->is_dkim_aligned || row->is_spf_aligned;
	int type = override_type_find(tuple->override_type);
	int result = dmarc_result_find(tuple->dmarc_result);
	int policy = request_find(tuple->policy);

	if (type < 0)
		return refuse_text(err, tuple->override_type, "override type");
	row->disposition =
	    find_disposition(tuple->applied, result == DMARC_RESULT_PASS &&
						 policy >= REQUEST_QUARANTINE);
	row->reason = (enum override_type)type;
	row->reason_comment = mem_strdup(mem, tuple->override_comment);
	if (tuple->rests_on != NULL && tuple->rests_on[0] != '\0' &&
	    !put_basis(mem, tuple->rests_on, row, err))
		return false;
	if (row->reason != OVERRIDE_NONE || is_aligned ||
	    is_as_asked(row->disposition, policy))
		return true;
	row->reason = OVERRIDE_LOCAL_POLICY;
	row->reason_comment = mem_printf(mem, "dmarc=%s", tuple->dmarc_result);
	return true;
}

/* --- signatures --- */

static const char *text_at(TALLOC_CTX *mem, const struct json *item,
			   const char *key)
{
	const char *text = json_get_text(item, key);

	return mem_strdup(mem, text == NULL ? "" : text);
}

/* RFC 9990 3.1.3: strictly aligned passes first, then relaxed ones, other
 * passes, the rest. */
static int rank_signature(const struct aggregate_signature *signature,
			  const char *header_from)
{
	if (signature->result != AUTH_PASS)
		return 3;
	if (!signature->is_aligned)
		return 2;
	return strcmp(signature->domain, header_from) == 0 ? 0 : 1;
}

static int compare_texts(const struct aggregate_signature *a,
			 const struct aggregate_signature *b)
{
	int order = strcmp(a->domain, b->domain);

	order = order != 0 ? order : strcmp(a->selector, b->selector);
	order = order != 0 ? order
			   : strcmp(auth_result_text(a->result),
				    auth_result_text(b->result));
	return order != 0 ? order : strcmp(a->reason, b->reason);
}

static int compare_signatures(const void *a, const void *b, void *context)
{
	const char *header_from = context;
	int order =
	    rank_signature(a, header_from) - rank_signature(b, header_from);

	return order != 0 ? order : compare_texts(a, b);
}

static bool read_signature(TALLOC_CTX *mem, const struct json *item,
			   struct aggregate_signature *signature,
			   struct error *err)
{
	const char *text = json_get_text(item, "result");
	int result = auth_result_find(text);

	if (result < 0 || result == AUTH_SOFTFAIL) /* SPF's alone */
		return refuse_text(err, text == NULL ? "" : text,
				   "DKIM result");
	*signature = (struct aggregate_signature){
	    .domain = text_at(mem, item, "domain"),
	    .selector = text_at(mem, item, "selector"),
	    .result = (enum auth_result)result,
	    .reason = text_at(mem, item, "reason"),
	    .is_aligned = json_get_flag(item, "aligned"),
	};
	return true;
}

/* A field whose d= cannot be read names nobody: it says nothing of use to a
 * domain owner, and the schema wants a domain. */
static bool read_signatures(TALLOC_CTX *mem, const struct json *list,
			    struct aggregate_signature *items, size_t *count,
			    struct error *err)
{
	for (size_t i = 0; i < json_count(list); i++) {
		struct json *item = json_item(mem, list, i);
		struct aggregate_signature *next = &items[*count];
		if (item == NULL)
			return error_set(err, ERROR_STORE,
					 "a DKIM result cannot be read");
		if (!read_signature(mem, item, next, err))
			return false;
		if (*next->domain != '\0')
			++*count;
	}
	return true;
}

static bool put_signatures(TALLOC_CTX *mem, const struct store_tuple *tuple,
			   struct aggregate_row *row, struct error *err)
{
	struct json *list = json_read(mem, tuple->dkim);
	size_t count = 0;

	if (list == NULL)
		return error_set(err, ERROR_STORE,
				 "the list of DKIM results cannot be read");
	struct aggregate_signature *items =
	    mem_array(mem, struct aggregate_signature, json_count(list));
	if (!read_signatures(mem, list, items, &count, err))
		return false;
	char *header_from = mem_strdup(mem, row->header_from);
	qsort_r(items, count, sizeof *items, compare_signatures, header_from);
	row->signatures = items;
	row->signature_count =
	    count < AGGREGATE_SIGNATURES_MAX ? count : AGGREGATE_SIGNATURES_MAX;
	return true;
}

/* --- the row --- */

bool aggregate_row_make(TALLOC_CTX *mem, const struct store_tuple *tuple,
			int64_t count, struct aggregate_row *row,
			struct error *err)
{
	struct aggregate_row made = {
	    .count = count,
	    .is_dkim_aligned = tuple->is_dkim_aligned != 0,
	    .is_spf_aligned = tuple->is_spf_aligned != 0,
	};

	if (count < 1)
		return error_set(err, ERROR_STORE, "a count of %lld",
				 (long long)count);
	if (!put_identifiers(mem, tuple, &made, err) ||
	    !put_spf(mem, tuple, &made, err) ||
	    !put_outcome(mem, tuple, &made, err) ||
	    !put_signatures(mem, tuple, &made, err))
		return false;
	*row = made;
	return true;
}

static int compare_lists(const struct aggregate_row *a,
			 const struct aggregate_row *b)
{
	if (a->signature_count != b->signature_count)
		return a->signature_count < b->signature_count ? -1 : 1;
	for (size_t i = 0; i < a->signature_count; i++) {
		int order = compare_texts(&a->signatures[i], &b->signatures[i]);
		if (order != 0)
			return order;
	}
	return 0;
}

static int compare_flags(const struct aggregate_row *a,
			 const struct aggregate_row *b)
{
	int order = a->is_null_path - b->is_null_path;

	order = order != 0 ? order : a->has_spf - b->has_spf;
	order = order != 0 ? order : a->is_dkim_aligned - b->is_dkim_aligned;
	return order != 0 ? order : a->is_spf_aligned - b->is_spf_aligned;
}

static const char *reason_text(const struct aggregate_row *row)
{
	return row->reason == OVERRIDE_NONE ? ""
					    : override_type_text(row->reason);
}

int aggregate_row_compare(const struct aggregate_row *a,
			  const struct aggregate_row *b)
{
	const char *const pairs[][2] = {
	    {a->client_ip, b->client_ip},
	    {a->header_from, b->header_from},
	    {a->envelope_from, b->envelope_from},
	    {auth_result_text(a->spf_result), auth_result_text(b->spf_result)},
	    {a->spf_domain, b->spf_domain},
	    {aggregate_disposition_text(a->disposition),
	     aggregate_disposition_text(b->disposition)},
	    {reason_text(a), reason_text(b)},
	    {a->reason_comment, b->reason_comment},
	};

	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		int order = strcmp(pairs[i][0], pairs[i][1]);
		if (order != 0)
			return order;
	}
	int order = compare_flags(a, b);
	return order != 0 ? order : compare_lists(a, b);
}
