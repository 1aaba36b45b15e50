/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * findings.c - findings, and how they are written down
 */
#include "tools/doctor/findings.h"

#include <stdarg.h>

#define SHOWN_MAX 200

static void add(struct doctor *doctor, const char *check,
		enum doctor_level level, const char *fix, const char *format,
		va_list args)
{
	doctor->findings = mem_resize(doctor->mem, doctor->findings,
				      struct doctor_finding, doctor->count + 1);
	doctor->findings[doctor->count++] = (struct doctor_finding){
	    .check = check,
	    .level = level,
	    .found = mem_vprintf(doctor->mem, format, args),
	    .fix = fix == NULL ? NULL : mem_strdup(doctor->mem, fix),
	};
}

void doctor_ok(struct doctor *doctor, const char *check, const char *format,
	       ...)
{
	va_list args;

	va_start(args, format);
	add(doctor, check, DOCTOR_OK, NULL, format, args);
	va_end(args);
}

void doctor_note(struct doctor *doctor, const char *check, const char *format,
		 ...)
{
	va_list args;

	va_start(args, format);
	add(doctor, check, DOCTOR_NOTE, NULL, format, args);
	va_end(args);
}

void doctor_warn(struct doctor *doctor, const char *check, const char *fix,
		 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(doctor, check, DOCTOR_WARNING, fix, format, args);
	va_end(args);
}

void doctor_problem(struct doctor *doctor, enum tool_status status,
		    const char *check, const char *fix, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(doctor, check, DOCTOR_PROBLEM, fix, format, args);
	va_end(args);
	if (doctor->status == TOOL_DONE)
		doctor->status = (int)status;
}

const char *doctor_shown(const struct doctor *doctor, const char *text)
{
	return text_escape(doctor->mem, span_of(text), SHOWN_MAX, true);
}
