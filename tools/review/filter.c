/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter.c - alignctl review: which incidents
 */
#include "tools/review/review.h"

#include <string.h>

#include "lib/base/net.h"
#include "lib/base/strbuf.h"
#include "tools/option.h"
#include "tools/time.h"

#define SHOWN_MAX 60
#define ALLOWED_MAX 256
#define LIMIT_MAX 1000000000

static bool read_address(struct tool *tool, struct store_filter *filter)
{
	struct net_block block;
	struct error err;

	filter->client_ip = tool_value(tool, "--ip");
	if (filter->client_ip == NULL ||
	    net_block_parse(filter->client_ip, &block, &err))
		return true;
	return tool_usage(tool, "--ip: %s", err.words) == TOOL_DONE;
}

/* One of the words, which NULL ends. */
static bool read_word(struct tool *tool, const char *option,
		      const char *const *allowed, const char **word)
{
	const char *text = tool_value(tool, option);
	struct strbuf list;

	if (text == NULL)
		return true;
	strbuf_init(&list, tool->mem, ALLOWED_MAX);
	for (size_t i = 0; allowed[i] != NULL; i++) {
		strbuf_printf(&list, "%s%s", i == 0 ? "" : ", ", allowed[i]);
		if (strcmp(text, allowed[i]) != 0)
			continue;
		*word = text;
		return true;
	}
	return tool_usage(
		   tool, "%s: \"%s\" (allowed: %s)", option,
		   text_escape(tool->mem, span_of(text), SHOWN_MAX, true),
		   strbuf_text(&list)) == TOOL_DONE;
}

static bool read_words(struct tool *tool, struct store_filter *filter)
{
	static const char *const dispositions[] = {
	    "none", "tag", "quarantine", "reject", "tempfail", NULL};
	static const char *const results[] = {"none",	   "pass",	"fail",
					      "temperror", "permerror", NULL};
	static const char *const policies[] = {"none", "quarantine", "reject",
					       "absent", NULL};
	static const char *const overrides[] = {
	    "local_policy",	"mailing_list",	     "other",
	    "policy_test_mode", "trusted_forwarder", NULL};

	if (!read_word(tool, "--applied", dispositions, &filter->applied) ||
	    !read_word(tool, "--would", dispositions, &filter->would) ||
	    !read_word(tool, "--result", results, &filter->dmarc_result) ||
	    !read_word(tool, "--policy", policies, &filter->asked) ||
	    !read_word(tool, "--override", overrides, &filter->override_type))
		return false;
	if (filter->asked != NULL && strcmp(filter->asked, "absent") == 0)
		filter->asked = "";
	return true;
}

bool review_read_filter(struct tool *tool, bool has_until,
			struct store_filter *filter)
{
	int64_t now_s = clock_now_s(&tool->clock);

	filter->reason = tool_value(tool, "--reason");
	filter->host = tool_value(tool, "--host");
	filter->queue_id = tool_value(tool, "--queue-id");
	filter->is_open = tool_has(tool, "--open");
	return tool_time(tool, "--since", now_s, &filter->since_s) &&
	       (!has_until ||
		tool_time(tool, "--until", now_s, &filter->until_s)) &&
	       read_address(tool, filter) &&
	       tool_domain(tool, "--from", &filter->author_domain) &&
	       tool_domain(tool, "--client", &filter->client_name) &&
	       read_words(tool, filter) &&
	       tool_limit(tool, LIMIT_MAX, &filter->limit);
}
