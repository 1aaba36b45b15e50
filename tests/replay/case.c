/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * case.c - reading replay cases
 */
#include "tests/replay/case.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CASE_BYTES (4 * 1024 * 1024)
#define CASE_NOW 1777636800

void case_add(TALLOC_CTX *mem, struct text_list *list, const char *text)
{
	list->items =
	    mem_resize(mem, list->items, const char *, list->count + 1);
	list->items[list->count++] = mem_strdup(mem, text);
}

const char *case_argument(TALLOC_CTX *mem, const char *arguments,
			  const char *key)
{
	size_t length = strlen(key);

	for (const char *at = arguments; *at != '\0';) {
		size_t word = strcspn(at, " ");
		if (word > length && strncmp(at, key, length) == 0 &&
		    at[length] == '=')
			return mem_strndup(mem, at + length + 1,
					   word - length - 1);
		at += word;
		at += strspn(at, " ");
	}
	return NULL;
}

static int hex_value(char c)
{
	return ascii_is_digit(c) ? c - '0' : ascii_lower(c) - 'a' + 10;
}

/* Undoes \r \n \0 \t \\ and \xHH. */
static void add_unescaped(struct strbuf *buf, const char *text)
{
	static const char from[] = "rnt0\\";
	static const char to[] = "\r\n\t\0\\";

	while (*text != '\0') {
		const char *at = text[0] == '\\' && text[1] != '\0'
				     ? strchr(from, text[1])
				     : NULL;
		if (at != NULL) {
			strbuf_add_char(buf, to[at - from]);
			text += 2;
		} else if (text[0] == '\\' && text[1] == 'x' &&
			   text[2] != '\0' && text[3] != '\0') {
			strbuf_add_char(buf, (char)(hex_value(text[2]) * 16 +
						    hex_value(text[3])));
			text += 4;
		} else {
			strbuf_add_char(buf, *text++);
		}
	}
}

static const char *unescaped(TALLOC_CTX *mem, const char *text)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, CASE_BYTES);
	add_unescaped(&buf, text);
	return strbuf_text(&buf);
}

/* "192.0.2.1 helo mail.test user u": words after the address in pairs. */
static bool read_connect(TALLOC_CTX *mem, struct replay_case *c, char *text,
			 struct error *err)
{
	char *save = NULL;
	char *word = strtok_r(text, " ", &save);

	if (word == NULL || !net_address_parse(word, &c->address))
		return error_set(err, ERROR_INPUT, "connect wants an address");
	while ((word = strtok_r(NULL, " ", &save)) != NULL) {
		char *value = strtok_r(NULL, " ", &save);
		const char **target = strcmp(word, "name") == 0
					  ? &c->client_name
				      : strcmp(word, "helo") == 0 ? &c->helo
				      : strcmp(word, "user") == 0 ? &c->user
				      : strcmp(word, "tls") == 0  ? &c->tls
								  : NULL;
		if (target == NULL || value == NULL)
			return error_set(err, ERROR_INPUT,
					 "connect does not know %s", word);
		*target = unescaped(mem, value);
	}
	return true;
}

static void *member(struct replay_case *c, size_t offset)
{
	return (char *)c + offset;
}

static bool set_text(TALLOC_CTX *mem, void *target, char *text,
		     struct error *err)
{
	const char **value = target;

	(void)err;
	*value = mem_strdup(mem, text);
	return true;
}

static bool set_raw(TALLOC_CTX *mem, void *target, char *text,
		    struct error *err)
{
	const char **value = target;

	(void)err;
	*value = unescaped(mem, text);
	return true;
}

static bool set_time(TALLOC_CTX *mem, void *target, char *text,
		     struct error *err)
{
	int64_t *value = target;

	(void)mem;
	(void)err;
	*value = strtoll(text, NULL, 10);
	return true;
}

static bool set_byte(TALLOC_CTX *mem, void *target, char *text,
		     struct error *err)
{
	uint8_t *value = target;

	(void)mem;
	(void)err;
	*value = (uint8_t)strtoul(text, NULL, 10);
	return true;
}

static bool add_text(TALLOC_CTX *mem, void *target, char *text,
		     struct error *err)
{
	(void)err;
	case_add(mem, target, text);
	return true;
}

static bool add_failure(TALLOC_CTX *mem, void *target, char *text,
			struct error *err)
{
	(void)err;
	case_add(mem, target, mem_printf(mem, ";!FAIL %s", text));
	return true;
}

static bool add_line(TALLOC_CTX *mem, void *target, char *text,
		     struct error *err)
{
	(void)mem;
	(void)err;
	strbuf_printf(target, "%s\r\n", text);
	return true;
}

static bool add_setting(TALLOC_CTX *mem, void *target, char *text,
			struct error *err)
{
	(void)mem;
	(void)err;
	strbuf_printf(target, "%s\n", text);
	return true;
}

static bool add_raw(TALLOC_CTX *mem, void *target, char *text,
		    struct error *err)
{
	(void)mem;
	(void)err;
	add_unescaped(target, text);
	return true;
}

static bool add_raw_line(TALLOC_CTX *mem, void *target, char *text,
			 struct error *err)
{
	return add_raw(mem, target, text, err) &&
	       add_line(mem, target, mem_strdup(mem, ""), err);
}

static bool set_client(TALLOC_CTX *mem, void *target, char *text,
		       struct error *err)
{
	return read_connect(mem, target, text, err);
}

static const struct directive {
	const char *name;
	size_t offset;
	bool (*read)(TALLOC_CTX *mem, void *target, char *text,
		     struct error *err);
} directives[] = {
    {"title", offsetof(struct replay_case, title), set_text},
    {"config", offsetof(struct replay_case, config), add_setting},
    {"override", offsetof(struct replay_case, overrides), add_setting},
    {"now", offsetof(struct replay_case, now_s), set_time},
    {"random", offsetof(struct replay_case, random), set_byte},
    {"dns", offsetof(struct replay_case, zone), add_text},
    {"fail", offsetof(struct replay_case, zone), add_failure},
    {"connect", 0, set_client},
    {"mail", offsetof(struct replay_case, mail_from), set_raw},
    {"rcpt", offsetof(struct replay_case, rcpts), add_text},
    {"sign", offsetof(struct replay_case, signs), add_text},
    {"seal", offsetof(struct replay_case, seals), add_text},
    {"raw-field", offsetof(struct replay_case, fields), add_raw_line},
    {"raw-message", offsetof(struct replay_case, message), add_raw},
    {"append", offsetof(struct replay_case, append), add_line},
    {"append-sealed", offsetof(struct replay_case, append_sealed), add_line},
    {"want", offsetof(struct replay_case, wants), add_text},
};

/* {#} becomes the number. */
static void add_numbered(struct strbuf *buf, struct span text,
			 unsigned long number)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.length - i >= 3 &&
		    memcmp(text.data + i, "{#}", 3) == 0) {
			strbuf_printf(buf, "%lu", number);
			i += 2;
		} else {
			strbuf_add_char(buf, text.data[i]);
		}
	}
}

/* Undoes {{N*TEXT}}. */
static char *expand(TALLOC_CTX *mem, const char *line)
{
	struct strbuf buf;
	const char *open;

	strbuf_init(&buf, mem, CASE_BYTES);
	while ((open = strstr(line, "{{")) != NULL) {
		char *text;
		unsigned long count = strtoul(open + 2, &text, 10);
		const char *end = strstr(text, "}}");
		if (*text != '*' || end == NULL)
			break;
		strbuf_add(&buf, line, (size_t)(open - line));
		text++;
		for (unsigned long i = 1; i <= count; i++)
			add_numbered(&buf,
				     span_make(text, (size_t)(end - text)), i);
		line = end + 2;
	}
	strbuf_add_text(&buf, line);
	return strbuf_text(&buf);
}

static bool read_directive(TALLOC_CTX *mem, struct replay_case *c,
			   const char *line, struct error *err)
{
	size_t length = strcspn(line, " \t");
	const char *rest = line + length + strspn(line + length, " \t");

	for (size_t i = 0; i < sizeof directives / sizeof directives[0]; i++) {
		const struct directive *d = &directives[i];
		if (strlen(d->name) == length &&
		    strncmp(d->name, line, length) == 0)
			return d->read(mem, member(c, d->offset),
				       expand(mem, rest), err);
	}
	return error_set(err, ERROR_INPUT, "unknown directive %.*s",
			 (int)length, line);
}

/* "repeat 3 dns d{#}.test TXT x" is three directives. */
static bool read_repeated(TALLOC_CTX *mem, struct replay_case *c,
			  const char *line, struct error *err)
{
	char *text;
	unsigned long count = strtoul(line + strlen("repeat"), &text, 10);
	struct strbuf buf;

	strbuf_init(&buf, mem, CASE_BYTES);
	text += strspn(text, " ");
	for (unsigned long i = 1; i <= count; i++) {
		strbuf_clear(&buf);
		add_numbered(&buf, span_of(text), i);
		if (!read_directive(mem, c, strbuf_text(&buf), err))
			return false;
	}
	return true;
}

/* Lines up to "." become the message; false at the end of the file. */
static bool read_message(TALLOC_CTX *mem, FILE *file, struct strbuf *message,
			 char **line, size_t *room, unsigned *number)
{
	while (getline(line, room, file) >= 0) {
		(*number)++;
		(*line)[strcspn(*line, "\n")] = '\0';
		if (strcmp(*line, ".") == 0)
			return true;
		strbuf_add_text(message, expand(mem, *line));
		strbuf_add_text(message, "\r\n");
	}
	return false;
}

static bool read_lines(TALLOC_CTX *mem, FILE *file, struct replay_case *c,
		       unsigned *number, struct error *err)
{
	char *line = NULL;
	size_t room = 0;
	bool ok = true;

	while (ok && getline(&line, &room, file) >= 0) {
		(*number)++;
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] == '\0' || line[0] == '#')
			continue;
		if (strcmp(line, "message") == 0)
			ok = read_message(mem, file, &c->message, &line, &room,
					  number) ||
			     error_set(err, ERROR_INPUT,
				       "the message needs a line \".\"");
		else if (strncmp(line, "repeat ", 7) == 0)
			ok = read_repeated(mem, c, line, err);
		else
			ok = read_directive(mem, c, line, err);
	}
	free(line);
	return ok;
}

void case_init(TALLOC_CTX *mem, struct replay_case *c)
{
	*c = (struct replay_case){.title = "", .now_s = CASE_NOW};
	strbuf_init(&c->config, mem, CASE_BYTES);
	strbuf_init(&c->overrides, mem, CASE_BYTES);
	strbuf_init(&c->fields, mem, CASE_BYTES);
	strbuf_init(&c->message, mem, CASE_BYTES);
	strbuf_init(&c->append, mem, CASE_BYTES);
	strbuf_init(&c->append_sealed, mem, CASE_BYTES);
	(void)net_address_parse("203.0.113.5", &c->address);
	c->mail_from = "<>";
}

bool case_read(TALLOC_CTX *mem, const char *path, struct replay_case *ret,
	       struct error *err)
{
	struct replay_case c;
	unsigned number = 0;
	FILE *file = fopen(path, "rb");

	if (file == NULL)
		return error_errno(err, ERROR_INPUT, errno, "%s", path);
	case_init(mem, &c);
	bool ok = read_lines(mem, file, &c, &number, err);
	(void)fclose(file);
	if (!ok)
		return error_wrap(err, "%s:%u", path, number);
	if (c.title[0] == '\0' || c.wants.count == 0)
		return error_set(err, ERROR_INPUT,
				 "%s: a case needs a title and a want", path);
	*ret = c;
	return true;
}
