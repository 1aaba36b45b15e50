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

/* The files of milters that may stand beside alignd, as text; NULL: none. */
struct postfix_beside {
	const char *opendkim_conf;
};

/* Leaves findings; facts and configuration outlive the list. */
void postfix_judge(const struct postfix_facts *facts,
		   const struct postfix_beside *beside,
		   const struct config *config, mta_lookup lookup,
		   struct finding_list *list);

#endif
