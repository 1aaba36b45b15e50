/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * want.c - comparing a verdict with what a replay case demands
 */
#include "tests/replay/want.h"

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

/* The JSON text at a path such as dmarc.record or dkim.0.result. */
static const char *json_at(TALLOC_CTX *mem, const struct verdict *verdict,
			   const char *path)
{
	struct json *value = json_new_object(mem);

	verdict_put_json(mem, verdict, value);
	for (;;) {
		size_t length = strcspn(path, ".");
		const char *key = mem_strndup(mem, path, length);
		bool is_index = ascii_is_digit(key[0]);
		struct json *next =
		    is_index
			? json_item(mem, value, (size_t)strtoul(key, NULL, 10))
			: json_get(mem, value, key);
		if (path[length] == '\0' && next == NULL)
			return json_get_text(value, key);
		if (next == NULL)
			return NULL;
		if (path[length] == '\0')
			return json_text(mem, next);
		value = next;
		path += length + 1;
	}
}

/* Scalars that are no texts are looked for in the whole object's text. */
static bool json_matches(TALLOC_CTX *mem, const struct verdict *verdict,
			 const char *demand, const char **found)
{
	const char *equals = strchr(demand, '=');
	const char *path = mem_strndup(mem, demand, (size_t)(equals - demand));
	const char *got = json_at(mem, verdict, path);
	struct json *all = json_new_object(mem);

	verdict_put_json(mem, verdict, all);
	*found = json_text(mem, all);
	if (strcmp(equals + 1, "null") == 0)
		return got == NULL;
	return got != NULL && matches(got, equals + 1, true);
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

static const char *removed_text(TALLOC_CTX *mem, const struct verdict *verdict)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, FOUND_BYTES);
	for (size_t i = 0; i < verdict->forged.count; i++)
		strbuf_printf(&buf, "%s%u", i ? " " : "",
			      verdict->forged.indexes[i]);
	return verdict->forged.count == 0 ? "-" : strbuf_text(&buf);
}

bool want_is_met(TALLOC_CTX *mem, const struct verdict *verdict,
		 const char *want, const char **found)
{
	size_t length = strcspn(want, " ");
	const char *kind = mem_strndup(mem, want, length);
	const char *rest = want + length + strspn(want + length, " ");

	if (strcmp(kind, "reply") == 0) {
		*found = verdict->reply == NULL ? "250" : verdict->reply;
		return matches(*found, rest, true);
	}
	if (strcmp(kind, "header") == 0) {
		*found = unfolded(mem, verdict->header);
		return matches(*found, rest, false);
	}
	if (strncmp(want, "no header ", 10) == 0) {
		*found = unfolded(mem, verdict->header);
		return !matches(*found, want + 10, false);
	}
	if (strcmp(kind, "log") == 0) {
		*found = verdict_log_line(mem, verdict, "QID");
		return matches(*found, rest, false);
	}
	if (strcmp(kind, "row") == 0) {
		*found = row_text(mem, verdict);
		return row_matches(mem, *found, rest);
	}
	if (strcmp(kind, "json") == 0)
		return json_matches(mem, verdict, rest, found);
	if (strcmp(kind, "asked") == 0) {
		*found = asked_text(mem, verdict);
		return strcmp(*found, rest) == 0;
	}
	if (strcmp(kind, "removed") == 0) {
		*found = removed_text(mem, verdict);
		return strcmp(*found, rest) == 0;
	}
	if (strcmp(kind, "incident") == 0) {
		*found = verdict->is_incident ? "yes" : "no";
		return strcmp(*found, rest) == 0;
	}
	*found = "an unknown kind of want";
	return false;
}
