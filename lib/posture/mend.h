/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_MEND_H
#define POSTURE_MEND_H

/*
 * mend - the one record that mends what is found about a name
 *
 * Records are pasted one after the other. Would each finding bring a record
 * that mends itself alone, the second would undo the first; so all findings
 * about a record bring the same one. It asks receivers for no more than the
 * record that stands: a stronger policy loses good mail where nobody read the
 * reports, and so comes with the finding that speaks of it, a step at a time.
 *
 * Each function gives the line to paste, below `mem`; NULL where the record has
 * nothing that could be mended in writing. Pure.
 */

#include "lib/posture/facts.h"

/* The DMARC record that is in force, or a first one. What it loses: faults,
 * tags of no effect, addresses that reach nobody. A pct that asks for less than
 * all becomes t=y, which RFC 9989 has in its place. */
const char *mend_dmarc(TALLOC_CTX *mem, const struct posture_facts *facts);

/* What a stronger policy begins with: names below that get no less than the
 * domain, the end of a trial (t=y), p itself. */
enum mend_step { MEND_BELOW, MEND_TRIAL, MEND_POLICY };

/* The same with that step, where it is the next one; NULL where another comes
 * first. The policy is raised once reports reach somebody; before, they are
 * asked for. */
const char *mend_dmarc_step(TALLOC_CTX *mem, const struct posture_facts *facts,
			    enum mend_step step);

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
