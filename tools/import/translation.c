/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * translation.c - settings, overrides and notes, gathered
 * Tested by test_alignctl_import.
 */
#include "tools/import/translation.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/policy/override_write.h"

#define SHOWN_MAX 200 /* of a value in a comment or a note */
#define PATH_SHOWN 150

static const char *shown(TALLOC_CTX *mem, const char *text)
{
	return text_escape(mem, span_of(text), SHOWN_MAX, true);
}

const char *translation_origin(TALLOC_CTX *mem, const struct old_line *line)
{
	return mem_printf(mem, "%s %s (%s:%d)", line->setting->name,
			  shown(mem, line->value), shown(mem, line->file),
			  line->line);
}

enum old_kind translation_leader(const struct translation *translation)
{
	static const enum old_kind order[] = {OLD_OPENDMARC, OLD_POLICYD_SPF};

	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		if (translation->confs[order[i]] != NULL)
			return order[i];
	}
	return OLD_OPENDKIM;
}

/* --- notes --- */

static void add_note(struct translation *translation,
		     const struct translated_note *note)
{
	translation->notes =
	    mem_resize(translation->mem, translation->notes,
		       struct translated_note, translation->note_count + 1);
	translation->notes[translation->note_count++] = *note;
	translation->has_hole = translation->has_hole || note->is_hole;
}

static const char *line_text(TALLOC_CTX *mem, const struct old_line *line)
{
	return mem_printf(mem, "%s %s", line->setting->name,
			  shown(mem, line->value));
}

void translation_note(struct translation *translation, enum old_fate fate,
		      const struct old_line *line, const char *why)
{
	const struct translated_note note = {
	    .fate = fate,
	    .file = line->file,
	    .line = line->line,
	    .text = line_text(translation->mem, line),
	    .why = mem_strdup(translation->mem, why),
	};

	add_note(translation, &note);
}

void translation_fault(struct translation *translation,
		       const struct old_line *line, const char *why,
		       bool is_hole)
{
	const struct translated_note note = {
	    .fate = OLD_NO_EQUAL,
	    .file = line->file,
	    .line = line->line,
	    .text = line_text(translation->mem, line),
	    .why = mem_strdup(translation->mem, why),
	    .is_fault = true,
	    .is_hole = is_hole,
	};

	add_note(translation, &note);
}

void translation_faults(struct translation *translation,
			const struct old_faults *faults)
{
	for (size_t i = 0; i < faults->count; i++) {
		const struct old_fault *fault = &faults->items[i];
		const struct translated_note note = {.fate = OLD_NO_EQUAL,
						     .file = fault->file,
						     .line = fault->line,
						     .text = fault->text,
						     .why = fault->why,
						     .is_fault = true,
						     .is_hole = fault->is_hole};
		add_note(translation, &note);
	}
}

void translation_remark(struct translation *translation, enum old_fate fate,
			enum old_kind kind, const char *text, const char *why)
{
	const struct translated_note note = {
	    .fate = fate,
	    .file = translation->confs[kind]->path,
	    .text = text,
	    .why = why,
	};

	add_note(translation, &note);
}

/* --- settings --- */

static struct translated_setting *
find_setting(const struct translation *translation, const char *name)
{
	for (size_t i = 0; i < translation->setting_count; i++) {
		if (strcmp(translation->settings[i].name, name) == 0)
			return &translation->settings[i];
	}
	return NULL;
}

bool translation_has(const struct translation *translation, const char *name)
{
	return find_setting(translation, name) != NULL;
}

static void record(struct translation *translation, const char *name,
		   const char *from)
{
	struct translated_setting *known = find_setting(translation, name);

	if (known != NULL) {
		if (strstr(known->from, from) == NULL)
			known->from = mem_printf(translation->mem, "%s, %s",
						 known->from, from);
		return;
	}
	translation->settings = mem_resize(
	    translation->mem, translation->settings, struct translated_setting,
	    translation->setting_count + 1);
	translation->settings[translation->setting_count++] =
	    (struct translated_setting){.name = name, .from = from};
}

bool translation_set(struct translation *translation,
		     const struct old_line *line, const char *name,
		     const char *value)
{
	const struct translated_setting *known =
	    find_setting(translation, name);
	struct error err;

	if (known != NULL) {
		translation_note(translation, OLD_NOT_NEEDED, line,
				 mem_printf(translation->mem,
					    "%s has it from %s", name,
					    known->from));
		return false;
	}
	if (!settings_set(translation->config, config_sections, name, value,
			  translation->config, &err)) {
		translation_fault(
		    translation, line,
		    mem_printf(translation->mem, "%s: %s", name, err.words),
		    line->setting->narrows);
		return false;
	}
	record(translation, name, translation_origin(translation->mem, line));
	return true;
}

/* The list behind a name; it is one of those that are taken. */
static struct text_list *list_of(struct translation *translation,
				 const char *name)
{
	const struct {
		const char *name;
		struct text_list *list;
	} lists[] = {
	    {"dns.servers", &translation->config->dns.servers},
	    {"trust.networks", &translation->config->trust.networks},
	    {"trust.authserv_ids", &translation->config->trust.authserv_ids},
	    {"trust.arc_sealers", &translation->config->trust.arc_sealers},
	};
	size_t i = 0;

	while (strcmp(lists[i].name, name) != 0) {
		i++;
		assert(i < sizeof lists / sizeof lists[0]);
	}
	return lists[i].list;
}

static void grow(struct translation *translation, const char *name,
		 const char *item)
{
	struct text_list *list = list_of(translation, name);

	if (!translation_has(translation, name)) /* the default is not ours */
		*list = (struct text_list){0};
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i], item) == 0)
			return;
	}
	list->items = mem_resize(translation->mem, list->items, const char *,
				 list->count + 1);
	list->items[list->count++] = mem_strdup(translation->mem, item);
}

bool translation_add(struct translation *translation,
		     const struct old_line *line, const char *name,
		     const char *item)
{
	struct config *tried = config_defaults(translation->mem);
	struct error err;

	if (!settings_set(tried, config_sections, name, item, tried, &err)) {
		translation_fault(
		    translation, line,
		    mem_printf(translation->mem, "%s: %s", name, err.words),
		    false);
		mem_free(tried);
		return false;
	}
	mem_free(tried);
	grow(translation, name, item);
	record(translation, name, translation_origin(translation->mem, line));
	return true;
}

void translation_conclude(struct translation *translation, const char *name,
			  const char *value, const char *from)
{
	struct error err;

	/* Our own words; the files are read back before they are kept. */
	if (settings_set(translation->config, config_sections, name, value,
			 translation->config, &err))
		record(translation, name, from);
}

void translation_networks(struct translation *translation,
			  const struct net_list *networks, const char *from)
{
	char text[NET_BLOCK_TEXT];

	if (!translation_has(translation, "trust.networks"))
		translation->config->trust.networks = (struct text_list){0};
	record(translation, "trust.networks", from);
	for (size_t i = 0; i < networks->count; i++)
		grow(translation, "trust.networks",
		     net_block_text(&networks->items[i], text));
}

/* --- overrides --- */

static void add_override(struct translation *translation, const char *text,
			 const struct old_line *line, bool is_proposal)
{
	translation->overrides = mem_resize(
	    translation->mem, translation->overrides,
	    struct translated_override, translation->override_count + 1);
	translation->overrides[translation->override_count++] =
	    (struct translated_override){
		.text = text,
		.from = translation_origin(translation->mem, line),
		.is_proposal = is_proposal,
	    };
}

static bool fill_draft(struct override_draft *draft,
		       const struct translated_scope *scope, struct error *err)
{
	const struct old_line *line = scope->line;
	char why[LIMIT_OVERRIDE_TEXT];

	(void)snprintf(why, sizeof why, "%s in %.*s, line %d",
		       line->setting->name, PATH_SHOWN, line->file, line->line);
	for (size_t i = 0; i < scope->items->count; i++) {
		if (!override_draft_set(draft, scope->kind,
					scope->items->items[i], err))
			return false;
	}
	return override_draft_set(draft, "reason", scope->reason, err) &&
	       override_draft_set(draft, "owner", "postmaster", err) &&
	       override_draft_set(draft, "why", why, err) &&
	       override_draft_set(draft, "permanent", "yes", err);
}

void translation_override(struct translation *translation,
			  const struct translated_scope *scope)
{
	TALLOC_CTX *mem = translation->mem;
	bool is_asked = scope->question != NULL;
	struct override_draft *draft = override_draft_new(
	    mem, mem_printf(mem, "%s, %s", scope->line->setting->name,
			    is_asked ? "decided" : "imported"));
	struct override_set *set;
	struct error err;

	if (!fill_draft(draft, scope, &err) ||
	    !override_parse(mem, "the override",
			    span_of(override_draft_text(mem, draft)), &set,
			    &err)) {
		translation_note(translation, OLD_QUESTION, scope->line,
				 err.words);
		return;
	}
	add_override(translation, override_draft_text(mem, draft), scope->line,
		     is_asked);
	if (is_asked)
		translation_note(translation, OLD_QUESTION, scope->line,
				 scope->question);
}

void translation_propose(struct translation *translation,
			 const struct old_line *line, const char *text)
{
	add_override(translation, text, line, true);
}
