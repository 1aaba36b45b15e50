/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REPORT_ALIGNMENT_H
#define TOOLS_REPORT_ALIGNMENT_H

/*
 * alignment - would our own report mail pass DMARC? (RFC 9990 3.5)
 *
 * Receivers drop reports that do not. A mail as a run would send it is written,
 * signed, and judged by the engine that judges what comes in: whether the
 * domain of report.from has a record, and whether the key at the selector fits
 * the private one. SPF is of the host that hands the mail on, which is not ours
 * to know.
 */

#include "lib/app/engine.h"
#include "lib/report/send/signer.h"

enum report_alignment_level {
	REPORT_ALIGNED,
	REPORT_ALIGNMENT_OPEN, /* not ours to know, or DNS does not answer */
	REPORT_NOT_ALIGNED,
};

struct report_alignment {
	enum report_alignment_level level;
	const char *found;
	const char *fix; /* NULL unless not aligned */
};

/* Opens the signer that the settings name; NULL where the mail server signs. */
bool report_signer_open(TALLOC_CTX *mem, const struct report_settings *settings,
			const struct clock *clock,
			struct report_signer **signer, struct error *err)
    __attribute__((warn_unused_result));

/* d= of the signature. */
const char *report_signing_domain(const struct report_settings *settings);

/* Asks the DNS. report.from is an address. Below `mem`. */
bool report_alignment(TALLOC_CTX *mem, const struct engine *engine,
		      const struct report_signer *signer,
		      struct report_alignment *alignment, struct error *err)
    __attribute__((warn_unused_result));

/* The signature alone: does the record at the selector of `settings` fit the
 * signer's key? They may name a key that is not in use yet. */
bool report_signature_alignment(TALLOC_CTX *mem, const struct engine *engine,
				const struct report_settings *settings,
				const struct report_signer *signer,
				struct report_alignment *alignment,
				struct error *err)
    __attribute__((warn_unused_result));

#endif
