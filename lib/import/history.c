/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history.c - OpenDMARC's HistoryFile
 * Tested by test_alignctl_import_history.
 */
#include "lib/import/history.h"

#include <errno.h>
#include <string.h>

#include "lib/base/domain.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define SMALL_MAX 1000 /* of the numbers that stand for words */

/* The facts of a message; those from REQUIRED on it can do without. */
enum fact {
	JOB,
	REPORTER,
	RECEIVED,
	CLIENT,
	FROM,
	POLICY,
	ACTION,
	REQUIRED,
	MAIL_FROM = REQUIRED,
	SPF,
	POLICY_DOMAIN,
	P,
	SP,
	ALIGN_DKIM,
	ALIGN_SPF,
	OTHER, /* known, of no use here */
	FACTS,
};

static const struct {
	const char *key;
	enum fact fact;
} keys[] = {
    {"job", JOB},
    {"reporter", REPORTER},
    {"received", RECEIVED},
    {"ipaddr", CLIENT},
    {"from", FROM},
    {"policy", POLICY},
    {"action", ACTION},
    {"mfrom", MAIL_FROM},
    {"spf", SPF},
    {"pdomain", POLICY_DOMAIN},
    {"p", P},
    {"sp", SP},
    {"align_dkim", ALIGN_DKIM},
    {"align_spf", ALIGN_SPF},
};

static const char *const ignored_keys[] = {"rua",  "pct", "adkim",
					   "aspf", "arc", "arc_policy"};

struct history_reader {
	struct history_handler handler;
	struct error *err;
	TALLOC_CTX *mem; /* of the message at hand */
	struct history_message message;
	bool has[FACTS];
	bool is_open; /* a message has begun */
	long line;
};

const char *history_result_text(long number)
{
	static const char *const words[] = {
	    "pass",	 "none", "softfail", "neutral", "temperror",
	    "permerror", "none", "fail",     "policy",
	};

	if (number == -1)
		return "none";
	return number >= 0 && (size_t)number < COUNT_OF(words) ? words[number]
							       : NULL;
}

/* --- lines --- */

bool history_next_line(FILE *file, char *line, size_t size, size_t *length,
		       enum history_state *state)
{
	size_t filled = 0;
	int c = getc_unlocked(file);

	if (c == EOF)
		return false;
	*state = HISTORY_WHOLE;
	for (; c != EOF && c != '\n'; c = getc_unlocked(file)) {
		if (c == '\0' || filled == size - 1)
			*state = HISTORY_SPOILT;
		else
			line[filled++] = (char)c;
	}
	if (c == EOF && *state == HISTORY_WHOLE)
		*state = HISTORY_UNENDED;
	if (filled > 0 && line[filled - 1] == '\r')
		filled--;
	line[filled] = '\0';
	*length = filled;
	return true;
}

/* --- messages --- */

static bool report_torn(struct history_reader *reading, long line,
			const char *why)
{
	return reading->handler.torn(reading->handler.context, line, why,
				     reading->err);
}

static const char *find_missing(const struct history_reader *reading)
{
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (keys[i].fact < REQUIRED && !reading->has[keys[i].fact])
			return keys[i].key;
	}
	return NULL;
}

static void begin_message(struct history_reader *reading)
{
	mem_free(reading->mem);
	reading->mem = mem_context(NULL);
	reading->message = (struct history_message){
	    .line = reading->line,
	    .mail_from = "",
	    .policy_domain = "",
	    .spf = "none",
	};
	memset(reading->has, 0, sizeof reading->has);
	reading->is_open = true;
}

/* Hands the message on that has come to its end. */
static bool finish_message(struct history_reader *reading)
{
	const char *missing = find_missing(reading);
	char why[80];

	if (!reading->is_open)
		return true;
	reading->is_open = false;
	if (missing == NULL)
		return reading->handler.message(
		    reading->handler.context, &reading->message, reading->err);
	(void)snprintf(why, sizeof why,
		       "the message that begins here has no line \"%s\"",
		       missing);
	return report_torn(reading, reading->message.line, why);
}

/* --- facts --- */

static bool read_small(struct span text, int *number)
{
	long found;

	if (!text_number(text, 0, SMALL_MAX, &found))
		return false;
	*number = (int)found;
	return true;
}

static bool read_text(struct history_reader *reading, struct span text,
		      const char **kept)
{
	if (text.length == 0 || text.length > LIMIT_ADDRESS_BYTES ||
	    !text_is_line(text))
		return false;
	*kept = mem_strndup(reading->mem, text.data, text.length);
	return true;
}

static bool read_domain(struct history_reader *reading, struct span text,
			const char **kept)
{
	const char *domain = domain_normalize(reading->mem, text);

	if (domain == NULL)
		return false;
	*kept = domain;
	return true;
}

/* OpenDMARC writes "UNKNOWN", or nothing, where it has none. */
static bool read_mail_from(struct history_reader *reading, struct span text,
			   const char **kept)
{
	*kept = "";
	return text.length == 0 || span_equals_nocase(text, "UNKNOWN") ||
	       span_equals(text, "(null)") || read_domain(reading, text, kept);
}

static bool read_result(struct span text, const char **kept)
{
	long number = -1;

	if (!span_equals(text, "-1") &&
	    !text_number(text, 0, SMALL_MAX, &number))
		return false;
	*kept = history_result_text(number);
	return *kept != NULL;
}

/* A tag's letter as a number; 0 where the record has none. */
static bool read_letter(struct span text, char *letter)
{
	int number;

	if (!read_small(text, &number) ||
	    (number != 0 && strchr("nqr", number) == NULL))
		return false;
	*letter = (char)number;
	return true;
}

static bool read_client(struct span text, struct net_address *client)
{
	char address[NET_ADDRESS_TEXT];

	if (text.length >= sizeof address)
		return false;
	memcpy(address, text.data, text.length);
	address[text.length] = '\0';
	return net_address_parse(address, client);
}

static bool read_fact(struct history_reader *reading, enum fact fact,
		      struct span value)
{
	struct history_message *message = &reading->message;

	switch (fact) {
	case JOB:
		return read_text(reading, value, &message->job);
	case REPORTER:
		return read_text(reading, value, &message->reporter);
	case RECEIVED:
		return text_number64(value, 1, INT64_C(253402300799),
				     &message->received_s);
	case CLIENT:
		return read_client(value, &message->client);
	case FROM:
		return read_domain(reading, value, &message->from);
	case POLICY:
		return read_small(value, &message->policy);
	case ACTION:
		return read_small(value, &message->action) &&
		       message->action <= HISTORY_HELD;
	case MAIL_FROM:
		return read_mail_from(reading, value, &message->mail_from);
	case SPF:
		return read_result(value, &message->spf);
	case POLICY_DOMAIN:
		return value.length == 0 ||
		       read_domain(reading, value, &message->policy_domain);
	case P:
		return read_letter(value, &message->p);
	case SP:
		return read_letter(value, &message->sp);
	case ALIGN_DKIM:
		return read_small(value, &message->align_dkim);
	case ALIGN_SPF:
		return read_small(value, &message->align_spf);
	case OTHER:
	case FACTS:
		break;
	}
	return true;
}

/* "dkim DOMAIN SELECTOR RESULT", older ones without the selector. */
static bool read_signature(struct history_reader *reading, struct span value)
{
	struct history_message *message = &reading->message;
	struct history_signature signature = {.selector = ""};
	struct span domain;
	struct span selector;
	struct span result;

	(void)span_cut(value, ' ', &domain, &value);
	if (span_cut(value, ' ', &selector, &result)) {
		if (!span_equals(selector, "-") &&
		    !read_text(reading, selector, &signature.selector))
			return false;
	} else {
		result = selector;
	}
	if (!read_domain(reading, domain, &signature.domain) ||
	    !read_result(result, &signature.result))
		return false;
	if (message->signature_count < LIMIT_IMPORT_SIGNATURES)
		message->signatures[message->signature_count++] = signature;
	return true;
}

static enum fact find_fact(struct span key)
{
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (span_equals(key, keys[i].key))
			return keys[i].fact;
	}
	for (size_t i = 0; i < COUNT_OF(ignored_keys); i++) {
		if (span_equals(key, ignored_keys[i]))
			return OTHER;
	}
	return FACTS;
}

/* A fact that stands there already is another message's, whose begin is
 * lost. */
static bool take_fact(struct history_reader *reading, enum fact fact,
		      struct span value)
{
	bool is_next = fact == JOB || (fact < OTHER && reading->has[fact]);

	if (is_next && !finish_message(reading))
		return false;
	if (!reading->is_open)
		begin_message(reading);
	if (!read_fact(reading, fact, value))
		return report_torn(
		    reading, reading->line,
		    "the value is none that OpenDMARC writes there");
	reading->has[fact] = true;
	return true;
}

static bool take_line(struct history_reader *reading, struct span line)
{
	struct span key;
	struct span value;

	(void)span_cut(line, ' ', &key, &value);
	if (span_equals(key, "dkim")) {
		if (!reading->is_open)
			begin_message(reading);
		return read_signature(reading, value) ||
		       report_torn(
			   reading, reading->line,
			   "the signature is none that OpenDMARC writes");
	}
	enum fact fact = find_fact(key);
	if (fact == FACTS)
		return line.length == 0 ||
		       report_torn(reading, reading->line,
				   "no line of OpenDMARC's history");
	return take_fact(reading, fact, value);
}

struct history_reader *history_begin(TALLOC_CTX *mem,
				     const struct history_handler *handler,
				     struct error *err)
{
	struct history_reader *reader = mem_new(mem, struct history_reader);

	reader->handler = *handler;
	reader->err = err;
	return reader;
}

bool history_line(struct history_reader *reader, long line, struct span text)
{
	reader->line = line;
	return take_line(reader, text);
}

bool history_end(struct history_reader *reader)
{
	bool ok = finish_message(reader);

	mem_free(reader->mem);
	mem_free(reader);
	return ok;
}

static bool read_lines(struct history_reader *reader, FILE *file)
{
	char text[LIMIT_IMPORT_LINE_BYTES + 2];
	size_t length;
	enum history_state state;
	bool ok = true;

	for (long line = 1;
	     ok && history_next_line(file, text, sizeof text, &length, &state);
	     line++)
		ok = state == HISTORY_WHOLE
			 ? history_line(reader, line, span_make(text, length))
			 : report_torn(reader, line,
				       "the line is cut, or longer than any of "
				       "OpenDMARC's");
	return ok;
}

bool history_read(FILE *file, const struct history_handler *handler,
		  struct error *err)
{
	struct history_reader *reader = history_begin(NULL, handler, err);
	bool ok = read_lines(reader, file);

	ok = history_end(reader) && ok;
	if (ok && ferror(file) != 0)
		return error_errno(err, ERROR_INPUT, errno, "cannot read on");
	return ok;
}
