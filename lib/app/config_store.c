/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config_store.c - where a configuration that was refused has its store
 *
 * The words of a file one after the other: "NAME {" opens a section, "= {" a
 * list, "}" ends the innermost. A text that its line does not end is over with
 * the line, and a list with the next "=", so that one fault hides no more than
 * that. A section "store" within another is believed where none stands by
 * itself: then a "}" is missing above it.
 * Tested by test_config.
 */
#include "lib/app/config_store.h"

#include <string.h>

#include "lib/app/config.h"
#include "lib/app/config_files.h"
#include "lib/base/file_read.h"
#include "lib/base/limits.h"

#define MARKS "{}=,+()"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED, TOKEN_MARK };

struct token {
	enum token_kind kind;
	struct span text; /* without quotes */
	int line;
};

struct reading {
	const char *at;
	const char *end;
	int line;
};

/* --- words --- */

static bool is_ahead(const struct reading *reading, const char *mark)
{
	size_t length = strlen(mark);

	return (size_t)(reading->end - reading->at) >= length &&
	       memcmp(reading->at, mark, length) == 0;
}

static void step(struct reading *reading)
{
	if (*reading->at++ == '\n')
		reading->line++;
}

/* Up to the mark, which stays; or the end. */
static void skip_to(struct reading *reading, const char *mark)
{
	while (reading->at < reading->end && !is_ahead(reading, mark))
		step(reading);
}

/* Blanks and comments. */
static void skip_silence(struct reading *reading)
{
	while (reading->at < reading->end) {
		if (ascii_is_blank(*reading->at))
			step(reading);
		else if (*reading->at == '#' || is_ahead(reading, "//"))
			skip_to(reading, "\n");
		else if (!is_ahead(reading, "/*"))
			return;
		else {
			skip_to(reading, "*/");
			reading->at += is_ahead(reading, "*/") ? 2 : 0;
		}
	}
}

/* From `start` to where the reading is. */
static struct token token_of(const struct reading *reading,
			     enum token_kind kind, const char *start)
{
	return (struct token){
	    .kind = kind,
	    .text = span_make(start, (size_t)(reading->at - start)),
	    .line = reading->line,
	};
}

/* One that has no end on its line is no value. */
static struct token read_quoted(struct reading *reading)
{
	const char quote = *reading->at++;
	const char *start = reading->at;

	while (reading->at < reading->end && *reading->at != '\n' &&
	       *reading->at != quote)
		reading->at++;
	if (reading->at == reading->end || *reading->at != quote)
		return token_of(reading, TOKEN_MARK, start);
	struct token token = token_of(reading, TOKEN_QUOTED, start);
	reading->at++;
	return token;
}

static struct token next_token(struct reading *reading)
{
	skip_silence(reading);
	const char *start = reading->at;

	if (start == reading->end)
		return token_of(reading, TOKEN_END, start);
	if (*start == '"' || *start == '\'')
		return read_quoted(reading);
	if (ascii_is_one_of(*start, MARKS)) {
		reading->at++;
		return token_of(reading, TOKEN_MARK, start);
	}
	do
		reading->at++;
	while (reading->at < reading->end && !ascii_is_blank(*reading->at) &&
	       !ascii_is_one_of(*reading->at, MARKS "#\"'"));
	return token_of(reading, TOKEN_WORD, start);
}

/* --- the setting --- */

/* The value, if its row takes it as it stands: what an escape in it means, or
 * the environment would put there, is not for us to say. */
static bool take_value(TALLOC_CTX *mem, const struct token *token,
		       struct config_store *store)
{
	const char *value =
	    mem_strndup(mem, token->text.data, token->text.length);
	struct setting_place at = {0};
	struct error unused;

	if ((token->kind != TOKEN_QUOTED && token->kind != TOKEN_WORD) ||
	    strlen(value) != token->text.length ||
	    strpbrk(value, "\\$") != NULL)
		return false;
	if (!setting_find(config_sections, "store.sqlite", &at) ||
	    !setting_check(at.row, value, &unused))
		return false;
	store->path = value;
	store->line = token->line;
	return true;
}

/* Where in a file the reading is. */
struct nesting {
	size_t depth; /* sections that are open */
	size_t store; /* how many, with the section "store"; 0: not in it */
	bool is_list; /* within the value of a setting */
};

static bool is_mark(const struct token *token, const char *mark)
{
	return token->kind == TOKEN_MARK && span_equals(token->text, mark);
}

static void see_mark(struct nesting *nesting, const struct token *token,
		     const struct token *before)
{
	if (is_mark(token, "{") && is_mark(before, "=")) {
		nesting->is_list = true;
	} else if (is_mark(token, "{")) {
		nesting->depth++;
		if (nesting->store == 0 && span_equals(before->text, "store"))
			nesting->store = nesting->depth;
	} else if (is_mark(token, "}") && !nesting->is_list) {
		if (nesting->store == nesting->depth)
			nesting->store = 0;
		nesting->depth -= nesting->depth > 0;
	}
	if (is_mark(token, "}") || is_mark(token, "="))
		nesting->is_list = false;
}

/* `found` is how deep the one lies that was found; 0: none yet. */
static void look_through(TALLOC_CTX *mem, const char *file, struct span bytes,
			 struct config_store *store, size_t *found)
{
	struct reading reading = {bytes.data, bytes.data + bytes.length, 1};
	struct token token = next_token(&reading);
	struct token before = token; /* the word before this one */
	struct nesting at = {0};

	for (; token.kind != TOKEN_END; token = next_token(&reading)) {
		see_mark(&at, &token, &before);
		if (is_mark(&token, "=") && at.store > 0 &&
		    at.store == at.depth &&
		    span_equals(before.text, "sqlite") &&
		    (*found == 0 || at.store <= *found)) {
			before = token;
			token = next_token(&reading);
			see_mark(&at, &token, &before);
			if (take_value(mem, &token, store)) {
				store->file = file;
				*found = at.store;
			}
		}
		before = token;
	}
}

bool config_store_find(TALLOC_CTX *mem, const char *path,
		       struct config_store *store, struct error *err)
{
	const char *main_file = path == NULL ? CONFIG_PATH : path;
	struct config_store found = {.path =
					 config_defaults(mem)->store.sqlite};
	struct text_list files;
	struct span bytes;
	size_t depth = 0;

	if (!config_files_find(mem, main_file, &files, err))
		return false;
	for (size_t i = 0; i < files.count; i++) {
		if (path == NULL && i == 0 && config_file_is_absent(main_file))
			continue;
		if (!file_read(mem, files.items[i], LIMIT_CONFIG_BYTES, &bytes,
			       err))
			return false;
		look_through(mem, files.items[i], bytes, &found, &depth);
	}
	*store = found;
	return true;
}
