/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dossier.c - an incident taken apart, and the explanation that grows from it
 *
 * The row's columns are the first source; its JSON tells what they do not.
 * Tested by test_explain.
 */
#include "lib/explain/dossier.h"

#include <stdarg.h>
#include <string.h>

#define STEP_LINES_MAX 500 /* far above what DNS and signatures can yield */

/* --- reading --- */

const char *dossier_text(const char *text)
{
	return text == NULL || text[0] == '\0' ? NULL : text;
}

const char *dossier_text_at(const struct json *object, const char *key,
			    const char *otherwise)
{
	const char *text = json_get_text(object, key);

	return text == NULL ? otherwise : text;
}

struct json *dossier_object(TALLOC_CTX *mem, const struct json *parent,
			    const char *key)
{
	struct json *child = json_get(mem, parent, key);

	return child == NULL ? json_new_object(mem) : child;
}

struct json *dossier_list(TALLOC_CTX *mem, const struct json *parent,
			  const char *key)
{
	struct json *child = json_get(mem, parent, key);

	return child == NULL ? json_new_array(mem) : child;
}

struct json *dossier_item(TALLOC_CTX *mem, const struct json *list,
			  size_t index)
{
	struct json *item = json_item(mem, list, index);

	return item == NULL ? json_new_object(mem) : item;
}

bool dossier_is(const struct json *object, const char *key, const char *text)
{
	const char *found = json_get_text(object, key);

	return found != NULL && strcmp(found, text) == 0;
}

struct json *dossier_setting(const struct dossier *dossier, const char *name)
{
	struct json *list =
	    dossier_list(dossier->mem, dossier->more, "settings");

	for (size_t i = 0; name != NULL && i < json_count(list); i++) {
		struct json *item = dossier_item(dossier->mem, list, i);
		if (dossier_is(item, "name", name))
			return item;
	}
	return NULL;
}

/* --- opening --- */

static const struct record *read_record(TALLOC_CTX *mem,
					const struct json *dmarc)
{
	const char *text = json_get_text(dmarc, "record");

	if (text == NULL)
		return NULL;
	/* Of a record that was cut, up to its last whole tag. */
	size_t kept = json_uncut_length(text);
	while (text[kept] != '\0' && kept > 0 && text[kept - 1] != ';')
		kept--;
	struct span bytes = text_unescape(mem, mem_strndup(mem, text, kept));
	return record_has_version(bytes) ? record_parse(mem, bytes) : NULL;
}

static struct dossier_signature read_signature(const struct json *item)
{
	return (struct dossier_signature){
	    .is_readable = item != NULL,
	    .left_out = json_get_number(item, "left_out", 0),
	    .domain = json_get_text(item, "domain"),
	    .selector = json_get_text(item, "selector"),
	    .algorithm = json_get_text(item, "algorithm"),
	    .key_bits = json_get_number(item, "key_bits", 0),
	    .word = dossier_text_at(item, "result", "none"),
	    .result = auth_result_find(json_get_text(item, "result")),
	    .reason = json_get_text(item, "reason"),
	    .is_aligned = json_get_flag(item, "aligned"),
	};
}

/* From the column, else the list of the verdict. */
static void read_signatures(struct dossier *dossier, const struct json *verdict)
{
	struct json *list = json_read(dossier->mem, dossier->incident->dkim);

	if (list == NULL)
		list = dossier_list(dossier->mem, verdict, "dkim");
	size_t count = json_count(list);
	struct dossier_signature *signatures =
	    mem_array(dossier->mem, struct dossier_signature, count);
	for (size_t i = 0; i < count; i++)
		signatures[i] =
		    read_signature(json_item(dossier->mem, list, i));
	dossier->signature_count = count;
	dossier->signatures = signatures;
}

static void read_words(struct dossier *dossier)
{
	const struct store_incident *incident = dossier->incident;
	const struct json *dmarc = dossier->dmarc;
	const struct json *more = dossier->more;

	dossier->result = dmarc_result_find(incident->dmarc_result);
	dossier->applied = disposition_find(incident->applied);
	dossier->enforced = disposition_find(json_get_text(more, "enforced"));
	dossier->spf_result = auth_result_find(incident->spf_result);
	dossier->arc_result =
	    auth_result_find(json_get_text(dossier->arc, "result"));
	dossier->indirect = indirect_find(json_get_text(more, "indirect"));
	dossier->is_psl = dossier_is(dmarc, "discovery", "psl");
	dossier->is_bounce = strcmp(incident->mail_from, "<>") == 0;
	dossier->has_spf_aligned = json_get_flag(dmarc, "spf_aligned");
	dossier->is_held =
	    dossier_is(dossier_setting(dossier, "policy.quarantine_action"),
		       "value", "hold");
}

struct dossier dossier_open(TALLOC_CTX *mem,
			    const struct store_incident *incident)
{
	struct json *verdict = json_read(mem, incident->verdict);
	struct dossier dossier = {.mem = mem, .incident = incident};

	dossier.is_cut = json_get_number(verdict, "cut", 0) > 0;
	dossier.spf = dossier_object(mem, verdict, "spf");
	dossier.arc = dossier_object(mem, verdict, "arc");
	dossier.iprev = dossier_object(mem, verdict, "iprev");
	dossier.dmarc = dossier_object(mem, verdict, "dmarc");
	dossier.more = dossier_object(mem, verdict, "explain");
	dossier.dns = recorded_dns_read(mem, incident->queries);
	dossier.author = dossier_text(incident->author_domain);
	read_signatures(&dossier, verdict);
	read_words(&dossier);
	/* Without an author domain nothing is discovered, whatever a row that
	 * was tampered with says. */
	if (dossier.author == NULL)
		return dossier;
	dossier.policy_domain = dossier_text(incident->policy_domain);
	dossier.org_domain =
	    dossier_text(json_get_text(dossier.dmarc, "org_domain"));
	dossier.record = read_record(mem, dossier.dmarc);
	const struct json *looks = dossier_object(mem, verdict, "lookalike");
	dossier.lookalike = dossier_text(json_get_text(looks, "name"));
	const char *kind = json_get_text(looks, "kind");
	dossier.is_person_name = kind != NULL && strcmp(kind, "person") == 0;
	return dossier;
}

/* --- telling --- */

const char *phrase(const char *const *table, size_t count, int value,
		   const char *otherwise)
{
	bool is_there =
	    value >= 0 && (size_t)value < count && table[value] != NULL;

	return is_there ? table[value] : otherwise;
}

const char *bracketed(TALLOC_CTX *mem, const char *reason)
{
	return reason == NULL ? "" : mem_printf(mem, " (%s)", reason);
}

void dossier_step(struct dossier *dossier, const char *name, const char *title)
{
	struct explanation *explanation = dossier->explanation;

	dossier->step = &explanation->steps[explanation->count++];
	dossier->step->name = name;
	dossier->step->title = title;
}

void say(struct dossier *dossier, const char *format, ...)
{
	struct text_list *lines = &dossier->step->lines;
	va_list args;

	if (lines->count == STEP_LINES_MAX)
		return;
	va_start(args, format);
	const char *line = mem_vprintf(dossier->mem, format, args);
	va_end(args);
	lines->items = mem_resize(dossier->mem, lines->items, const char *,
				  lines->count + 1);
	lines->items[lines->count++] = text_printable(dossier->mem, line);
}
