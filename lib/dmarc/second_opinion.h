/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DMARC_SECOND_OPINION_H
#define DMARC_SECOND_OPINION_H

/*
 * second_opinion - libopendmarc's answer on facts already decided
 *
 * Counted and logged by the caller, never obeyed. libopendmarc sees the author
 * domain and a record written by us, nothing foreign.
 */

#include <stdbool.h>

#include "lib/base/net.h"
#include "lib/dmarc/record.h"

enum second_opinion {
	SECOND_OPINION_NOT_ASKED,
	SECOND_OPINION_PASS,
	SECOND_OPINION_NONE,
	SECOND_OPINION_QUARANTINE,
	SECOND_OPINION_REJECT,
	SECOND_OPINION_ERROR, /* the library failed */
};

/* `asked` is the policy in force after sp, np, t and pct. */
enum second_opinion second_opinion_ask(const struct net_address *client,
				       const char *author, enum request asked,
				       bool is_dkim_aligned,
				       bool is_spf_aligned);

/* Does it agree with "pass", or else with the policy asked? NOT_ASKED agrees.
 */
bool second_opinion_agrees(enum second_opinion opinion, bool is_pass,
			   enum request asked);

const char *second_opinion_text(enum second_opinion opinion);

#endif
