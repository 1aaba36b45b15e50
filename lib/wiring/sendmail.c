/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sendmail.c - is alignd wired into Sendmail, first, and missed when gone?
 * Tested by test_alignctl_doctor, test_sendmail.
 */
#include "lib/wiring/sendmail.h"

#include <string.h>

#include "lib/wiring/mta_time.h"

#define CHECK_WIRING "InputMailFilters"
#define READ_S 10 /* Sendmail's own, where T= does not say */
#define END_S 300
#define FILTERS_OPTION "O InputMailFilters="

/* What sendmail.cf says about us. */
struct wiring {
	const struct config *config;
	struct finding_list *list;
	mta_lookup lookup;
	const char *name;    /* "alignd"; NULL: no milter has our socket */
	const char *flag;    /* behind F=; "" when absent */
	const char *times;   /* "S:30s;R:30s;E:5m"; "" when absent */
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

static void read_milter(struct wiring *wiring, struct span line)
{
	TALLOC_CTX *mem = wiring->list->mem;
	struct mta_endpoint written;
	struct mta_endpoint daemon;
	struct span name;
	struct span rest;

	if (wiring->name != NULL || !span_cut(line, ',', &name, &rest))
		return;
	if (mta_endpoint_from_listen(mem, span_of(equate(mem, rest, 'S')),
				     wiring->lookup, &written) &&
	    mta_endpoint_from_listen(mem,
				     span_of(wiring->config->daemon.listen),
				     wiring->lookup, &daemon) &&
	    mta_endpoint_reach(mem, &written, &daemon, "/", false) ==
		MTA_REACHES) {
		wiring->name = mem_strndup(mem, name.data, name.length);
		wiring->flag = equate(mem, rest, 'F');
		wiring->times = equate(mem, rest, 'T');
	}
}

static void read_line(struct wiring *wiring, struct span line)
{
	size_t length = strlen(FILTERS_OPTION);

	if (line.length > 1 && line.data[0] == 'X')
		read_milter(wiring, span_make(line.data + 1, line.length - 1));
	else if (span_starts_nocase(line, FILTERS_OPTION))
		wiring->filters =
		    mem_strndup(wiring->list->mem, line.data + length,
				line.length - length);
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

static void check_flag(const struct wiring *wiring)
{
	/* T: 451 a message; 4: 421 a connection */
	if (strcmp(wiring->flag, "T") == 0 || strcmp(wiring->flag, "4") == 0)
		return;
	if (strcmp(wiring->flag, "R") == 0)
		finding_warn(
		    wiring->list, CHECK_WIRING,
		    "F=T in the INPUT_MAIL_FILTER line",
		    "Sendmail refuses mail for good whenever alignd is "
		    "away (F=R)");
	else if (wiring->config->daemon.mode == MODE_ENFORCE)
		finding_problem(wiring->list, ERROR_CONFIG, CHECK_WIRING,
				"F=T in the INPUT_MAIL_FILTER line",
				"Sendmail takes mail unjudged whenever alignd "
				"is away, although alignd enforces (no F=)");
}

/* "R:1s;E:5m": the seconds at `key`; `otherwise` where it is not set. */
static int64_t time_of(const struct wiring *wiring, const char *key,
		       int64_t otherwise)
{
	struct span rest = span_of(wiring->times);
	struct span part;
	struct span name;
	struct span value;

	while (rest.length > 0) {
		(void)span_cut(rest, ';', &part, &rest);
		if (span_cut(span_trim(part), ':', &name, &value) &&
		    span_equals(name, key))
			return mta_seconds(value);
	}
	return otherwise;
}

/* R bounds the wait for one packet, and the first one after the message is the
 * verdict's; E is looked at before each further one. */
static void check_patience(const struct wiring *wiring)
{
	int64_t budget_s = wiring->config->dns.budget_ms / 1000;
	int64_t read_s = time_of(wiring, "R", READ_S);
	int64_t end_s = time_of(wiring, "E", END_S);
	int64_t seconds = read_s < end_s ? read_s : end_s;

	if (seconds < 0 || seconds > budget_s)
		return;
	finding_problem(wiring->list, ERROR_CONFIG, CHECK_WIRING,
			"T=S:30s;R:30s;E:5m in the INPUT_MAIL_FILTER line",
			"Sendmail waits %llds for alignd's verdict (%s:), "
			"which may wait %llds for DNS (dns.budget)",
			(long long)seconds, read_s < end_s ? "R" : "E",
			(long long)budget_s);
}

static void judge_filters(const struct wiring *wiring, const char *path)
{
	const char *line =
	    mem_printf(wiring->list->mem,
		       "INPUT_MAIL_FILTER(`alignd', `S=%s, F=T, "
		       "T=S:30s;R:30s;E:5m') in sendmail.mc, before other "
		       "milters; then make, and restart Sendmail",
		       wiring->config->daemon.listen);
	int place =
	    wiring->name == NULL ? -1 : place_in(wiring->filters, wiring->name);

	if (place < 0) {
		finding_problem(wiring->list, ERROR_CONFIG, CHECK_WIRING, line,
				"%s does not call alignd, which listens on %s",
				path, wiring->config->daemon.listen);
		return;
	}
	if (place > 0)
		finding_warn(wiring->list, CHECK_WIRING, line,
			     "Sendmail calls other milters before alignd (%s)",
			     finding_shown(wiring->list, wiring->filters));
	else
		finding_ok(wiring->list, CHECK_WIRING,
			   "Sendmail calls alignd first");
	check_flag(wiring);
	check_patience(wiring);
}

void sendmail_judge(struct span file, const char *path,
		    const struct config *config, mta_lookup lookup,
		    struct finding_list *list)
{
	struct wiring wiring = {.config = config,
				.list = list,
				.lookup = lookup,
				.flag = "",
				.times = "",
				.filters = ""};
	struct span line;

	while (file.length > 0) {
		(void)span_cut(file, '\n', &line, &file);
		read_line(&wiring, line);
	}
	judge_filters(&wiring, path);
}
