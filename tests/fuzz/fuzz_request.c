/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_request - any words as a command line of alignctl, one a line
 *
 * Operators type them, and scripts that take them from tickets and bounces.
 * Properties: reading ends in a request or in clean words about a fault; what a
 * filter holds is of its kind; a reference is spelled the same way when it is
 * spelled again; an override that the words make is the one that a file of it
 * has, and no other beside it.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/net.h"
#include "lib/policy/override_write.h"
#include "tools/review/review.h"
#include "tools/envelope.h"
#include "lib/review/reference.h"
#include "tools/time.h"

#define ARGUMENTS_MAX 40

static const struct tool_option review_options[] = {
    {.name = "--since", .value = "T"},
    {.name = "--until", .value = "T"},
    {.name = "--from", .value = "D"},
    {.name = "--ip", .value = "A"},
    {.name = "--client", .value = "NAME"},
    {.name = "--applied", .value = "X"},
    {.name = "--result", .value = "R"},
    {.name = "--policy", .value = "P"},
    {.name = "--override", .value = "T"},
    {.name = "--reason", .value = "T"},
    {.name = "--host", .value = "NAME"},
    {.name = "--queue-id", .value = "I"},
    {.name = "--open"},
    {.name = "--limit", .value = "N"},
    {.name = "--for", .value = "90d"},
    {.name = NULL},
};

static const struct tool_option override_options[] = {
    {.name = "--set", .value = "SETTING=TEXT", .is_repeatable = true},
    {.name = NULL},
};

static const struct command review = {
    .name = "review", .usage = "", .options = review_options};
static const struct command check = {
    .name = "check", .usage = "", .options = tool_envelope_options};
static const struct command override = {
    .name = "override", .usage = "", .options = override_options};

/* Those of tools/alignctl.c, which has a main of its own. */
const struct command *const tool_commands[] = {&review, &check, &override,
					       NULL};

/* --- what each makes of its words --- */

static void require_word(const char *word, const char *allowed)
{
	require(word == NULL || strstr(allowed, word) != NULL);
}

static void require_domain(TALLOC_CTX *mem, const char *domain)
{
	if (domain == NULL)
		return;
	const char *again = domain_normalize(mem, span_of(domain));
	require(again != NULL && strcmp(again, domain) == 0);
}

static void run_review(struct tool *tool)
{
	struct store_filter filter = {.limit = 1};
	int64_t seconds = 0;
	struct net_block block;
	struct error err;

	if (tool_duration(tool, "--for", &seconds, &err))
		require(seconds >= 0 && seconds <= INT64_C(86400000000000));
	if (!review_read_filter(tool, true, &filter))
		return;
	require(filter.limit >= 1);
	require_domain(tool->mem, filter.author_domain);
	require_domain(tool->mem, filter.client_name);
	require(filter.client_ip == NULL ||
		net_block_parse(filter.client_ip, &block, &err));
	require_word(filter.applied, "none tag quarantine reject tempfail");
	require_word(filter.dmarc_result, "none pass fail temperror permerror");
	require_word(filter.asked, "none quarantine reject");
	/* Back from now at most as far as a number reaches. */
	require(filter.since_s > -INT64_C(100000000000000) &&
		filter.since_s < INT64_C(100000000000000));
	for (size_t i = 0; i < tool->operands.count; i++) {
		const char *once =
		    review_reference(tool->mem, tool->operands.items[i]);
		require(strcmp(review_reference(tool->mem, once), once) == 0);
		require(strlen(once) <= strlen(tool->operands.items[i]) + 1);
	}
}

static void run_check(struct tool *tool)
{
	struct stored_envelope envelope = {.mail_from = NULL};

	if (tool_envelope(tool, &envelope))
		require(envelope.client.address.family != NET_NONE);
}

static void run_override(struct tool *tool)
{
	struct text_list sets = tool_values(tool, "--set");
	struct override_set *made;
	struct error err;

	if (tool->operands.count == 0)
		return;
	const char *name = tool->operands.items[0];
	struct override_draft *draft = override_draft_new(tool->mem, name);
	for (size_t i = 0; i < sets.count; i++) {
		struct span setting;
		struct span text;
		(void)span_cut(span_of(sets.items[i]), '=', &setting, &text);
		(void)!override_draft_set(
		    draft, mem_strndup(tool->mem, setting.data, setting.length),
		    mem_strndup(tool->mem, text.data, text.length), &err);
	}
	const char *text = override_draft_text(tool->mem, draft);
	if (!override_parse(tool->mem, "draft", span_of(text), &made, &err)) {
		require(err.words[0] != '\0');
		return;
	}
	require(made->count == 1);
	require(strcmp(made->items[0].name, name) == 0);
}

/* --- one command line --- */

static void run(struct tool *tool)
{
	for (size_t i = 0; i < tool->given_count; i++)
		require((tool->given[i].value != NULL) ==
			(tool->given[i].option->value != NULL));
	if (tool->command == &review)
		run_review(tool);
	else if (tool->command == &check)
		run_check(tool);
	else if (tool->command == &override)
		run_override(tool);
	else
		require(tool_has(tool, "--help") ||
			tool_has(tool, "--version"));
}

static int cut(TALLOC_CTX *mem, struct span input, char **arguments)
{
	int count = 0;
	struct span line;

	arguments[count++] = mem_strdup(mem, "alignctl");
	while (input.length > 0 && count < ARGUMENTS_MAX) {
		(void)span_cut(input, '\n', &line, &input);
		arguments[count++] = mem_strndup(mem, line.data, line.length);
	}
	return count;
}

/* What goes to the terminal is looked at too. (A property that does not hold
 * meanwhile has no words; the stack names it.) */
static void require_clean(const char *text)
{
	for (; *text != '\0'; text++)
		require((*text >= 0x20 && *text < 0x7f) || *text == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tool tool = {.mem = mem_context(NULL)};
	char *arguments[ARGUMENTS_MAX + 1] = {NULL};
	int count =
	    cut(tool.mem, span_make((const char *)data, size), arguments);
	FILE *terminal = stderr;
	char *said = NULL;
	size_t length = 0;

	stderr = open_memstream(&said, &length);
	int status = tool_read_arguments(&tool, count, arguments);
	if (status == TOOL_DONE)
		run(&tool);
	(void)fclose(stderr);
	stderr = terminal;
	require(status == TOOL_DONE || status == TOOL_BAD_USAGE);
	require(status == TOOL_DONE || length > 0);
	require_clean(said);
	free(said);
	mem_free(tool.mem);
	return 0;
}
