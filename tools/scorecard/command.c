/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl scorecard: a month by class of author domain
 *
 * Which month, in which form; lib/scorecard has what is said.
 * Tested by test_alignctl_scorecard.
 */
#include "tools/tool.h"

#include <stdio.h>

#include "lib/scorecard/page.h"
#include "lib/scorecard/show.h"
#include "tools/known_store.h"
#include "tools/option.h"
#include "tools/page.h"
#include "tools/store.h"

#define DOMAINS_SHOWN 10 /* of a class */
#define DOMAINS_MAX 100000

static const struct tool_option own_options[] = {
    {.name = "--month", .value = "YYYY-MM"},
    {.name = "--limit", .value = "N"},
    {.name = "--json"},
    {.name = "--csv"},
    {.name = "--html", .value = "FILE"},
    KNOWN_STORE_OPTION,
    {.name = NULL},
};

/* --- what is asked for --- */

static int read_month(struct tool *tool, struct card_setup *setup)
{
	const char *text = tool_value(tool, "--month");

	if (text == NULL) {
		setup->month = month_before(setup->now_s);
		return TOOL_DONE;
	}
	if (!month_read(text, &setup->month))
		return tool_usage(
		    tool,
		    "--month: \"%s\" is no month (allowed: "
		    "YYYY-MM, such as 2026-10)",
		    text_escape(tool->mem, span_of(text), 60, true));
	if (setup->month.since_s > setup->now_s)
		return tool_usage(tool, "--month: %s has not begun",
				  setup->month.text);
	return TOOL_DONE;
}

static int read_request(struct tool *tool, struct card_setup *setup)
{
	long limit = DOMAINS_SHOWN;
	int forms = tool_has(tool, "--json") + tool_has(tool, "--csv") +
		    tool_has(tool, "--html");

	if (tool->operands.count > 0)
		return tool_usage(tool, "scorecard: takes no operand");
	if (forms > 1)
		return tool_usage(tool,
				  "--json, --csv, --html: one of them at most");
	if (!tool_limit(tool, DOMAINS_MAX, &limit))
		return TOOL_BAD_USAGE;
	setup->limit = (size_t)limit;
	return read_month(tool, setup);
}

/* --- the run --- */

/* Whose record it is. */
static const char *host_words(struct tool *tool,
			      const struct known_store *place)
{
	const char *host = config_authserv_id(tool->mem, place->config);

	return place->fleet == NULL
		   ? host
		   : mem_printf(tool->mem, "%s and all hosts of its fleet",
				host);
}

/* Nothing of it is known where the configuration is refused. */
static bool read_config(struct tool *tool, const struct known_store *place,
			struct card_setup *setup, struct error *err)
{
	const struct config *config = place->config;
	static const struct text_list nothing;

	setup->own = &nothing;
	setup->public_sector.path = "";
	setup->partners.path = "";
	if (config == NULL)
		return true;
	setup->host = host_words(tool, place);
	setup->mode = config_mode_text(config->daemon.mode);
	setup->is_validating = config->dns.dnssec;
	setup->keep_s = config->store.keep_results_ms / 1000;
	setup->own = &config->own.domains;
	return domain_list_load(tool->mem, config->scorecard.public_sector,
				&setup->public_sector, err) &&
	       domain_list_load(tool->mem, config->scorecard.partners,
				&setup->partners, err);
}

static bool read_posture(struct tool *tool, const struct known_store *place,
			 const struct card_setup *setup,
			 struct posture_past **past, struct error *err)
{
	struct store_posture *store;

	bool may_write;

	if (!tool_record_posture(tool, place->fleet, place->path, STORE_DB_READ,
				 &store, &may_write, err))
		return false;
	return posture_past_read(tool->mem, store, setup->own, &setup->month,
				 setup->now_s, past, err);
}

static bool write_page(struct tool *tool, const struct card *card,
		       struct error *err)
{
	struct strbuf page;

	tool_page_begin(tool, &page);
	card_write_page(card, &page);
	return tool_page_write(tool, &page, "give a smaller --limit", err);
}

static bool write_form(struct tool *tool, const struct card *card,
		       struct error *err)
{
	if (tool_has(tool, "--html"))
		return write_page(tool, card, err);
	if (tool_form(tool) == SHOW_CSV) {
		card_write_csv(stdout, card);
		return true;
	}
	struct show *show = show_new(tool->mem);
	card_show(show, card);
	show_write(stdout, tool_form(tool), show);
	return true;
}

static bool tell_month(struct tool *tool, struct card_setup *setup,
		       struct error *err)
{
	struct known_store place;
	struct store_reader *reader;
	struct posture_past *past;
	struct card *card;

	return tool_known_store(tool, "host, mode, own domains and lists",
				&place, err) &&
	       read_config(tool, &place, setup, err) &&
	       tool_record_reader(tool, place.fleet, place.path, &reader,
				  err) &&
	       read_posture(tool, &place, setup, &past, err) &&
	       card_make(tool->mem, reader, setup, past, &card, err) &&
	       write_form(tool, card, err);
}

static int run_scorecard(struct tool *tool)
{
	struct card_setup setup = {.now_s = clock_now_s(&tool->clock)};
	struct error err;

	if (read_request(tool, &setup) != TOOL_DONE)
		return TOOL_BAD_USAGE;
	return tell_month(tool, &setup, &err) ? TOOL_DONE : tool_fail(&err);
}

const struct command command_scorecard = {
    .name = "scorecard",
    .summary = "The month by class of domain, for those who answer for it.",
    .usage = "[--month YYYY-MM] [--limit N] [--json|--csv|--html FILE] "
	     "[--store FILE]",
    .options = own_options,
    .run = run_scorecard,
};
