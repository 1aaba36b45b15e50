/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * translate.c - each line of the old files: taken, asked, or noted
 * Tested by test_alignctl_import.
 */
#include "tools/import/translation.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/strbuf.h"

#define PROPOSAL_MAX 65536 /* far above what real lists need */
#define PATH_SHOWN 200

/* --- questions --- */

static void refuse_author(struct translation *translation,
			  const struct old_item *item)
{
	struct old_faults faults = {0};
	const struct old_fault fault = {.file = item->file,
					.line = item->line,
					.text = item->text,
					.why = "no domain, so that it is not "
					       "in the override that is "
					       "proposed"};

	old_faults_add(translation->mem, &faults, &fault);
	translation_faults(translation, &faults);
}

/* The domains as items of a list, without what is none; their number. */
static size_t add_authors(struct translation *translation,
			  const struct old_list *list, struct strbuf *text)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct old_item *item = &list->items[i];
		const char *name =
		    domain_normalize(translation->mem, span_of(item->text));
		if (name != NULL)
			strbuf_printf(text, "%s\".%s\"",
				      count++ == 0 ? "" : ", ", name);
		else
			refuse_author(translation, item);
	}
	return count;
}

/* Domains that anybody can write; the handle is for somebody to fill in. */
static void propose_authors(struct translation *translation,
			    const struct old_line *line, enum old_kind kind,
			    enum old_list_form form)
{
	const struct old_list *list =
	    translation_list(translation, line, kind, form, false);
	struct strbuf text;

	strbuf_init(&text, translation->mem, PROPOSAL_MAX);
	strbuf_printf(&text, "override \"%s, imported\" {\n\tfrom = {",
		      line->setting->name);
	size_t count = add_authors(translation, list, &text);
	strbuf_add_text(&text,
			"}\n\tdkim = {\"WHO-SIGNS-IT\"}\n"
			"\taction = accept\n\treason = local_policy\n"
			"\towner = \"WHO ANSWERS FOR IT\"\n"
			"\twhy = \"WHAT IT IS FOR\"\n\tuntil = \"DATE\"\n}\n");
	if (strbuf_is_full(&text)) /* cut, it would say something else */
		translation_fault(translation, line,
				  "too many domains for the comment that would "
				  "propose them in overrides.conf",
				  false);
	else if (count > 0)
		translation_propose(translation, line, strbuf_text(&text));
}

static void ask(struct translation *translation, enum old_kind kind,
		const struct old_line *line)
{
	if (line->setting->target != NULL) { /* a proposal with the question */
		translation_take(translation, kind, line);
		return;
	}
	if (strcmp(line->setting->name, "IgnoreMailFrom") == 0)
		propose_authors(translation, line, kind, OLD_LIST_COMMAS);
	if (strcmp(line->setting->name, "ExemptDomains") == 0)
		propose_authors(translation, line, kind, OLD_LIST_DATASET);
	translation_note(translation, OLD_QUESTION, line, line->setting->why);
}

/* --- what it refused --- */

bool translation_is_harmless(const struct old_line *line, bool *is_clear)
{
	const char *harmless = line->setting->harmless;
	bool flag;

	*is_clear = true;
	if (harmless == NULL)
		return false;
	if (strcmp(harmless, " 0 ") == 0) {
		*is_clear = old_flag_read(line->value, &flag);
		return *is_clear && !flag;
	}
	for (struct span left = span_of(harmless), word; left.length > 0;) {
		(void)span_cut(left, ' ', &word, &left);
		if (word.length > 0 && span_equals_nocase(word, line->value))
			return true;
	}
	return false;
}

static void weigh_refusal(struct translation *translation,
			  const struct old_line *line)
{
	bool is_clear;

	if (translation_is_harmless(line, &is_clear))
		translation_note(translation, OLD_NOT_NEEDED, line,
				 "with this value it refuses nothing");
	else if (!is_clear)
		translation_fault(translation, line, "neither yes nor no",
				  line->setting->narrows);
	else
		translation_note(translation, OLD_REFUSED, line,
				 line->setting->why);
}

/* --- lines --- */

static void translate_line(struct translation *translation, enum old_kind kind,
			   const struct old_line *line)
{
	const struct old_setting *setting = line->setting;
	const struct old_line *last =
	    old_conf_find(translation->confs[kind], setting->name);

	if (last != line)
		translation_note(translation, OLD_NOT_NEEDED, line,
				 mem_printf(translation->mem,
					    "it stands again in line %d, "
					    "which counts",
					    last->line));
	else if (setting->fate == OLD_TAKEN)
		translation_take(translation, kind, line);
	else if (setting->fate == OLD_QUESTION)
		ask(translation, kind, line);
	else if (setting->fate == OLD_REFUSED)
		weigh_refusal(translation, line);
	else
		translation_note(translation, setting->fate, line,
				 setting->why);
}

static void translate_conf(struct translation *translation, enum old_kind kind)
{
	const struct old_conf *conf = translation->confs[kind];

	if (conf == NULL)
		return;
	translation_faults(translation, &conf->faults);
	for (size_t i = 0; i < conf->count; i++)
		translate_line(translation, kind, &conf->lines[i]);
}

struct translation *translate(TALLOC_CTX *mem,
			      const struct old_conf *const confs[OLD_KINDS])
{
	struct translation *translation = mem_new(mem, struct translation);

	translation->mem = mem;
	translation->config = config_defaults(mem);
	for (int i = 0; i < OLD_KINDS; i++) {
		translation->confs[i] = confs[i];
		if (confs[i] != NULL)
			translation->paths[i] = text_escape(
			    mem, span_of(confs[i]->path), PATH_SHOWN, true);
	}
	for (int i = 0; i < OLD_KINDS; i++)
		translate_conf(translation, (enum old_kind)i);
	translation_conclude_all(translation);
	return translation;
}
