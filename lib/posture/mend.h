/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_MEND_H
#define POSTURE_MEND_H

/*
 * mend - the one record that mends what is found about a name
 *
 * Records are pasted one after the other. Would each finding bring a record
 * that mends itself alone, the second would undo the first; so all findings
 * about a record bring the same one.
 *
 * Each function gives the line to paste, below `mem`; NULL where the record has
 * nothing that could be mended in writing. Pure.
 */

#include "lib/posture/facts.h"

/* The DMARC record that is in force, or a first one. What it loses: faults,
 * tags of no effect, addresses that reach nobody, sp and np weaker than p, t=y.
 * The policy is raised from none where reports reach somebody already. */
const char *mend_dmarc(TALLOC_CTX *mem, const struct posture_facts *facts);

/* The same, with the policy raised to reject. */
const char *mend_dmarc_reject(TALLOC_CTX *mem,
			      const struct posture_facts *facts);

/* The DMARC record of a domain that sends no mail. */
const char *mend_dmarc_parked(TALLOC_CTX *mem,
			      const struct posture_facts *facts);

/* The SPF record with our hosts, without terms that lead nowhere, and with an
 * end that speaks of strangers; or a first one. */
const char *mend_spf(TALLOC_CTX *mem, const struct posture_facts *facts);

/* The TLS-RPT record without addresses of services that are gone, or a first
 * one. */
const char *mend_tls_report(TALLOC_CTX *mem, const struct posture_facts *facts);

/* Does the same address stand before it, for the same kind of report? */
bool mend_is_repeated(const struct posture_dmarc *dmarc, size_t index);

/* A term of an SPF record that leads to no record, to one that is not valid,
 * back to itself, or that finds nothing. */
bool mend_leads_nowhere(const struct posture_spf *spf,
			const struct posture_spf_term *found);

#endif
