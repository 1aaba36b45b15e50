/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause.c - why a row of an aggregate report failed, in words
 * Tested by test_alignctl_report_read.
 */
#include "lib/report/read/cause.h"

#include <string.h>
#include <strings.h>

#define PASSES " passes for "
#define DISPUTED "the domain in From, but the report counts that as failed"

static bool is_pass(const struct received_result *result)
{
	return strcmp(result->result, "pass") == 0;
}

static bool is_own(const struct received_row *row,
		   const struct received_result *result)
{
	return result->domain[0] != '\0' &&
	       strcasecmp(result->domain, row->header_from) == 0;
}

/* How much it speaks for the sender: most a pass of the very domain in From. */
static int weight(const struct received_row *row,
		  const struct received_result *result)
{
	return !is_pass(result) ? 0 : is_own(row, result) ? 2 : 1;
}

/* The result that speaks most for the sender; of equals the first. */
static const struct received_result *best_result(const struct received_row *row,
						 bool is_dkim)
{
	const struct received_result *best = NULL;

	for (size_t i = 0; i < row->result_count; i++) {
		const struct received_result *result = &row->results[i];
		if (result->is_dkim != is_dkim)
			continue;
		if (best == NULL || weight(row, result) > weight(row, best))
			best = result;
	}
	return best;
}

static const char *or_unnamed(const char *text)
{
	return text[0] == '\0' ? "(no name)" : text;
}

/* "SPF fail for b.example" */
static const char *method_words(TALLOC_CTX *mem, const struct received_row *row,
				bool is_dkim)
{
	const struct received_result *result = best_result(row, is_dkim);
	const char *method = is_dkim ? "DKIM" : "SPF";

	if (result == NULL)
		return is_dkim ? "no DKIM signature" : "SPF not reported";
	if (is_pass(result) && is_own(row, result))
		return mem_printf(mem, "%s" PASSES "%s, " DISPUTED, method,
				  result->domain);
	if (is_pass(result))
		return mem_printf(mem, "%s" PASSES "%s, which is not aligned",
				  method, or_unnamed(result->domain));
	return mem_printf(mem, "%s %s for %s", method,
			  or_unnamed(result->result),
			  or_unnamed(result->domain));
}

const char *received_cause(TALLOC_CTX *mem, const struct received_row *row)
{
	if (row->is_dkim_aligned || row->is_spf_aligned)
		return "";
	return mem_printf(mem, "From %s: %s; %s", or_unnamed(row->header_from),
			  method_words(mem, row, false),
			  method_words(mem, row, true));
}

bool received_cause_is_disputed(const char *words)
{
	return strstr(words, DISPUTED) != NULL;
}

bool received_cause_domain(struct span *rest, struct span *domain)
{
	const char *found =
	    memmem(rest->data, rest->length, PASSES, sizeof PASSES - 1);

	if (found == NULL)
		return false;
	*rest =
	    span_from(*rest, (size_t)(found - rest->data) + sizeof PASSES - 1);
	(void)span_cut(*rest, ',', domain, rest);
	return true;
}
