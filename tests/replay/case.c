/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * case.c - reading replay cases
 */
#include "tests/replay/case.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CASE_BYTES (4 * 1024 * 1024)
#define CASE_NOW 1777636800

static void add_item(TALLOC_CTX *mem, struct text_list *list, const char *text)
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
		*target = mem_strdup(mem, value);
	}
	return true;
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

static bool read_directive(TALLOC_CTX *mem, struct replay_case *c,
			   const char *name, char *rest, struct error *err)
{
	if (strcmp(name, "title") == 0)
		c->title = mem_strdup(mem, rest);
	else if (strcmp(name, "config") == 0)
		strbuf_printf(&c->config, "%s\n", rest);
	else if (strcmp(name, "now") == 0)
		c->now_s = strtoll(rest, NULL, 10);
	else if (strcmp(name, "dns") == 0)
		strbuf_printf(&c->zone, "%s\n", rest);
	else if (strcmp(name, "fail") == 0)
		strbuf_printf(&c->zone, ";!FAIL %s\n", rest);
	else if (strcmp(name, "connect") == 0)
		return read_connect(mem, c, rest, err);
	else if (strcmp(name, "mail") == 0)
		c->mail_from = mem_strdup(mem, rest);
	else if (strcmp(name, "rcpt") == 0)
		add_item(mem, &c->rcpts, rest);
	else if (strcmp(name, "sign") == 0)
		add_item(mem, &c->signs, rest);
	else if (strcmp(name, "raw-field") == 0) {
		add_unescaped(&c->fields, rest);
		strbuf_add_text(&c->fields, "\r\n");
	} else if (strcmp(name, "append") == 0)
		strbuf_printf(&c->append, "%s\r\n", rest);
	else if (strcmp(name, "want") == 0)
		add_item(mem, &c->wants, rest);
	else
		return error_set(err, ERROR_INPUT, "unknown directive %s",
				 name);
	return true;
}

/* Lines up to "." become the message; false at the end of the file. */
static bool read_message(FILE *file, struct strbuf *message, char **line,
			 size_t *room, unsigned *number)
{
	ssize_t length;

	while ((length = getline(line, room, file)) >= 0) {
		(*number)++;
		if (length > 0 && (*line)[length - 1] == '\n')
			length--;
		if (length == 1 && (*line)[0] == '.')
			return true;
		strbuf_add(message, *line, (size_t)length);
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
		size_t word = strcspn(line, " \t");
		char *rest = line + word + strspn(line + word, " \t");
		line[word] = '\0';
		if (strcmp(line, "message") == 0)
			ok = read_message(file, &c->message, &line, &room,
					  number) ||
			     error_set(err, ERROR_INPUT,
				       "the message needs a line \".\"");
		else
			ok = read_directive(mem, c, line, rest, err);
	}
	free(line);
	return ok;
}

static void init(TALLOC_CTX *mem, struct replay_case *c)
{
	*c = (struct replay_case){.title = "", .now_s = CASE_NOW};
	strbuf_init(&c->config, mem, CASE_BYTES);
	strbuf_init(&c->zone, mem, CASE_BYTES);
	strbuf_init(&c->fields, mem, CASE_BYTES);
	strbuf_init(&c->message, mem, CASE_BYTES);
	strbuf_init(&c->append, mem, CASE_BYTES);
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
	init(mem, &c);
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
