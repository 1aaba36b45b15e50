/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_DOCTOR_FINDINGS_H
#define TOOLS_DOCTOR_FINDINGS_H

/*
 * findings - the classic wiring mistakes, found, with the fix for each
 *
 * A check is one function that looks at one thing, changes nothing, and leaves
 * findings: what was found and, where something is amiss, what to do about it.
 * A problem lets spoofs in, keeps mail out or loses records today; a warning
 * will, or might. Checks never fail: what they cannot see is a note.
 */

#include "lib/app/config.h"
#include "lib/base/text.h"
#include "tools/tool.h"

enum doctor_level {
	DOCTOR_OK,
	DOCTOR_NOTE, /* not looked at, or only worth knowing */
	DOCTOR_WARNING,
	DOCTOR_PROBLEM,
};

struct doctor_finding {
	const char *check; /* "smtpd_milters": what was looked at */
	enum doctor_level level;
	const char *found;
	const char *fix; /* NULL: nothing to do */
};

struct doctor {
	struct tool *tool;
	TALLOC_CTX *mem;
	const struct config *config;
	const char *config_path;
	const char *postfix_folder; /* NULL: the one postconf knows */
	const char *sendmail_cf;
	int64_t now_s;
	size_t count;
	struct doctor_finding *findings;
	int status; /* enum tool_status of the first problem */
};

/* --- findings.c: leaving findings --- */

void doctor_ok(struct doctor *doctor, const char *check, const char *format,
	       ...) __attribute__((format(printf, 3, 4)));
void doctor_note(struct doctor *doctor, const char *check, const char *format,
		 ...) __attribute__((format(printf, 3, 4)));
/* `fix` is copied. */
void doctor_warn(struct doctor *doctor, const char *check, const char *fix,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));
void doctor_problem(struct doctor *doctor, enum tool_status status,
		    const char *check, const char *fix, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Foreign text, fit for a terminal and short. */
const char *doctor_shown(const struct doctor *doctor, const char *text);

/* --- the checks, in the order in which they run --- */

void doctor_check_mode(struct doctor *doctor);
void doctor_check_trust(struct doctor *doctor);
void doctor_check_overrides(struct doctor *doctor);
void doctor_check_engines(struct doctor *doctor);
void doctor_check_socket(struct doctor *doctor);
void doctor_check_postfix(struct doctor *doctor);
void doctor_check_sendmail(struct doctor *doctor);
void doctor_check_resolver(struct doctor *doctor);
void doctor_check_store(struct doctor *doctor);
void doctor_check_report(struct doctor *doctor);
void doctor_check_reload(struct doctor *doctor);
void doctor_check_confinement(struct doctor *doctor);
void doctor_check_clock(struct doctor *doctor);

#endif
