/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * propose.c - alignctl override propose: what known paths speak for
 *
 * Sections to be read by a person, and put into the file by him.
 * Tested by test_alignctl_propose.
 */
#include "tools/override/command.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/app/proposal.h"
#include "lib/show/show.h"
#include "tools/option.h"
#include "tools/store.h"

#define DAY_S 86400
#define TRIED_DAYS 30
#define LIMIT_DEFAULT 20
#define LIMIT_MAX 1000

/* --- for people: comments, and the section --- */

static void print_authors(const char *what,
			  const struct proposal_author *authors, size_t count,
			  int64_t others)
{
	(void)printf("# %s", what);
	for (size_t i = 0; i < count; i++)
		(void)printf("%s %s (%" PRId64 ")", i == 0 ? "" : ",",
			     *authors[i].domain == '\0' ? "no author"
							: authors[i].domain,
			     authors[i].messages);
	if (others > 0)
		(void)printf(", others (%" PRId64 ")", others);
	(void)putchar('\n');
}

static void print_changes(const struct proposal *proposal)
{
	const char *before = "";

	if (proposal->changed == 0) {
		(void)puts("# the last 30 days under it: nothing otherwise");
		return;
	}
	(void)fputs("# the last 30 days under it: ", stdout);
	for (int from = 0; from < PROPOSAL_DISPOSITIONS; from++) {
		for (int to = 0; to < PROPOSAL_DISPOSITIONS; to++) {
			int64_t messages = proposal->matrix[from][to];
			if (messages == 0)
				continue;
			(void)printf("%s%s -> %s: %" PRId64, before,
				     disposition_text((enum disposition)from),
				     disposition_text((enum disposition)to),
				     messages);
			before = ", ";
		}
	}
	(void)putchar('\n');
	print_authors("of", proposal->authors, proposal->author_count,
		      proposal->others);
}

static void print_all(const struct proposals *proposals)
{
	if (proposals->count == 0) {
		(void)puts("no path has credit for which there is no override "
			   "yet: \"alignctl paths\" says why");
		return;
	}
	(void)puts(
	    "# A genuine message can be sent again by anybody who has "
	    "it, and whoever\n# has a few domains earns credit for his host: "
	    "look whose mail it is. A\n# section that accepts without "
	    "\"from\" lets in whatever name is forged that\n# way, your own "
	    "too: policy.on_own does not stop an override. Keep what\n# you "
	    "answer for, say who does, and put it into the overrides file.");
	for (size_t i = 0; i < proposals->count; i++) {
		(void)putchar('\n');
		print_authors("credit by mail of", proposals->items[i].earners,
			      proposals->items[i].earner_count,
			      proposals->items[i].unnamed);
		print_changes(&proposals->items[i]);
		(void)fputs(proposals->items[i].section, stdout);
	}
	if (proposals->left_out > 0)
		(void)printf("\n# %zu more (--limit)\n", proposals->left_out);
}

/* --- for programs --- */

static struct json *changes_json(TALLOC_CTX *mem,
				 const struct proposal *proposal)
{
	struct json *list = json_new_array(mem);

	for (int from = 0; from < PROPOSAL_DISPOSITIONS; from++) {
		for (int to = 0; to < PROPOSAL_DISPOSITIONS; to++) {
			if (proposal->matrix[from][to] == 0)
				continue;
			struct json *item = json_new_object(mem);
			json_put_text(item, "from",
				      disposition_text((enum disposition)from));
			json_put_text(item, "to",
				      disposition_text((enum disposition)to));
			json_put_number(item, "messages",
					proposal->matrix[from][to]);
			json_add(list, item);
		}
	}
	return list;
}

static struct json *authors_json(TALLOC_CTX *mem,
				 const struct proposal_author *authors,
				 size_t count)
{
	struct json *list = json_new_array(mem);

	for (size_t i = 0; i < count; i++) {
		struct json *item = json_new_object(mem);
		json_put_text(item, "domain", authors[i].domain);
		json_put_number(item, "messages", authors[i].messages);
		json_add(list, item);
	}
	return list;
}

static void write_json(const struct proposal *proposal)
{
	const struct store_path_name *name = &proposal->known->name;
	TALLOC_CTX *mem = mem_context(NULL);
	struct show *show = show_new(mem);
	bool is_client = name->kind == STORE_PATH_CLIENT;

	show_data(show, "name", value_text(proposal->name));
	show_data(show, "client", value_text(name->client));
	show_data(show, "author",
		  is_client ? value_none() : value_text(name->subject));
	show_data(show, "credit", value_number(proposal->known->path.credit));
	show_data(show, "earned_by",
		  value_json(authors_json(mem, proposal->earners,
					  proposal->earner_count)));
	show_data(show, "changed", value_number(proposal->changed));
	show_data(show, "changes", value_json(changes_json(mem, proposal)));
	show_data(show, "authors",
		  value_json(authors_json(mem, proposal->authors,
					  proposal->author_count)));
	show_data(show, "others", value_number(proposal->others));
	show_data(show, "section", value_text(proposal->section));
	show_write(stdout, SHOW_JSON, show);
	mem_free(mem);
}

/* --- the action --- */

static bool propose(struct tool *tool, const struct config *config, long limit,
		    struct proposals *proposals, struct error *err)
{
	const char *owner = tool_value(tool, "--owner");
	int64_t now_s = clock_now_s(&tool->clock);
	struct store_reader *reader;
	struct store_path_list list;

	return tool_store_reader(tool, config->store.sqlite, &reader, err) &&
	       store_path_list_read(tool->mem, reader, now_s, &list, err) &&
	       proposals_make(tool->mem, &list, config->overrides,
			      owner == NULL ? "YOU" : owner, now_s,
			      (size_t)limit, proposals, err) &&
	       proposals_try(tool->mem, reader, config,
			     now_s - (int64_t)TRIED_DAYS * DAY_S, now_s,
			     proposals, err);
}

int override_propose(struct tool *tool)
{
	struct proposals proposals;
	struct config *config;
	struct error err;
	long limit = LIMIT_DEFAULT;

	if (!tool_limit(tool, LIMIT_MAX, &limit))
		return TOOL_BAD_USAGE;
	if (!tool_config(tool, &config, &err) ||
	    !propose(tool, config, limit, &proposals, &err))
		return tool_fail(&err);
	if (tool_form(tool) == SHOW_TEXT)
		print_all(&proposals);
	for (size_t i = 0; tool_form(tool) == SHOW_JSON && i < proposals.count;
	     i++)
		write_json(&proposals.items[i]);
	return TOOL_DONE;
}
