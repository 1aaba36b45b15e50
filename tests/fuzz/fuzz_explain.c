/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_explain.c - any bytes as what the store kept of an incident
 *
 * The first line is the verdict, the second the DNS answers, the third stands
 * in every column that a sender can fill. Property: all that is said is
 * printable ASCII on one line.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/explain/explain.h"

static void require_ascii(const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		require(*text >= 0x20 && *text < 0x7f);
}

static void check(TALLOC_CTX *mem, const struct store_incident *incident)
{
	const struct explain_today today = {.now_s = 0};
	struct explanation *explanation =
	    explain_incident(mem, incident, &today, true);

	require(explanation->count == EXPLANATION_STEPS);
	for (size_t i = 0; i < explanation->count; i++) {
		const struct text_list *lines = &explanation->steps[i].lines;
		for (size_t k = 0; k < lines->count; k++)
			require_ascii(lines->items[k]);
	}
	require_ascii(explanation->decider.name);
	require_ascii(explanation->decider.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span rest = span_make((const char *)data, size);
	const char *lines[3];

	for (size_t i = 0; i < 3; i++) {
		struct span line;
		(void)span_cut(rest, '\n', &line, &rest);
		lines[i] = mem_strndup(mem, line.data, line.length);
	}
	const char *foreign = lines[2];
	struct store_incident incident = {
	    .reference = "K7QX-2M4D",
	    .queue_id = foreign,
	    .host = "mx",
	    .client_ip = "192.0.2.7",
	    .client_name = foreign,
	    .helo = foreign,
	    .mail_from = foreign,
	    .author_domain = foreign,
	    .author_error = "",
	    .policy_domain = foreign,
	    .spf_result = "pass",
	    .spf_domain = foreign,
	    .dkim = lines[0],
	    .dmarc_result = "fail",
	    .asked = "reject",
	    .applied = "quarantine",
	    .override_type = "",
	    .override_comment = foreign,
	    .reason = foreign,
	    .reply = foreign,
	    .rcpt_domains = "[]",
	    .tls_version = foreign,
	    .verdict = lines[0],
	    .queries = lines[1],
	};
	check(mem, &incident);
	mem_free(mem);
	return 0;
}
