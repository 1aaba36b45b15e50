/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_JUDGE_H
#define EVAL_JUDGE_H

/*
 * judge - from evidence and policy record to a DMARC result
 * (RFC 9989 5.3.4 to 5.3.6)
 */

#include "lib/dns/dns.h"
#include "lib/eval/verdict.h"

/*
 * Compares every identifier with the author domain and fills is_aligned,
 * is_dkim_aligned, is_spf_aligned, result, reason, open and input.indirect of
 * a verdict whose author, evidence and discovery stand. Texts belong to `mem`.
 *
 * An aligned pass decides. Without one, a lookup that did not complete counts
 * only where its identifier could have aligned: nobody else's broken DNS
 * turns a fail into a temperror. Of several that count, the one told is the
 * first in the order of enum lookup_kind.
 */
void judge_alignment(TALLOC_CTX *mem, struct dns_session *session,
		     struct verdict *verdict);

#endif
