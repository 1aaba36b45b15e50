/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRING_POSTFIX_H
#define WIRING_POSTFIX_H

/*
 * postfix - is alignd wired into Postfix, first, and missed when gone?
 *
 * Each service that takes mail from the network is looked at by itself. Whether
 * an answer is right is shown by mail: tests/mta/test_doctor.py runs each
 * set-up in a real Postfix, and the table of cases is in docs/TESTING.md.
 */

#include "lib/app/config.h"
#include "lib/wiring/finding.h"
#include "lib/wiring/mta_endpoint.h"
#include "lib/wiring/postfix_facts.h"

/* By which hosts mail for a domain comes in, as the DNS has it. */
struct postfix_mx {
	const char *domain;
	struct text_list hosts;
};

/* What Postfix does not say: the files of milters that may stand beside alignd,
 * as text (NULL: none), and the MX of the domains that it takes mail for. */
struct postfix_beside {
	const char *opendkim_conf;
	const char *rspamd_headers; /* its milter_headers.conf */
	size_t mx_count;
	const struct postfix_mx *mx;
};

#define POSTFIX_DOMAINS_MAX 10 /* enough to see who the sisters are */

/* Domains that mail is taken for: `own` first, then those that main.cf names
 * itself; POSTFIX_DOMAINS_MAX at most. Below `mem`. */
struct text_list postfix_domains(TALLOC_CTX *mem,
				 const struct postfix_facts *facts,
				 const struct text_list *own);

/* Leaves findings; facts and configuration outlive the list. */
void postfix_judge(const struct postfix_facts *facts,
		   const struct postfix_beside *beside,
		   const struct config *config, mta_lookup lookup,
		   struct finding_list *list);

#endif
