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

const char *dossier_text(const char *text)
{
	return text == NULL || text[0] == '\0' ? NULL : text;
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

bool dossier_is(const struct json *object, const char *key, const char *text)
{
	const char *found = json_get_text(object, key);

	return found != NULL && strcmp(found, text) == 0;
}

const char *phrase(const struct phrase *table, const char *word,
		   const char *otherwise)
{
	for (; table->word != NULL; table++) {
		if (strcmp(table->word, word) == 0)
			return table->words;
	}
	return otherwise;
}

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

/* The column, else the list of the verdict. */
static struct json *read_dkim(TALLOC_CTX *mem,
			      const struct store_incident *incident,
			      const struct json *verdict)
{
	struct json *dkim = json_read(mem, incident->dkim);

	return dkim == NULL ? dossier_list(mem, verdict, "dkim") : dkim;
}

struct dossier dossier_open(TALLOC_CTX *mem,
			    const struct store_incident *incident)
{
	struct json *verdict = json_read(mem, incident->verdict);
	struct dossier dossier = {.mem = mem, .incident = incident};

	if (verdict == NULL)
		verdict = json_new_object(mem);
	dossier.is_cut = json_get_number(verdict, "cut", 0) > 0;
	dossier.spf = dossier_object(mem, verdict, "spf");
	dossier.dkim = read_dkim(mem, incident, verdict);
	dossier.arc = dossier_object(mem, verdict, "arc");
	dossier.iprev = dossier_object(mem, verdict, "iprev");
	dossier.dmarc = dossier_object(mem, verdict, "dmarc");
	dossier.decision = dossier_object(mem, verdict, "verdict");
	dossier.more = dossier_object(mem, verdict, "explain");
	dossier.dns = recorded_dns_read(mem, incident->queries);
	dossier.author = dossier_text(incident->author_domain);
	/* Without an author domain nothing is discovered, whatever a row that
	 * was tampered with says. */
	if (dossier.author == NULL)
		return dossier;
	dossier.policy_domain = dossier_text(incident->policy_domain);
	dossier.org_domain =
	    dossier_text(json_get_text(dossier.dmarc, "org_domain"));
	dossier.record = read_record(mem, dossier.dmarc);
	return dossier;
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
