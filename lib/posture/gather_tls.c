/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_tls.c - what the domain says about TLS in TXT records
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/gather_private.h"

#include "lib/base/limits.h"
#include "lib/dmarc/record_uri.h"
#include "lib/posture/tls_record.h"
#include "lib/report/make/destination.h"

static void note_gone(struct gathering *gathering, struct posture_tls *tls)
{
	tls->gone.items = mem_array(gathering->mem, const char *,
				    tls->report_addresses.count);
	for (size_t i = 0; i < tls->report_addresses.count; i++) {
		const char *address = tls->report_addresses.items[i];
		const char *host = destination_host(address);
		if (destination_is_excluded(address,
					    gathering->sources->gone)) {
			tls->gone.items[tls->gone.count++] = address;
			continue;
		}
		gather_name(gathering,
			    mem_printf(gathering->mem,
				       "rua= of the TLS-RPT record of %s",
				       gathering->facts->domain),
			    host);
	}
}

/* Is it for a service that is gone? One that is no mailbox is not. */
static bool is_gone(const struct gathering *gathering, const char *uri)
{
	const struct text_list one = {.count = 1, .items = &uri};
	const struct text_list addresses =
	    destination_list(gathering->mem, &one, 1).addresses;

	return addresses.count > 0 &&
	       destination_is_excluded(addresses.items[0],
				       gathering->sources->gone);
}

/* What the record would be without those. */
static void note_kept(struct gathering *gathering, struct posture_tls *tls,
		      const struct text_list *uris)
{
	tls->kept.items =
	    mem_array(gathering->mem, const char *, uris->count);
	for (size_t i = 0; i < uris->count; i++) {
		if (text_is_graphic(span_of(uris->items[i])) &&
		    !is_gone(gathering, uris->items[i]))
			tls->kept.items[tls->kept.count++] = uris->items[i];
	}
}

static void read_addresses(struct gathering *gathering, struct posture_tls *tls,
			   struct span text)
{
	bool has_bad = false;
	struct text_list uris = record_uri_list(
	    gathering->mem, tls_record_field(text, "rua"), &has_bad);

	tls->report_addresses =
	    destination_list(gathering->mem, &uris, LIMIT_POSTURE_ADDRESSES)
		.addresses;
	note_gone(gathering, tls);
	note_kept(gathering, tls, &uris);
}

void gather_tls(struct gathering *gathering)
{
	struct posture_tls *tls = &gathering->facts->tls;
	struct dns_session *session = gathering->session;
	const char *domain = gathering->facts->domain;

	tls->now_s = gathering->sources->now_s;
	tls->sts_kept = sts_kept_of(&gathering->sources->sts_kept, domain);
	tls->sts_owner = mem_printf(gathering->mem, "_mta-sts.%s", domain);
	tls->report_owner = mem_printf(gathering->mem, "_smtp._tls.%s", domain);
	dns_session_ask_ahead(session, tls->sts_owner, DNS_TXT);
	dns_session_ask_ahead(session, tls->report_owner, DNS_TXT);
	tls->sts = dns_session_ask(session, tls->sts_owner, DNS_TXT);
	tls->report = dns_session_ask(session, tls->report_owner, DNS_TXT);
	for (size_t i = 0; i < tls->report->count; i++) {
		struct span text = span_make(tls->report->records[i].text,
					     tls->report->records[i].length);
		if (!tls_record_is(text, TLSRPT_VERSION))
			continue;
		read_addresses(gathering, tls, text);
		return;
	}
}
