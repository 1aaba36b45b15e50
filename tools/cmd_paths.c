/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_paths.c - alignctl paths: who is known to carry whose mail
 *
 * A row for each author's path through a client, and one for the client as a
 * whole; why it has credit, or has none.
 * Tested by test_alignctl_paths.
 */
#include "tools/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/suffix.h"
#include "lib/store/store_path_read.h"
#include "tools/known_store.h"
#include "tools/option.h"
#include "tools/paths_fleet.h"
#include "tools/store.h"

#define DAY_S 86400
#define LIMIT_DEFAULT 50 /* rows for people; programs have all */
#define LIMIT_MAX 1000000

static const struct tool_option own_options[] = {
    {.name = "--domain", .value = "D"},
    {.name = "--client", .value = "IP|NAME"},
    {.name = "--broken"},
    {.name = "--limit", .value = "N"},
    {.name = "--json"},
    {.name = "--csv"},
    KNOWN_STORE_OPTION,
    {.name = NULL},
};

/* --- which --- */

struct wanted {
	const char *author;  /* organizational domain; NULL: any */
	const char *client;  /* likewise of a name */
	const char *network; /* of an address */
	bool is_broken;
};

/* An address is of its /24 or /48, and of the names that come from there. */
static int read_client(struct tool *tool, struct wanted *wanted)
{
	const char *given = tool_value(tool, "--client");
	struct store_path_name name;

	if (given == NULL)
		return TOOL_DONE;
	if (store_path_client(given, "", &name)) {
		wanted->network = mem_strdup(tool->mem, name.network);
		return TOOL_DONE;
	}
	const char *domain = domain_normalize(tool->mem, span_of(given));
	if (domain == NULL)
		return tool_usage(
		    tool, "--client: \"%s\" (allowed: an address, or a name)",
		    text_escape(tool->mem, span_of(given), 60, true));
	wanted->client = suffix_registrable(domain);
	return TOOL_DONE;
}

static int read_wanted(struct tool *tool, struct wanted *wanted, long *limit)
{
	const char *domain = NULL;

	if (tool->operands.count > 0)
		return tool_usage(tool, "paths: takes no operand");
	if (tool_has(tool, "--json") && tool_has(tool, "--csv"))
		return tool_usage(tool, "--json, --csv: one of them at most");
	*limit = tool_form(tool) == SHOW_TEXT ? LIMIT_DEFAULT : LIMIT_MAX;
	if (!tool_domain(tool, "--domain", &domain) ||
	    !tool_limit(tool, LIMIT_MAX, limit))
		return TOOL_BAD_USAGE;
	wanted->author = domain == NULL ? NULL : suffix_registrable(domain);
	wanted->is_broken = tool_has(tool, "--broken");
	return read_client(tool, wanted);
}

static bool is_wanted(const struct wanted *wanted,
		      const struct store_path_known *known)
{
	const struct store_path_name *name = &known->name;

	if (name->kind != STORE_PATH_AUTHOR && name->kind != STORE_PATH_CLIENT)
		return false;
	if (wanted->is_broken && known->path.broken_s == 0)
		return false;
	if (wanted->author != NULL && (name->kind == STORE_PATH_CLIENT ||
				       strcmp(name->subject, wanted->author)))
		return false;
	if (wanted->client != NULL && strcmp(name->client, wanted->client) != 0)
		return false;
	return wanted->network == NULL ||
	       strcmp(name->network, wanted->network) == 0;
}

/* --- in which order: with credit first, then by how much came --- */

static int64_t messages_of(const struct store_path_known *known)
{
	return (int64_t)known->path.spf + known->path.dkim;
}

static int by_weight(const void *first, const void *second)
{
	const struct store_path_known *a =
	    *(const struct store_path_known *const *)first;
	const struct store_path_known *b =
	    *(const struct store_path_known *const *)second;
	bool has_a = a->lack == STORE_PATH_LACKS_NOTHING;
	bool has_b = b->lack == STORE_PATH_LACKS_NOTHING;

	if (has_a != has_b)
		return has_a ? -1 : 1;
	if (messages_of(a) != messages_of(b))
		return messages_of(a) > messages_of(b) ? -1 : 1;
	return (a > b) - (a < b); /* as the list has them: by name */
}

static size_t choose(TALLOC_CTX *mem, const struct store_path_list *list,
		     const struct wanted *wanted,
		     const struct store_path_known ***chosen)
{
	size_t count = 0;

	*chosen = mem_array(mem, const struct store_path_known *, list->count);
	for (size_t i = 0; i < list->count; i++) {
		if (is_wanted(wanted, &list->items[i]))
			(*chosen)[count++] = &list->items[i];
	}
	if (count > 0)
		qsort(*chosen, count, sizeof **chosen, by_weight);
	return count;
}

/* --- what is said of one --- */

static const struct table_column columns[] = {
    {.key = "client", .title = "client", .csv = "client", .width = 20},
    {.key = "author", .title = "author", .csv = "author", .width = 18},
    TOOL_PATH_FIGURES,
    {.key = "credit",
     .title = "credit",
     .csv = "credit",
     .width = 6,
     .is_right = true},
    {.key = "organizations", .csv = "organizations"},
    {.key = "lacks", .csv = "lacks"},
    {.title = "why"},
    {.key = "broken_since", .csv = "broken_since"},
    {.key = "refused", .csv = "refused"},
    {.key = "reference", .csv = "reference"},
    TABLE_END,
};

static const char *why_words(TALLOC_CTX *mem,
			     const struct store_path_known *known)
{
	char text[CLOCK_TEXT];

	if (known->path.broken_s == 0)
		return store_path_lack_words(known->lack);
	return mem_printf(
	    mem, "refused since %s (%u): %s%s",
	    clock_day_text(known->path.broken_s, text), known->path.refused,
	    *known->reference == '\0' ? "" : "alignctl review ",
	    *known->reference == '\0' ? store_path_lack_words(known->lack)
				      : known->reference);
}

static void add_row(struct rows *rows, const struct store_path_known *known)
{
	const struct store_path *path = &known->path;
	bool is_client = known->name.kind == STORE_PATH_CLIENT;
	bool is_broken = path->broken_s > 0;
	TALLOC_CTX *mem = mem_context(NULL);
	const struct value cells[] = {
	    value_text(known->name.client),
	    is_client ? value_words(value_none(), "(all)")
		      : value_text(known->name.subject),
	    value_number(path->spf),
	    value_number(path->dkim),
	    value_number(path->failed),
	    value_day_given((int64_t)path->first_day * DAY_S),
	    value_day_given((int64_t)path->last_day * DAY_S),
	    value_number(path->days),
	    value_number(path->credit),
	    is_client ? value_number(path->orgs) : value_none(),
	    value_text(store_path_lack_text(known->lack)),
	    value_text(why_words(mem, known)),
	    value_time_given(path->broken_s),
	    is_broken ? value_number(path->refused) : value_none(),
	    value_given(known->reference),
	};

	rows_add(rows, cells, COUNT_OF(cells));
	mem_free(mem);
}

static void write_all(struct tool *tool,
		      const struct store_path_known *const *chosen,
		      size_t count, size_t limit)
{
	struct rows rows = {
	    .file = stdout, .form = tool_form(tool), .columns = columns};

	rows_begin(&rows);
	for (size_t i = 0; i < count && i < limit; i++)
		add_row(&rows, chosen[i]);
	if (rows.form != SHOW_TEXT)
		return;
	if (count == 0)
		(void)puts("no such path is known");
	else if (count > limit)
		(void)printf("%zu more (--limit)\n", count - limit);
}

static const char *or_any(const char *text)
{
	return text == NULL ? "" : text;
}

static int print_of_fleet(struct tool *tool, const char *fleet,
			  const struct wanted *wanted, long limit)
{
	const struct fleet_path_wanted asked = {
	    .client = or_any(wanted->client),
	    .network = or_any(wanted->network),
	    .author = or_any(wanted->author),
	    .is_broken = wanted->is_broken,
	    .limit = limit,
	};
	struct error err;

	return tool_paths_of_fleet(tool, fleet, &asked, &err) ? TOOL_DONE
							      : tool_fail(&err);
}

static int run_paths(struct tool *tool)
{
	struct wanted wanted = {.author = NULL};
	const struct store_path_known **chosen;
	struct store_path_list list;
	struct store_reader *reader;
	struct known_store place;
	struct error err;
	long limit;
	int status = read_wanted(tool, &wanted, &limit);

	if (status != TOOL_DONE)
		return status;
	if (!tool_known_store(tool, "", &place, &err))
		return tool_fail(&err);
	if (place.fleet != NULL)
		return print_of_fleet(tool, place.fleet, &wanted, limit);
	if (!tool_store_reader(tool, place.path, &reader, &err) ||
	    !store_path_list_read(tool->mem, reader, clock_now_s(&tool->clock),
				  &list, &err))
		return tool_fail(&err);
	size_t count = choose(tool->mem, &list, &wanted, &chosen);
	write_all(tool, chosen, count, (size_t)limit);
	return TOOL_DONE;
}

const struct command command_paths = {
    .name = "paths",
    .summary = "Who is known to carry whose mail, and what that is worth.",
    .usage = "[--domain D] [--client IP|NAME] [--broken] [--limit N] "
	     "[--json | --csv] [--store FILE]",
    .options = own_options,
    .run = run_paths,
};
