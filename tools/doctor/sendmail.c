/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sendmail.c - is alignd wired into Sendmail, first, and missed when
 * gone?
 *
 * Reads sendmail.cf: "Xalignd, S=inet:8893@127.0.0.1, F=T, T=..." defines a
 * milter, "O InputMailFilters=alignd,..." calls it.
 */
#include "tools/doctor/findings.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tools/doctor/mta_endpoint.h"

#define FILE_MAX (1024 * 1024)
#define CHECK_WIRING "InputMailFilters"
#define FILTERS_OPTION "O InputMailFilters="

/* What sendmail.cf says about us. */
struct wiring {
	const char *name;    /* "alignd"; NULL: no milter has our socket */
	const char *flag;    /* behind F=; "" when absent */
	const char *filters; /* the list; "" when absent */
};

/* The value of "S=" in "name, S=..., F=..."; "" when there is none. */
static const char *equate(TALLOC_CTX *mem, struct span rest, char key)
{
	struct span part;

	while (rest.length > 0) {
		(void)span_cut(rest, ',', &part, &rest);
		part = span_trim(part);
		if (part.length >= 2 && part.data[0] == key &&
		    part.data[1] == '=')
			return mem_strndup(mem, part.data + 2, part.length - 2);
	}
	return "";
}

static void read_milter(const struct doctor *doctor, struct span line,
			struct wiring *wiring)
{
	TALLOC_CTX *mem = doctor->mem;
	struct mta_endpoint written;
	struct mta_endpoint daemon;
	struct span name;
	struct span rest;

	if (wiring->name != NULL || !span_cut(line, ',', &name, &rest))
		return;
	if (mta_endpoint_from_listen(mem, span_of(equate(mem, rest, 'S')),
				     &written) &&
	    mta_endpoint_from_listen(
		mem, span_of(doctor->config->daemon.listen), &daemon) &&
	    mta_endpoint_reaches(mem, &written, &daemon, "/", false)) {
		wiring->name = mem_strndup(mem, name.data, name.length);
		wiring->flag = equate(mem, rest, 'F');
	}
}

static void read_line(const struct doctor *doctor, struct span line,
		      struct wiring *wiring)
{
	size_t length = strlen(FILTERS_OPTION);

	if (line.length > 1 && line.data[0] == 'X')
		read_milter(doctor, span_make(line.data + 1, line.length - 1),
			    wiring);
	else if (span_starts_nocase(line, FILTERS_OPTION))
		wiring->filters = mem_strndup(doctor->mem, line.data + length,
					      line.length - length);
}

static struct wiring read_file(const struct doctor *doctor, struct span file)
{
	struct wiring wiring = {.flag = "", .filters = ""};
	struct span line;

	while (file.length > 0) {
		(void)span_cut(file, '\n', &line, &file);
		read_line(doctor, line, &wiring);
	}
	return wiring;
}

/* 0: first; -1: not there at all. */
static int place_in(const char *filters, const char *name)
{
	struct span rest = span_of(filters);
	struct span part;

	for (int place = 0; rest.length > 0; place++) {
		(void)span_cut(rest, ',', &part, &rest);
		if (span_equals(span_trim(part), name))
			return place;
	}
	return -1;
}

static void check_flag(struct doctor *doctor, const struct wiring *wiring)
{
	if (strcmp(wiring->flag, "T") == 0)
		return;
	if (strcmp(wiring->flag, "R") == 0)
		doctor_warn(doctor, CHECK_WIRING,
			    "F=T in the INPUT_MAIL_FILTER line",
			    "Sendmail refuses mail for good whenever alignd is "
			    "away (F=R)");
	else if (doctor->config->daemon.mode == MODE_ENFORCE)
		doctor_problem(doctor, TOOL_BAD_CONFIG, CHECK_WIRING,
			       "F=T in the INPUT_MAIL_FILTER line",
			       "Sendmail takes mail unjudged whenever alignd "
			       "is away, although alignd enforces (no F=)");
}

static void judge(struct doctor *doctor, const struct wiring *wiring)
{
	const char *line =
	    mem_printf(doctor->mem,
		       "INPUT_MAIL_FILTER(`alignd', `S=%s, F=T, "
		       "T=S:30s;R:30s;E:5m') in sendmail.mc, before other "
		       "milters; then make, and restart Sendmail",
		       doctor->config->daemon.listen);
	int place =
	    wiring->name == NULL ? -1 : place_in(wiring->filters, wiring->name);

	if (place < 0) {
		doctor_problem(doctor, TOOL_BAD_CONFIG, CHECK_WIRING, line,
			       "%s does not call alignd, which listens on %s",
			       doctor->sendmail_cf,
			       doctor->config->daemon.listen);
		return;
	}
	if (place > 0)
		doctor_warn(doctor, CHECK_WIRING, line,
			    "Sendmail calls other milters before alignd (%s)",
			    doctor_shown(doctor, wiring->filters));
	else
		doctor_ok(doctor, CHECK_WIRING, "Sendmail calls alignd first");
	check_flag(doctor, wiring);
}

void doctor_check_sendmail(struct doctor *doctor)
{
	struct span file;
	struct error err;

	if (access(doctor->sendmail_cf, F_OK) != 0 && errno == ENOENT)
		return;
	if (!settings_read_file(doctor->mem, doctor->sendmail_cf, FILE_MAX,
				&file, &err)) {
		doctor_note(doctor, "sendmail", "not looked at: %s", err.words);
		return;
	}
	struct wiring wiring = read_file(doctor, file);
	judge(doctor, &wiring);
}
