/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl posture: what is wrong with domains' records
 *
 * Which domains, in which form; lib/posture has what is asked and said.
 */
#include "tools/tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/domain.h"
#include "lib/base/file_read.h"
#include "lib/base/limits.h"
#include "lib/base/net.h"
#include "lib/posture/page.h"
#include "lib/posture/prober.h"
#include "lib/posture/run.h"
#include "lib/posture/show.h"
#include "lib/profile/result.h"
#include "tools/engine.h"
#include "tools/page.h"
#include "tools/posture/memory.h"
#include "tools/posture/reported.h"
#include "tools/posture/traffic.h"

#define LIST_BYTES_MAX                                                         \
	((size_t)8 << 20) /* LIMIT_POSTURE_DOMAINS, and words                  \
			   */

static const struct tool_option own_options[] = {
    {.name = "--file", .value = "LIST"},
    {.name = "--host", .value = "ADDRESS", .is_repeatable = true},
    {.name = "--mx", .value = "NAME", .is_repeatable = true},
    {.name = "--selector", .value = "NAME", .is_repeatable = true},
    {.name = "--parked"},
    {.name = "--profile", .value = "NAME", .is_value_optional = true},
    {.name = "--live"},
    {.name = "--connect",
     .value = "HOST:PORT=ADDRESS:PORT",
     .is_repeatable = true},
    {.name = "--ca-file", .value = "FILE"},
    {.name = "--wait", .value = "SECONDS"},
    {.name = "--kinds"},
    {.name = "--json"},
    {.name = "--csv"},
    {.name = "--html", .value = "FILE"},
    {.name = NULL},
};

/* What is asked for, beside the domains. */
struct inquiry {
	struct text_list domains;
	struct text_list hosts;
	struct text_list hosts_of; /* domains they send for; empty: all */
	struct text_list mx;
	struct text_list selectors;
	struct connect_rules connects;
	struct traffic traffic;
	struct sts_kept_list sts_kept;
	struct prober *prober;
};

/* --- which domains --- */

static bool add_domain(struct tool *tool, struct text_list *domains,
		       struct span text, struct error *err)
{
	const char *domain = domain_normalize(tool->mem, text);

	if (domain == NULL)
		return error_set(err, ERROR_USAGE, "\"%s\" is no domain name",
				 text_escape(tool->mem, text, 80, true));
	if (domain_list_has(domains, domain))
		return true;
	if (domains->count == LIMIT_POSTURE_DOMAINS)
		return error_set(err, ERROR_USAGE,
				 "more than %d domains (allowed: %d at a time)",
				 LIMIT_POSTURE_DOMAINS, LIMIT_POSTURE_DOMAINS);
	if ((domains->count & (domains->count - 1)) == 0)
		domains->items =
		    mem_resize(tool->mem, domains->items, const char *,
			       domains->count == 0 ? 1 : domains->count * 2);
	domains->items[domains->count++] = domain;
	return true;
}

static bool add_list(struct tool *tool, const struct text_list *list,
		     struct text_list *domains, struct error *err)
{
	for (size_t i = 0; i < list->count; i++) {
		if (!add_domain(tool, domains, span_of(list->items[i]), err))
			return false;
	}
	return true;
}

static bool read_list(struct tool *tool, struct span *list, struct error *err)
{
	const char *path = tool_value(tool, "--file");

	if (strcmp(path, "-") == 0)
		return file_read_stream(tool->mem, stdin, "standard input",
					LIST_BYTES_MAX, list, err);
	return file_read(tool->mem, path, LIST_BYTES_MAX, list, err);
}

/* A domain a line; "#" begins a comment. */
static bool add_file(struct tool *tool, struct text_list *domains,
		     struct error *err)
{
	struct span rest;
	int number = 0;

	if (!read_list(tool, &rest, err)) {
		err->kind = ERROR_INPUT; /* a list is no configuration */
		return false;
	}
	while (rest.length > 0) {
		struct span line;
		struct span comment;
		(void)span_cut(rest, '\n', &line, &rest);
		(void)span_cut(line, '#', &line, &comment);
		line = span_trim(line);
		number++;
		if (line.length > 0 && !add_domain(tool, domains, line, err))
			return error_wrap(err, "%s:%d",
					  tool_value(tool, "--file"), number);
	}
	return true;
}

static bool find_domains(struct tool *tool, const struct config *config,
			 struct text_list *domains, struct error *err)
{
	if (!add_list(tool, &tool->operands, domains, err) ||
	    (tool_has(tool, "--file") && !add_file(tool, domains, err)))
		return false;
	if (tool->operands.count == 0 && !tool_has(tool, "--file") &&
	    !add_list(tool, &config->own.domains, domains, err))
		return false;
	return domains->count > 0 ||
	       error_set(err, ERROR_USAGE,
			 "no domain: name one, give --file, or set "
			 "own.domains");
}

/* Those of --host, for all the domains; without it those of own.hosts, for our
 * own. */
static bool find_hosts(struct tool *tool, const struct config *config,
		       struct inquiry *inquiry, struct error *err)
{
	struct text_list *hosts = &inquiry->hosts;
	struct net_address address;

	*hosts = tool_values(tool, "--host");
	for (size_t i = 0; i < hosts->count; i++) {
		if (!net_address_parse(hosts->items[i], &address))
			return error_set(
			    err, ERROR_USAGE, "--host: \"%s\" is no address",
			    text_escape(tool->mem, span_of(hosts->items[i]), 80,
					true));
	}
	if (hosts->count == 0 && config->own.domains.count > 0) {
		*hosts = config->own.hosts;
		inquiry->hosts_of = config->own.domains;
	}
	return true;
}

/* Names that an option gives, in the inner form. */
static bool find_names(struct tool *tool, const char *option,
		       struct text_list *names, struct error *err)
{
	*names = tool_values(tool, option);
	for (size_t i = 0; i < names->count; i++) {
		const char *given = names->items[i];
		names->items[i] = domain_normalize(tool->mem, span_of(given));
		if (names->items[i] == NULL)
			return error_set(
			    err, ERROR_USAGE, "%s: \"%s\" is no domain name",
			    option,
			    text_escape(tool->mem, span_of(given), 80, true));
	}
	return true;
}

/* --- mail servers by SMTP --- */

/* RFC 5321 4.5.3.2 would wait for minutes; greetings are late by some seconds
 * where a server tells senders apart by it. */
#define WAIT_S 30
#define WAIT_MAX_S 300

static bool read_wait(struct tool *tool, int64_t *wait_ms, struct error *err)
{
	const char *text = tool_value(tool, "--wait");
	long seconds = WAIT_S;

	if (text != NULL &&
	    !text_number(span_of(text), 1, WAIT_MAX_S, &seconds))
		return error_set(
		    err, ERROR_USAGE,
		    "--wait: \"%s\" is no number of seconds from 1 "
		    "to %d",
		    text_escape(tool->mem, span_of(text), 80, true),
		    WAIT_MAX_S);
	*wait_ms = (int64_t)seconds * 1000;
	return true;
}

/* --- the run --- */

struct outcome {
	struct rows rows;
	struct posture_page *page;     /* instead of rows; or NULL */
	const struct profile *profile; /* whose rows are shown alone; or NULL */
	struct memory *memory;	       /* or NULL */
	struct error *err;
	bool has_failed;   /* with words in err */
	bool has_findings; /* above info */
	bool has_unchecked;
};

static void take_profile(struct outcome *outcome,
			 const struct profile_results *results)
{
	profile_show(&outcome->rows, results);
	if (profile_results_count(results, PROFILE_NOT_MET) > 0)
		outcome->has_findings = true;
	if (profile_results_count(results, PROFILE_NOT_CHECKABLE) > 0)
		outcome->has_unchecked = true;
}

static bool take(void *context, struct posture *posture)
{
	struct outcome *outcome = context;

	if (!memory_take(outcome->memory, posture, outcome->err)) {
		outcome->has_failed = true;
		return false;
	}

	if (posture->profile != NULL) {
		take_profile(outcome, posture->profile);
		return ferror(outcome->rows.file) == 0;
	}
	if (outcome->page != NULL)
		posture_page_add(outcome->page, posture);
	else
		posture_show(&outcome->rows, posture);
	if (posture_worst(posture) > POSTURE_INFO)
		outcome->has_findings = true;
	if (posture->unchecked.count > 0)
		outcome->has_unchecked = true;
	return outcome->page != NULL || ferror(outcome->rows.file) == 0;
}

static bool find_servers(struct tool *tool, struct connect_rules *connects,
			 struct error *err)
{
	const struct text_list given = tool_values(tool, "--connect");
	const char *ca_file = tool_value(tool, "--ca-file");

	if (ca_file != NULL && access(ca_file, R_OK) != 0)
		return error_errno(
		    err, ERROR_USAGE, errno, "--ca-file: %s",
		    text_escape(tool->mem, span_of(ca_file), 80, true));
	return connect_read(tool->mem, &given, connects, err);
}

/* There is no prober without --live. */
static bool find_prober(struct tool *tool, const struct config *config,
			struct inquiry *inquiry, struct error *err)
{
	struct prober_settings settings = {
	    .ca_file = tool_value(tool, "--ca-file"),
	    .from = config_authserv_id(tool->mem, config),
	    .now_s = clock_now_s(&tool->clock),
	};

	if (!tool_has(tool, "--live"))
		return !tool_has(tool, "--wait") ||
		       error_set(err, ERROR_USAGE, "--wait: with --live only");
	return read_wait(tool, &settings.wait_ms, err) &&
	       prober_new(tool->mem, &settings, &inquiry->prober, err);
}

static bool read_inquiry(struct tool *tool, const struct config *config,
			 struct inquiry *inquiry, struct error *err)
{
	return find_domains(tool, config, &inquiry->domains, err) &&
	       find_hosts(tool, config, inquiry, err) &&
	       find_names(tool, "--mx", &inquiry->mx, err) &&
	       find_names(tool, "--selector", &inquiry->selectors, err) &&
	       find_servers(tool, &inquiry->connects, err) &&
	       find_prober(tool, config, inquiry, err) &&
	       traffic_read(tool, config->store.sqlite, &inquiry->domains,
			    &inquiry->traffic, err) &&
	       reported_read(tool, config->store.sqlite, &inquiry->traffic,
			     err);
}

static bool write_page(struct tool *tool, const struct config *config,
		       struct posture_page *page, struct error *err)
{
	struct strbuf text;

	tool_page_begin(tool, &text);
	posture_page_write(page, config_authserv_id(tool->mem, config),
			   clock_now_s(&tool->clock), &text);
	return tool_page_write(tool, &text, "give fewer domains", err);
}

/* The one that is named, else that of the configuration. */
static bool find_profile(struct tool *tool, const struct config *config,
			 const struct profile **profile, struct error *err)
{
	enum profile_id id = (enum profile_id)config->daemon.profile;
	const char *name = tool_value(tool, "--profile");

	if (!tool_has(tool, "--profile"))
		return true;
	if (tool_has(tool, "--html"))
		return error_set(err, ERROR_USAGE,
				 "--profile: makes no page (allowed with it: "
				 "--json, --csv)");
	if (name != NULL && !profile_find(name, &id, err))
		return error_wrap(err, "--profile");
	*profile = &profiles[id];
	return true;
}

static bool look_at_all(struct tool *tool, const struct engine *engine,
			struct outcome *outcome, struct error *err)
{
	const struct config *config = engine->config;
	struct inquiry inquiry = {.traffic = {0}};

	if (!find_profile(tool, config, &outcome->profile, err) ||
	    !read_inquiry(tool, config, &inquiry, err) ||
	    !memory_open(tool, config, &outcome->memory, err) ||
	    !memory_policies(outcome->memory, &inquiry.sts_kept, err))
		return false;
	outcome->err = err;
	const struct posture_sources sources = {
	    .dns = engine->evaluator.dns,
	    .budget_ms = engine->evaluator.dns_budget_ms,
	    .spf = &config->spf,
	    .gone = &config->own.addresses_gone,
	    .hosts = &inquiry.hosts,
	    .hosts_of = &inquiry.hosts_of,
	    .mx = &inquiry.mx,
	    .selectors = &inquiry.selectors,
	    .traffic_count = inquiry.traffic.count,
	    .traffic = inquiry.traffic.items,
	    .sts_kept = inquiry.sts_kept,
	    .now_s = clock_now_s(&tool->clock),
	    .prober = inquiry.prober,
	    .is_validating = config->dns.dnssec || *config->dns.fixture != '\0',
	    .is_offline = *config->dns.fixture != '\0',
	    .connects = &inquiry.connects,
	    .ca_file = tool_value(tool, "--ca-file"),
	    .is_parked = tool_has(tool, "--parked"),
	    .profile = outcome->profile,
	};
	if (tool_has(tool, "--html"))
		outcome->page = posture_page_new(tool->mem, TOOL_PAGE_BYTES);
	else if (outcome->profile != NULL)
		outcome->rows = profile_show_begin(stdout, tool_form(tool));
	else
		outcome->rows = posture_show_begin(stdout, tool_form(tool));
	return posture_run(&sources, &inquiry.domains, take, outcome, err) &&
	       !outcome->has_failed &&
	       (outcome->page == NULL ||
		write_page(tool, config, outcome->page, err));
}

static int run_posture(struct tool *tool)
{
	struct outcome outcome = {.has_findings = false};
	struct engine *engine;
	struct error err;

	if (tool_has(tool, "--json") + tool_has(tool, "--csv") +
		tool_has(tool, "--html") >
	    1)
		return tool_usage(tool,
				  "--json, --csv, --html: one of them at most");
	if (tool_has(tool, "--kinds")) {
		if (tool->operands.count > 0 || tool_has(tool, "--html"))
			return tool_usage(tool, "--kinds looks at no domain, "
						"and makes no page");
		posture_show_kinds(stdout, tool_form(tool));
		return TOOL_DONE;
	}
	if (!tool_engine(tool, &engine, &err))
		return tool_fail(&err);
	bool is_done = look_at_all(tool, engine, &outcome, &err);
	engine_unref(engine);
	if (!is_done)
		return tool_fail(&err);
	if (outcome.has_findings)
		return TOOL_FINDINGS;
	return outcome.has_unchecked ? TOOL_UNCHECKED : TOOL_DONE;
}

const struct command command_posture = {
    .name = "posture",
    .summary = "What is wrong with the records of your domains.",
    .usage = "[DOMAIN...] [--file LIST] [--host ADDRESS] [--mx NAME] "
	     "[--selector NAME] [--parked] [--live] "
	     "[--profile [NAME]] "
	     "[--connect HOST:PORT=ADDRESS:PORT] [--ca-file FILE] "
	     "[--wait SECONDS] [--kinds] [--json|--csv|--html FILE]",
    .options = own_options,
    .run = run_posture,
};
