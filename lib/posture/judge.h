/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_JUDGE_H
#define POSTURE_JUDGE_H

/*
 * judge - findings from facts
 *
 * Pure: the same facts give the same findings.
 */

#include "lib/posture/facts.h"
#include "lib/posture/posture.h"

/* Looks at all subjects; the findings are sorted. */
void posture_judge(const struct posture_facts *facts, struct posture *posture);

/* Adds what is wrong because it stands for so long, once since_s is set; the
 * findings stay sorted. */
void posture_judge_age(struct posture *posture, int64_t now_s);

/* --- subjects --- */

void judge_names(const struct posture_facts *facts, struct posture *posture);
void judge_dmarc(const struct posture_facts *facts, struct posture *posture);
void judge_spf(const struct posture_facts *facts, struct posture *posture);
void judge_sts(const struct posture_facts *facts, struct posture *posture);
void judge_sts_kept(const struct posture_facts *facts, struct posture *posture);
void judge_hosts(const struct posture_facts *facts, struct posture *posture);
void judge_pointers(const struct posture_facts *facts, struct posture *posture);
void judge_tls(const struct posture_facts *facts, struct posture *posture);
void judge_live(const struct posture_facts *facts, struct posture *posture);
void judge_dnssec(const struct posture_facts *facts, struct posture *posture);
void judge_keys(const struct posture_facts *facts, struct posture *posture);
void judge_parked(const struct posture_facts *facts, struct posture *posture);

/* Do senders that do DANE heed the TLSA records of the MX? They do where MX,
 * addresses and TLSA are all validated. */
bool judge_is_dane(const struct posture_facts *facts,
		   const struct posture_host *host);

/* NULL, or why no mail server can use the TLSA record. */
const char *judge_tlsa_fault(const struct dns_record *record);

/* Does the DNS say that there is a policy of MTA-STS? */
bool judge_has_sts(const struct posture_tls *tls);

/* Does the domain say that it sends no mail, or does who asks? */
bool judge_is_parked(const struct posture_facts *facts);

/* Where reports about the domain could go, as a URI; NULL where it takes no
 * mail: then only its owner knows. */
const char *judge_mailbox(TALLOC_CTX *mem, const struct posture_facts *facts);

#endif
