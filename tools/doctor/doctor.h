/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_DOCTOR_DOCTOR_H
#define TOOLS_DOCTOR_DOCTOR_H

/*
 * doctor - the classic wiring mistakes, found, with the fix for each
 *
 * A check is one function that looks at one thing, changes nothing, and leaves
 * findings (lib/wiring/finding.h). Checks never fail: what they cannot see is
 * a note, unless the operator named it.
 */

#include "lib/app/config.h"
#include "lib/base/net.h"
#include "lib/base/text.h"
#include "lib/wiring/finding.h"
#include "lib/wiring/postfix.h"
#include "tools/tool.h"

struct doctor {
	struct tool *tool;
	TALLOC_CTX *mem;
	const struct config *config;
	const char *config_path;
	const char *postfix_folder; /* NULL: the one postconf knows */
	const char *etc;	    /* where other milters have their files */
	const char *sendmail_cf;    /* NULL: the usual place */
	int64_t now_s;
	struct finding_list *findings;
};

#define DOCTOR_CANARY "example.com" /* reserved, and there (RFC 2606) */

/* profile.c: what the host meets of a profile, of the configuration's where
 * none is named. Returns the exit status. */
int doctor_check_profile(struct doctor *doctor, const char *name);

/* quick.c: all that a health check asks, within two seconds. */
void doctor_check_quickly(struct doctor *doctor);

/* socket.c: who answers where alignd listens? */
void doctor_check_answer(struct doctor *doctor, int wait_ms);

/* sisters.c: asks the DNS for the MX of the domains that this host serves. */
void doctor_find_sisters(struct doctor *doctor,
			 const struct postfix_facts *facts,
			 struct postfix_beside *beside);

/* --- the checks, in the order in which they run. Each begins with the
 * configuration's file as its place. --- */

void doctor_check_doubts(struct doctor *doctor);
void doctor_check_mode(struct doctor *doctor);
void doctor_check_trust(struct doctor *doctor);
void doctor_check_overrides(struct doctor *doctor);
void doctor_check_engines(struct doctor *doctor);
void doctor_check_socket(struct doctor *doctor);
void doctor_check_postfix(struct doctor *doctor);
void doctor_check_exempt(struct doctor *doctor);
void doctor_check_sendmail(struct doctor *doctor);
void doctor_check_resolver(struct doctor *doctor);
void doctor_check_suffixes(struct doctor *doctor);
void doctor_check_store(struct doctor *doctor);
void doctor_check_fleet(struct doctor *doctor);
void doctor_check_desk(struct doctor *doctor);
void doctor_check_mark(struct doctor *doctor);
void doctor_check_report(struct doctor *doctor);
void doctor_check_reload(struct doctor *doctor);
void doctor_check_confinement(struct doctor *doctor);
void doctor_check_clock(struct doctor *doctor);

#endif
