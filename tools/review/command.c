/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl review: what was refused, held, overridden or failed
 *
 * Reads the store beside a running daemon, and writes nothing there but acts.
 * Which form is meant follows from the operands and two options; here that is
 * read, and options that belong to another form are refused.
 */
#include "tools/review/review.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/review/candidates.h"
#include "lib/review/reference.h"
#include "tools/store.h"
#include "tools/known_store.h"

#define WORDS_MAX 256

enum form {
	FORM_LIST,
	FORM_GROUPS,
	FORM_LIKELY,
	FORM_IMPORTED,
	FORM_WHOLE,
	FORM_RELEASE,
	FORM_CONFIRM,
	FORM_ALLOW,
	FORMS,
};

/* --- the lists --- */

static bool list_all(struct review *review, struct error *err)
{
	return review_list_all(&review->reading, err);
}

static bool list_groups(struct review *review, struct error *err)
{
	const char *text = tool_value(review->tool, "--group-by");
	TALLOC_CTX *mem = review->tool->mem;
	enum store_group_key key;
	struct strbuf words;

	if (store_group_key_parse(text, &key))
		return review_list_groups(&review->reading, key, err);
	strbuf_init(&words, mem, WORDS_MAX);
	for (int i = 0; i < STORE_GROUP_KEYS; i++)
		strbuf_printf(&words, "%s%s", i == 0 ? "" : ", ",
			      store_group_key_text((enum store_group_key)i));
	return error_set(err, ERROR_USAGE, "--group-by: \"%s\" (allowed: %s)",
			 text_escape(mem, span_of(text), 40, true),
			 strbuf_text(&words));
}

static bool list_likely(struct review *review, struct error *err)
{
	bool is_cut = false;

	if (!review_list_likely(&review->reading, &is_cut, err))
		return false;
	if (is_cut)
		(void)fprintf(stderr,
			      "alignctl: only the newest %d were looked at; "
			      "narrow it with --until or --from\n",
			      REVIEW_CANDIDATES_MAX);
	return review_tell_imported(&review->reading, err);
}

static bool list_imported(struct review *review, struct error *err)
{
	return review_list_imported(&review->reading, err);
}

static bool list_whole(struct review *review, struct error *err)
{
	const struct review_reading *reading = &review->reading;
	bool is_found = false;

	if (!review_list_whole(reading, &is_found, err))
		return false;
	return is_found || review_reference_missing(
			       review->tool->mem, reading->reader,
			       reading->path, reading->filter.reference, err);
}

/* --- which form --- */

static const struct {
	const char *text; /* in usage errors */
	bool (*run)(struct review *review, struct error *err);
	const struct review_deed *deed; /* of an act, instead */
} forms[FORMS] = {
    [FORM_LIST] = {.text = "review", .run = list_all},
    [FORM_GROUPS] = {.text = "review --group-by", .run = list_groups},
    [FORM_LIKELY] = {.text = "review --likely-legitimate", .run = list_likely},
    [FORM_IMPORTED] = {.text = "review --imported", .run = list_imported},
    [FORM_WHOLE] = {.text = "review REF", .run = list_whole},
    [FORM_RELEASE] = {.text = "review release", .deed = &review_release},
    [FORM_CONFIRM] = {.text = "review confirm", .deed = &review_confirm},
    [FORM_ALLOW] = {.text = "review allow", .deed = &review_allow},
};

#define IN(form) (1U << (form))
#define LISTS (IN(FORM_LIST) | IN(FORM_GROUPS) | IN(FORM_LIKELY))
#define SHOWN (LISTS | IN(FORM_WHOLE) | IN(FORM_IMPORTED))
#define ACTS (IN(FORM_RELEASE) | IN(FORM_CONFIRM) | IN(FORM_ALLOW))
#define EVERY (SHOWN | ACTS)
/* Counters of OpenDMARC's know less than incidents do. */
#define INCIDENTS (EVERY & ~IN(FORM_IMPORTED))

static const struct tool_option own_options[] = {
    {.name = "--since", .value = "T"},
    {.name = "--until", .value = "T"},
    {.name = "--from", .value = "D"},
    {.name = "--ip", .value = "A"},
    {.name = "--client", .value = "NAME"},
    {.name = "--applied", .value = "X"},
    {.name = "--would", .value = "X"},
    {.name = "--result", .value = "R"},
    {.name = "--policy", .value = "P"},
    {.name = "--override", .value = "TYPE"},
    {.name = "--reason", .value = "TEXT"},
    {.name = "--host", .value = "NAME"},
    {.name = "--queue-id", .value = "ID"},
    {.name = "--open"},
    {.name = "--limit", .value = "N"},
    {.name = "--json"},
    {.name = "--csv"},
    {.name = "--quiet"},
    KNOWN_STORE_OPTION,
    {.name = "--group-by", .value = "K"},
    {.name = "--likely-legitimate"},
    {.name = "--imported"},
    {.name = "--all"},
    {.name = "--count", .value = "N"},
    {.name = "--note", .value = "TEXT"},
    {.name = "--owner", .value = "WHO"},
    {.name = "--why", .value = "TEXT"},
    {.name = "--for", .value = "90d"},
    {.name = "--by", .value = "HANDLE"},
    {.name = "--name", .value = "NAME"},
    {.name = "--from-any"},
    {.name = "--i-know"},
    {.name = NULL},
};

/* Options that not every form takes. */
static const struct {
	const char *name;
	unsigned forms;
} rules[] = {
    {"--ip", INCIDENTS},
    {"--client", INCIDENTS},
    {"--applied", INCIDENTS},
    {"--would", INCIDENTS},
    {"--result", INCIDENTS},
    {"--policy", INCIDENTS},
    {"--override", INCIDENTS},
    {"--reason", INCIDENTS},
    {"--host", INCIDENTS},
    {"--queue-id", INCIDENTS},
    {"--open", LISTS | ACTS},
    {"--all", ACTS},
    {"--count", ACTS},
    {"--limit", SHOWN},
    {"--json", SHOWN},
    {"--csv", SHOWN},
    {"--quiet", LISTS | ACTS | IN(FORM_IMPORTED)},
    {"--group-by", IN(FORM_GROUPS)},
    {"--likely-legitimate", IN(FORM_LIKELY)},
    {"--imported", IN(FORM_IMPORTED)},
    {"--note", IN(FORM_RELEASE) | IN(FORM_CONFIRM)},
    {"--owner", IN(FORM_ALLOW)},
    {"--why", IN(FORM_ALLOW)},
    {"--for", IN(FORM_ALLOW)},
    {"--by", IN(FORM_ALLOW)},
    {"--name", IN(FORM_ALLOW)},
    {"--from-any", IN(FORM_ALLOW)},
    {"--i-know", IN(FORM_ALLOW)},
};

/* The act that the first operand names; FORMS: none. */
static enum form find_act(const struct text_list *operands)
{
	for (int i = FORM_RELEASE; operands->count > 0 && i < FORMS; i++) {
		if (strcmp(forms[i].deed->verb, operands->items[0]) == 0)
			return (enum form)i;
	}
	return FORMS;
}

/* The form, and the references that it is about. */
static bool read_form(struct tool *tool, enum form *form,
		      struct text_list *references)
{
	enum form act = find_act(&tool->operands);

	*references = tool->operands;
	if (act != FORMS) {
		*form = act;
		references->items++;
		references->count--;
		return true;
	}
	if (tool_has(tool, "--group-by"))
		*form = FORM_GROUPS;
	else if (tool_has(tool, "--likely-legitimate"))
		*form = FORM_LIKELY;
	else if (tool_has(tool, "--imported"))
		*form = FORM_IMPORTED;
	else
		*form = FORM_LIST;
	if (references->count > 0)
		*form = FORM_WHOLE;
	return references->count <= 1 ||
	       tool_usage(tool, "%s: one REF at most", forms[*form].text) ==
		   TOOL_DONE;
}

/* References, or all of a filter. */
static bool check_meant(struct tool *tool, enum form form,
			const struct text_list *references)
{
	bool is_all = tool_has(tool, "--all");

	if (forms[form].deed == NULL)
		return true;
	if (is_all && references->count > 0)
		return tool_usage(tool, "%s: REF or --all, not both",
				  forms[form].text) == TOOL_DONE;
	if (!is_all && references->count == 0)
		return tool_usage(tool,
				  "%s: REF is missing (or --all, with options "
				  "that narrow)",
				  forms[form].text) == TOOL_DONE;
	if (!is_all && tool_has(tool, "--count"))
		return tool_usage(tool, "--count is for --all") == TOOL_DONE;
	return true;
}

static bool check_options(struct tool *tool, enum form form)
{
	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		if ((rules[i].forms & IN(form)) == 0 &&
		    tool_has(tool, rules[i].name))
			return tool_usage(tool, "%s is not for %s",
					  rules[i].name,
					  forms[form].text) == TOOL_DONE;
	}
	if (tool_has(tool, "--json") && tool_has(tool, "--csv"))
		return tool_usage(tool, "--json or --csv, not both") ==
		       TOOL_DONE;
	return true;
}

static int run_form(struct review *review, enum form form,
		    const struct text_list *references)
{
	struct error err;

	if (forms[form].deed != NULL)
		return review_act_on(review, forms[form].deed, references);
	if (references->count > 0)
		review->reading.filter.reference =
		    review_reference(review->tool->mem, references->items[0]);
	return forms[form].run(review, &err) ? TOOL_DONE : tool_fail(&err);
}

/* An override is written into the file that the configuration names; all else
 * needs the store alone, and an act the right one for sure. */
static bool find_store(struct review *review, enum form form, struct error *err)
{
	struct known_store place;

	if (form == FORM_ALLOW &&
	    !tool_config(review->tool, &review->config, err))
		return false;
	if (!(forms[form].deed != NULL
		  ? tool_sure_store(review->tool, &place, err)
		  : tool_known_store(review->tool, "", &place, err)))
		return false;
	review->path = place.path;
	review->fleet = place.fleet;
	review->reading.path = tool_record_name(place.fleet, place.path);
	return true;
}

static int run_review(struct tool *tool)
{
	struct review review = {
	    .tool = tool,
	    .reading = {.file = stdout,
			.form = tool_form(tool),
			.now_s = clock_now_s(&tool->clock),
			.is_quiet = tool_has(tool, "--quiet")}};
	struct review_reading *reading = &review.reading;
	struct text_list references;
	struct error err;
	enum form form;

	if (!read_form(tool, &form, &references) ||
	    !check_options(tool, form) ||
	    !check_meant(tool, form, &references) ||
	    !review_read_filter(tool, form != FORM_ALLOW, &reading->filter))
		return TOOL_BAD_USAGE;
	if (!find_store(&review, form, &err) ||
	    !tool_record_reader(tool, review.fleet, review.path,
				&reading->reader, &err))
		return tool_fail(&err);
	return run_form(&review, form, &references);
}

const struct command command_review = {
    .name = "review",
    .summary = "List, group and rank what was refused, held, overridden or "
	       "failed; with a reference, one whole; act on some.",
    .usage = "[--since T] [--until T] [--from D] [--ip A] [--client NAME] "
	     "[--applied X] [--would X] [--result R] [--policy P] "
	     "[--override TYPE] "
	     "[--reason TEXT] [--host NAME] [--queue-id ID] [--open] "
	     "[--group-by K | --likely-legitimate | --imported] [--limit N] "
	     "[--json | --csv] [--quiet] [--store FILE] [REF]\n"
	     "       alignctl review release|confirm REF... | --all FILTER "
	     "[--count N] "
	     "[--note TEXT]\n"
	     "       alignctl review allow REF... | --all FILTER [--count N] "
	     "--owner WHO [--why TEXT] "
	     "[--until DATE | --for 90d] [--by HANDLE] [--from-any] "
	     "[--name NAME] [--i-know]",
    .options = own_options,
    .run = run_review,
};
