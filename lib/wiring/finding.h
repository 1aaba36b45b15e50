/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRING_FINDING_H
#define WIRING_FINDING_H

/*
 * finding - what was seen of a set-up, as plain data
 *
 * A problem lets spoofs in, keeps mail out or loses records today; a warning
 * will, or might; a note is worth knowing, or says what could not be looked at.
 * Whoever looks sets `where` of the list first and then leaves findings; each
 * keeps the place that was set when it was left.
 *
 * Texts of strangers are escaped by who leaves the finding (finding_shown).
 * Everything belongs to the list's context. One thread at a time.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/show/rows.h"

enum finding_severity {
	FINDING_OK,
	FINDING_NOTE,
	FINDING_WARNING,
	FINDING_PROBLEM,
};

struct finding {
	enum finding_severity severity;
	const char *rule;  /* "smtpd_milters": what was looked at */
	const char *where; /* "service smtp in master.cf", a file, a socket */
	const char *found; /* what was seen, one line */
	const char *fix;   /* what to do; NULL: nothing */
	enum error_kind kind; /* of a problem: whose affair it is */
};

struct finding_list {
	TALLOC_CTX *mem;
	const char *where; /* of the findings to come */
	size_t count;
	struct finding *items;
};

struct finding_list *finding_list_new(TALLOC_CTX *mem);

/* --- leaving findings; `fix` is copied, `rule` and `where` are not --- */

void finding_ok(struct finding_list *list, const char *rule, const char *format,
		...) __attribute__((format(printf, 3, 4)));
void finding_note(struct finding_list *list, const char *rule,
		  const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void finding_warn(struct finding_list *list, const char *rule, const char *fix,
		  const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void finding_problem(struct finding_list *list, enum error_kind kind,
		     const char *rule, const char *fix, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Foreign text, fit for a terminal and short. */
const char *finding_shown(const struct finding_list *list, const char *text);

/* --- reading them --- */

size_t finding_count(const struct finding_list *list,
		     enum finding_severity severity);

/* Of the first problem; ERROR_NONE where there is none. */
enum error_kind finding_list_kind(const struct finding_list *list);

/* "ok", "note", "warning", "problem" */
const char *finding_severity_text(enum finding_severity severity);

/* For people lines, the worst last, then the count; for programs one object a
 * line, in the order in which they were left. */
void finding_list_write(FILE *file, const struct finding_list *list,
			enum show_form form);

#endif
