/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRING_SENDMAIL_H
#define WIRING_SENDMAIL_H

/*
 * sendmail - is alignd wired into Sendmail, first, and missed when gone?
 *
 * Told from sendmail.cf: "Xalignd, S=inet:8893@127.0.0.1, F=T, T=..." defines a
 * milter, "O InputMailFilters=alignd,..." calls it.
 */

#include "lib/app/config.h"
#include "lib/wiring/finding.h"
#include "lib/wiring/mta_endpoint.h"

/* `path` is what the file is called in a finding. */
void sendmail_judge(struct span file, const char *path,
		    const struct config *config, mta_lookup lookup,
		    struct finding_list *list);

#endif
