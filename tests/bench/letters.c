/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * letters.c - a file of messages with their envelopes, whole in memory
 *
 * The file is our own: it is trusted to have the form it was written in.
 */
#include "tests/bench/letters.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "lib/mail/eml.h"

#define LINE_MAX_BYTES 600

void letters_write(FILE *file, const char *envelope, struct span message)
{
	(void)fprintf(file, "%s %zu\n", envelope, message.length);
	(void)fwrite(message.data, 1, message.length, file);
}

struct reading {
	TALLOC_CTX *mem;
	struct letter *letter;
	char *body;
	size_t length;
};

static bool take_field(void *context, struct span name, struct span value)
{
	struct reading *reading = context;
	struct letter *letter = reading->letter;

	letter->fields = mem_resize(reading->mem, letter->fields,
				    struct letter_field, letter->count + 1);
	letter->fields[letter->count++] = (struct letter_field){
	    .name = mem_strndup(reading->mem, name.data, name.length),
	    .value = mem_strndup(reading->mem, value.data, value.length)};
	return true;
}

static bool take_end_of_header(void *context)
{
	(void)context;
	return true;
}

static bool take_body(void *context, struct span chunk)
{
	struct reading *reading = context;

	memcpy(reading->body + reading->length, chunk.data, chunk.length);
	reading->length += chunk.length;
	return true;
}

static bool split(TALLOC_CTX *mem, struct letter *letter, char *message,
		  size_t length, struct error *err)
{
	struct reading reading = {.mem = mem, .letter = letter};
	struct eml_handler handler = {.field = take_field,
				      .end_of_header = take_end_of_header,
				      .body = take_body,
				      .context = &reading};
	FILE *file = fmemopen(message, length, "r");

	if (file == NULL)
		return error_errno(err, ERROR_INPUT, errno, "fmemopen");
	reading.body = mem_array(mem, char, length + 1);
	bool ok = eml_read(file, &handler, err);
	(void)fclose(file);
	letter->body = span_make(reading.body, reading.length);
	return ok;
}

/* "IP HELO <MAIL-FROM> WANT LENGTH" */
static bool read_envelope(TALLOC_CTX *mem, const char *line,
			  struct letter *letter, long *length)
{
	const char **const texts[] = {&letter->ip, &letter->helo,
				      &letter->mail_from, &letter->want};
	struct span rest = span_trim(span_of(line));
	struct span word;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (!span_cut(rest, ' ', &word, &rest))
			return false;
		*texts[i] = mem_strndup(mem, word.data, word.length);
	}
	return text_number(rest, 1, INT_MAX, length);
}

static bool read_letter(TALLOC_CTX *mem, FILE *file, const char *line,
			struct letter *letter, struct error *err)
{
	long length;

	if (!read_envelope(mem, line, letter, &length))
		return error_set(err, ERROR_INPUT, "no envelope: %s", line);
	char *message = mem_array(mem, char, (size_t)length);
	if (fread(message, 1, (size_t)length, file) != (size_t)length)
		return error_set(err, ERROR_INPUT, "a message is cut off");
	bool ok = split(mem, letter, message, (size_t)length, err);
	mem_free(message);
	return ok;
}

bool letters_read(TALLOC_CTX *mem, const char *path, struct letters *letters,
		  struct error *err)
{
	struct letters read = {.count = 0};
	char line[LINE_MAX_BYTES];
	bool ok = true;
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return error_errno(err, ERROR_INPUT, errno, "%s", path);
	while (ok && fgets(line, sizeof line, file) != NULL) {
		struct letter letter = {.count = 0};
		ok = read_letter(mem, file, line, &letter, err);
		read.items =
		    mem_resize(mem, read.items, struct letter, read.count + 1);
		read.items[read.count++] = letter;
	}
	(void)fclose(file);
	if (ok)
		*letters = read;
	return ok;
}
