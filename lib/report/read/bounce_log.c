/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bounce_log.c - bounces as our own mail server's log tells of them
 */
#include "lib/report/read/bounce_log.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/report/read/lines.h"

#define QUEUE_ID_BYTES 32
#define SHOWN_MAX 200

/* A mail in the queue that is one of ours. */
struct queued {
	char id[QUEUE_ID_BYTES + 1]; /* "": none */
	char token[DELIVERY_TOKEN_TEXT];
	uint64_t number; /* in their order; 0: none */
};

struct log {
	struct queued mails[LIMIT_BOUNCE_QUEUED];
	uint64_t count;
	const struct bounce_log_reader *reader;
};

/* --- a line --- */

static struct span cut_word(struct span *text)
{
	struct span word;

	*text = span_trim(*text);
	(void)span_cut(*text, ' ', &word, text);
	return word;
}

/* "May  1 12:00:00 HOST PROGRAM[1]: ID: REST", or the time in one word. */
static bool cut_line(struct span line, char id[QUEUE_ID_BYTES + 1],
		     struct span *rest)
{
	struct span word;

	line = span_trim(line);
	int before = line.length > 0 && ascii_is_digit(line.data[0]) ? 2 : 4;
	for (int i = 0; i < before; i++)
		(void)cut_word(&line);
	if (!span_ends(cut_word(&line), ":") ||
	    !span_cut(line, ':', &word, rest))
		return false;
	word = span_trim(word);
	*rest = span_trim(*rest);
	if (word.length == 0 || word.length > QUEUE_ID_BYTES)
		return false;
	for (size_t i = 0; i < word.length; i++) {
		if (!ascii_is_digit(word.data[i]) &&
		    !ascii_is_alpha(word.data[i]))
			return false;
	}
	memcpy(id, word.data, word.length);
	id[word.length] = '\0';
	return true;
}

/* "KEY=VALUE, KEY=VALUE"; what a server said reaches to the end of the line,
 * and nothing in it is a field. */
static struct span find_field(struct span rest, const char *name)
{
	while (rest.length > 0) {
		const char *end = memmem(rest.data, rest.length, ", ", 2);
		size_t length =
		    end == NULL ? rest.length : (size_t)(end - rest.data);
		struct span key;
		struct span value;
		if (!span_cut(span_make(rest.data, length), '=', &key, &value))
			break;
		bool is_last = span_equals(key, "status") ||
			       span_equals(key, "stat") ||
			       span_equals(key, "reply");
		if (is_last)
			value = span_from(rest, key.length + 1);
		if (span_equals(key, name))
			return value;
		if (is_last || end == NULL)
			break;
		rest = span_from(rest, length + 2);
	}
	return span_of("");
}

/* --- the queue --- */

static struct queued *find_queued(struct log *log, const char *id)
{
	for (size_t i = 0; i < LIMIT_BOUNCE_QUEUED; i++) {
		if (strcmp(log->mails[i].id, id) == 0)
			return &log->mails[i];
	}
	return NULL;
}

/* Queue ids are used again. */
static void forget_mail(struct log *log, const char *id)
{
	struct queued *mail = find_queued(log, id);

	if (mail != NULL)
		*mail = (struct queued){.number = 0};
}

/* That of the same token, or a free one, or the oldest: who got a report can
 * fill no more than one with it. */
static struct queued *choose_place(struct log *log, const char *token)
{
	struct queued *chosen = &log->mails[0];

	for (size_t i = 0; i < LIMIT_BOUNCE_QUEUED; i++) {
		struct queued *mail = &log->mails[i];
		if (strcmp(mail->token, token) == 0)
			return mail;
		if (mail->number < chosen->number)
			chosen = mail;
	}
	return chosen;
}

static void remember_mail(struct log *log, const char *id, struct span value)
{
	const struct bounce_log_reader *reader = log->reader;
	struct bounce named = {.token_count = 0};
	size_t at = 0;

	bounce_find_tokens(&named, value);
	if (named.token_count == 0 || find_queued(log, id) != NULL)
		return;
	/* 32 hex digits stand in many a Message-ID. */
	while (at < named.token_count &&
	       !reader->is_ours(reader->context, named.tokens[at]))
		at++;
	if (at == named.token_count)
		return;
	struct queued *mail = choose_place(log, named.tokens[at]);
	mail->number = ++log->count;
	memcpy(mail->token, named.tokens[at], sizeof mail->token);
	memcpy(mail->id, id, strlen(id) + 1);
}

/* --- a delivery --- */

/* What the mail server says of it; empty when it did not fail for good. */
static struct span failure_words(struct span rest)
{
	struct span status = find_field(rest, "status");
	struct span reply = find_field(rest, "reply");
	struct span stat = find_field(rest, "stat");

	if (!span_starts(find_field(rest, "dsn"), "5."))
		return span_of("");
	if (span_starts(status, "bounced "))
		return span_trim(span_from(status, strlen("bounced ")));
	if (reply.length > 0) /* "550 5.1.1 no, stat=User unknown" */
		return reply;
	if (span_starts(stat, "Sent") || span_starts(stat, "Deferred"))
		return span_of("");
	return stat;
}

/* Did the recipient pass, and the message not? Postfix says what was answered;
 * of Sendmail's codes those of addresses and mailboxes (RFC 3463) are about the
 * recipient. */
static bool is_about_message(struct span rest, struct span words)
{
	struct span dsn = find_field(rest, "dsn");

	if (find_field(rest, "status").length > 0)
		return span_ends(words, "(in reply to end of DATA command))") ||
		       span_ends(words, "(in reply to DATA command))");
	return !span_starts(dsn, "5.1.") && !span_starts(dsn, "5.2.");
}

static const char *keep_address(TALLOC_CTX *mem, struct span text)
{
	text = span_trim(text);
	if (text.length >= 2 && text.data[0] == '<' &&
	    text.data[text.length - 1] == '>')
		text = span_make(text.data + 1, text.length - 2);
	return text_escape(mem, text, SHOWN_MAX, true);
}

static void take_delivery(struct log *log, const char *id, struct span rest)
{
	struct span words = failure_words(rest);
	struct queued *mail = words.length == 0 ? NULL : find_queued(log, id);

	if (mail == NULL)
		return;
	TALLOC_CTX *mem = mem_context(NULL);
	struct bounce bounce = {
	    .is_notification = true, .token_count = 1, .recipient_count = 1};
	memcpy(bounce.tokens[0], mail->token, sizeof mail->token);
	bounce.recipients[0] = (struct bounce_recipient){
	    .original = keep_address(mem, find_field(rest, "orig_to")),
	    .final = keep_address(mem, find_field(rest, "to")),
	    .words = text_escape(mem, words, SHOWN_MAX, true),
	    .has_failed = true,
	};
	bounce.is_about_message = is_about_message(rest, words);
	log->reader->seen(log->reader->context, &bounce);
	mem_free(mem);
}

static void take_line(struct log *log, struct span line)
{
	char id[QUEUE_ID_BYTES + 1];
	struct span rest;

	if (!cut_line(line, id, &rest))
		return;
	if (span_starts(rest, "message-id=")) {
		forget_mail(log, id);
		remember_mail(log, id, rest);
	} else if (span_starts(rest, "from=")) {
		remember_mail(log, id, find_field(rest, "from"));
		remember_mail(log, id, find_field(rest, "msgid"));
	} else if (span_starts(rest, "to=")) {
		take_delivery(log, id, rest);
	} else if (span_equals(rest, "removed")) {
		forget_mail(log, id);
	}
}

bool bounce_log_read(FILE *file, const struct bounce_log_reader *reader,
		     struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct log *log = mem_new(mem, struct log);
	struct lines lines = {.file = file};
	struct span line;

	log->reader = reader;
	while (lines_next(&lines, &line))
		take_line(log, line);
	mem_free(mem);
	return ferror(file) == 0 ||
	       error_set(err, ERROR_INPUT, "cannot read the log to its end");
}
