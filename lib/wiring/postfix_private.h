/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRING_POSTFIX_PRIVATE_H
#define WIRING_POSTFIX_PRIVATE_H

/* postfix_private - what the parts of postfix.c share */

#include "lib/wiring/postfix.h"
#include "lib/wiring/postfix_milters.h"

struct postfix_view {
	TALLOC_CTX *mem;
	struct finding_list *list;
	const struct postfix_facts *facts;
	const struct postfix_beside *beside;
	const struct config *config;
	mta_lookup lookup;
	struct mta_endpoint daemon;
	const char *as_postfix; /* the daemon's socket in Postfix's spelling */
};

/* --- postfix_settings.c: how the service treats our milter --- */

void postfix_check_settings(const struct postfix_view *view,
			    const struct postfix_service *service,
			    const struct postfix_milter *ours);

/* --- postfix_old.c: daemons that alignd replaces, in the service's way --- */

void postfix_check_old(const struct postfix_view *view,
		       const struct postfix_service *service,
		       const struct postfix_milters *milters);

/* --- postfix_beside.c: milters behind the one at `ours` --- */

void postfix_check_beside(const struct postfix_view *view,
			  const struct postfix_service *service,
			  const struct postfix_milters *milters, size_t ours);

/* --- postfix_host.c --- */

/* Who is a stranger to alignd and not to the service, and the reverse. */
void postfix_check_clients(const struct postfix_view *view,
			   const struct postfix_service *service);

/* Does alignd trust all of that network? */
bool postfix_is_trusted(const struct postfix_view *view,
			const struct net_block *block);

/* The next word of a list of main.cf; empty at the end. */
struct span postfix_next_word(struct span *rest);

/* --- postfix_sisters.c: hosts that take mail for the same domains --- */

void postfix_check_sisters(const struct postfix_view *view);

/* --- postfix_host.c, once more --- */

/* What holds for all services; `is_local_called`: non_smtpd_milters has us. */
void postfix_check_host(const struct postfix_view *view, bool is_local_called);

#endif
