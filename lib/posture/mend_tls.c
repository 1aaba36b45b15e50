/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mend_tls.c - the TLS-RPT record without what is wrong with it
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/mend.h"

#include "lib/base/strbuf.h"
#include "lib/posture/posture.h"
#include "lib/posture/tls_record.h"

#define RECORD_BYTES 8192 /* a record that is longer is nobody's */

const char *mend_tls_report(TALLOC_CTX *mem, const struct posture_facts *facts)
{
	const struct text_list *kept = &facts->tls.kept;
	struct strbuf text;

	strbuf_init(&text, mem, RECORD_BYTES);
	strbuf_add_text(&text, TLSRPT_VERSION "; rua=");
	for (size_t i = 0; i < kept->count; i++)
		strbuf_printf(&text, "%s%s", i > 0 ? "," : "", kept->items[i]);
	if (kept->count == 0)
		strbuf_printf(&text, "mailto:tls-reports@%s", facts->domain);
	return strbuf_is_full(&text) ? NULL
				     : posture_txt(mem, facts->tls.report_owner,
						   strbuf_text(&text));
}
