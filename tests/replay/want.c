/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * want.c - comparing a verdict with what a replay case demands
 */
#include "tests/replay/want.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/app/record_keeping.h"
#include "lib/base/strbuf.h"

#define FOUND_BYTES (1024 * 1024)

static bool matches(const char *text, const char *pattern, bool from_start)
{
	char part[1024];

	while (*pattern != '\0') {
		size_t length = strcspn(pattern, "*");
		if (length >= sizeof part)
			return false;
		memcpy(part, pattern, length);
		part[length] = '\0';
		const char *at = strstr(text, part);
		if (at == NULL || (from_start && at != text))
			return false;
		text = at + length;
		from_start = false;
		pattern += length + strspn(pattern + length, "*");
	}
	return true;
}

static const char *unfolded(TALLOC_CTX *mem, const char *value)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, FOUND_BYTES);
	for (; value != NULL && *value != '\0'; value++) {
		if (*value == '\n')
			continue;
		strbuf_add_char(&buf, *value == '\t' ? ' ' : *value);
	}
	return strbuf_text(&buf);
}

/* All tuple members a case may name, as "KEY=VALUE" lines. */
static const char *row_text(TALLOC_CTX *mem, const struct verdict *verdict)
{
	struct store_entry entry = record_entry(mem, verdict, "QID", "host");
	const struct store_tuple *t = &entry.tuple;

	return mem_printf(
	    mem,
	    " result=%s asked=%s applied=%s override=%s comment=%s "
	    "policy_domain=%s org_domain=%s indirect=%s spf=%s spf_domain=%s "
	    "spf_scope=%s author=%s error=%s mail_from=%s exists=%d ",
	    t->dmarc_result, t->asked, t->applied, t->override_type,
	    t->override_comment, t->policy_domain, t->org_domain, t->indirect,
	    t->spf_result, t->spf_domain, t->spf_scope, t->author_domain,
	    t->author_error, t->mail_from_domain, t->author_exists);
}

/* Every " KEY=VALUE " of the demand stands in the row. */
static bool row_matches(TALLOC_CTX *mem, const char *row, const char *demand)
{
	while (*demand != '\0') {
		size_t length = strcspn(demand, " ");
		const char *word =
		    mem_printf(mem, " %.*s ", (int)length, demand);
		if (strstr(row, word) == NULL)
			return false;
		demand += length;
		demand += strspn(demand, " ");
	}
	return true;
}

/* The member at a path such as dmarc.record or dkim.0.result. */
static json_t *json_at(TALLOC_CTX *mem, json_t *value, const char *path)
{
	size_t length;

	do {
		length = strcspn(path, ".");
		const char *key = mem_strndup(mem, path, length);
		value = json_is_array(value)
			    ? json_array_get(value, strtoul(key, NULL, 10))
			    : json_object_get(value, key);
		path += length + 1;
	} while (value != NULL && path[-1] == '.');
	return value;
}

/* A text as it is, anything else as JSON writes it; nothing is null. */
static bool is_value(const json_t *value, const char *want)
{
	char text[32];

	if (json_is_string(value) && strcmp(want, "null") != 0)
		return matches(json_string_value(value), want, true);
	if (value == NULL)
		return false;
	size_t length =
	    json_dumpb(value, text, sizeof text - 1, JSON_ENCODE_ANY);
	return strlen(want) == length && memcmp(text, want, length) == 0;
}

static bool json_matches(TALLOC_CTX *mem, const char *found, const char *demand)
{
	const char *equals = strchr(demand, '=');

	if (equals == NULL)
		return false;
	const char *path = mem_strndup(mem, demand, (size_t)(equals - demand));
	json_t *all = json_loads(found, 0, NULL);
	bool is_met = is_value(json_at(mem, all, path), equals + 1);
	json_decref(all);
	return is_met;
}

static const char *asked_text(TALLOC_CTX *mem, const struct verdict *verdict)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, FOUND_BYTES);
	for (size_t i = 0; i < verdict->question_count; i++) {
		const char *name = verdict->questions[i].name;
		if (strncmp(name, "_dmarc.", 7) == 0)
			strbuf_printf(&buf, "%s%s", buf.length ? " " : "",
				      name + 7);
	}
	return strbuf_text(&buf);
}

static const char *indexes_text(TALLOC_CTX *mem,
				const struct forged_fields *forged)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, FOUND_BYTES);
	for (size_t i = 0; i < forged->count; i++)
		strbuf_printf(&buf, "%s%u", i ? " " : "", forged->indexes[i]);
	return forged->count == 0 ? "-" : strbuf_text(&buf);
}

static const char *removed_text(TALLOC_CTX *mem, const struct verdict *verdict)
{
	return indexes_text(mem, &verdict->forged);
}

static const char *removed_tags_text(TALLOC_CTX *mem,
				     const struct verdict *verdict)
{
	return indexes_text(mem, &verdict->forged_tags);
}

static const char *questions_text(TALLOC_CTX *mem,
				  const struct verdict *verdict)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, FOUND_BYTES);
	strbuf_add_char(&buf, ' ');
	for (size_t i = 0; i < verdict->question_count; i++)
		strbuf_printf(&buf, "%s ", verdict->questions[i].name);
	return strbuf_text(&buf);
}

static const char *reply_text(TALLOC_CTX *mem, const struct verdict *verdict)
{
	(void)mem;
	return verdict->reply == NULL ? "250" : verdict->reply;
}

static const char *header_text(TALLOC_CTX *mem, const struct verdict *verdict)
{
	return unfolded(mem, verdict->header);
}

static const char *log_text(TALLOC_CTX *mem, const struct verdict *verdict)
{
	return verdict_log_line(mem, verdict, "QID");
}

static const char *incident_text(TALLOC_CTX *mem, const struct verdict *verdict)
{
	(void)mem;
	return verdict->is_incident ? "yes" : "no";
}

/* What was found, and what a case demands of it. */
struct comparison {
	TALLOC_CTX *mem;
	const char *found;
	const char *demand;
};

static bool starts(const struct comparison *c)
{
	return matches(c->found, c->demand, true);
}

static bool contains(const struct comparison *c)
{
	return matches(c->found, c->demand, false);
}

static bool equals(const struct comparison *c)
{
	return strcmp(c->found, c->demand) == 0;
}

static bool has_pairs(const struct comparison *c)
{
	return row_matches(c->mem, c->found, c->demand);
}

static bool has_question(const struct comparison *c)
{
	const char *word = mem_printf(c->mem, " %s ", c->demand);

	return strstr(c->found, word) != NULL;
}

static bool has_member(const struct comparison *c)
{
	return json_matches(c->mem, c->found, c->demand);
}

static const struct kind {
	const char *name;
	const char *(*find)(TALLOC_CTX *mem, const struct verdict *verdict);
	bool (*is_met)(const struct comparison *comparison);
} kinds[] = {
    {"reply", reply_text, starts},
    {"header", header_text, contains},
    {"log", log_text, contains},
    {"row", row_text, has_pairs},
    {"json", verdict_json, has_member},
    {"asked", asked_text, equals},
    {"question", questions_text, has_question},
    {"questions", questions_text, contains},
    {"removed", removed_text, equals},
    {"removed-tags", removed_tags_text, equals},
    {"incident", incident_text, equals},
};

bool want_is_met(TALLOC_CTX *mem, const struct verdict *verdict,
		 const char *want, const char **found)
{
	bool is_denied = strncmp(want, "no ", 3) == 0;
	const char *name = is_denied ? want + 3 : want;
	size_t length = strcspn(name, " ");
	const char *rest = name + length + strspn(name + length, " ");

	*found = "an unknown kind of want";
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strlen(kinds[i].name) != length ||
		    strncmp(kinds[i].name, name, length) != 0)
			continue;
		*found = kinds[i].find(mem, verdict);
		const struct comparison comparison = {
		    .mem = mem,
		    .found = *found,
		    .demand = rest,
		};
		return kinds[i].is_met(&comparison) != is_denied;
	}
	return false;
}
