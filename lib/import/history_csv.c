/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history_csv.c - what OpenDMARC recorded, from tables of its database
 *
 * Each message becomes the lines that its HistoryFile would have had.
 * Tested by test_alignctl_import_history, test_history_csv.
 */
#include "lib/import/history_csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/domain.h"
#include "lib/base/strbuf.h"

#define CELLS_MAX 40 /* twice the columns of messages */
#define CELL_LINE_MAX 1024

/* A table being read; cells point into `text`. */
struct table {
	FILE *file;
	const char *name;
	long line;
	int failure; /* errno of a read that failed, where rows end; or 0 */
	char text[LIMIT_IMPORT_LINE_BYTES + 2];
	size_t columns; /* of the header line; 0: it is not read yet */
	size_t count;
	char *cells[CELLS_MAX];
	/* Where each wanted column stands, in the order of its names. */
	int places[CELLS_MAX];
};

enum row { ROW, TORN, END };

/* --- rows --- */

/* Ends the cell at `from` with a NUL, without its quotes; returns what is
 * behind its comma, or NULL at the end of the line. */
static char *cut_cell(char *from, bool *is_whole)
{
	char *to = from;
	char *next = from;
	bool is_quoted = *from == '"';

	if (is_quoted)
		next++;
	while (*next != '\0' && (is_quoted || *next != ',')) {
		if (is_quoted && *next == '"' && *++next != '"') {
			is_quoted = false;
			continue;
		}
		*to++ = *next++;
	}
	*is_whole = !is_quoted;
	bool is_last = *next == '\0';
	*to = '\0';
	return is_last ? NULL : next + 1;
}

static bool cut_cells(struct table *table)
{
	char *cell = table->text;
	bool is_whole = true;

	table->count = 0;
	while (cell != NULL && is_whole && table->count < CELLS_MAX) {
		table->cells[table->count++] = cell;
		cell = cut_cell(cell, &is_whole);
	}
	return cell == NULL && is_whole;
}

/* The last line of an export may have no end, but all its cells; one that is
 * cut has fewer, or nothing in the last. */
static enum row next_row(struct table *table)
{
	size_t length;
	enum history_state state;

	if (!history_next_line(table->file, table->text, sizeof table->text,
			       &length, &state)) {
		table->failure = ferror(table->file) != 0 ? errno : 0;
		return END;
	}
	table->line++;
	if (state == HISTORY_SPOILT || !cut_cells(table) ||
	    (table->columns > 0 && table->count != table->columns) ||
	    (state == HISTORY_UNENDED &&
	     *table->cells[table->count - 1] == '\0'))
		return TORN;
	return ROW;
}

/* Once its rows have ended: was that the end of the file? */
static bool has_ended(const struct table *table, struct error *err)
{
	return table->failure == 0 ||
	       error_errno(err, ERROR_INPUT, table->failure,
			   "table %s: cannot read on after line %ld",
			   table->name, table->line);
}

static bool find_columns(struct table *table, const char *const *names,
			 struct error *err)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		table->places[i] = -1;
		for (size_t k = 0; k < table->count; k++) {
			if (text_equals_nocase(table->cells[k], names[i]))
				table->places[i] = (int)k;
		}
		if (table->places[i] < 0)
			return error_set(err, ERROR_INPUT,
					 "table %s: its header line has no "
					 "column %s",
					 table->name, names[i]);
	}
	return true;
}

/* The cell of that wanted column; "" where it is NULL. */
static const char *cell_of(const struct table *table, size_t column)
{
	const char *cell = table->cells[table->places[column]];

	return strcmp(cell, "NULL") == 0 || strcmp(cell, "\\N") == 0 ? ""
								     : cell;
}

static bool open_table(struct table *table, FILE *file, const char *name,
		       const char *const *names, struct error *err)
{
	table->file = file;
	table->name = name;
	if (next_row(table) != ROW)
		return error_set(err, ERROR_INPUT,
				 "table %s: its header line cannot be read",
				 name);
	table->columns = table->count;
	return find_columns(table, names, err);
}

static bool report_torn(const struct history_handler *handler,
			const struct table *table, const char *why,
			struct error *err)
{
	char words[160];

	(void)snprintf(words, sizeof words, "table %s: %s", table->name, why);
	return handler->torn(handler->context, table->line, words, err);
}

static enum history_table table_of_header(const char *line)
{
	if (strchr(line, ',') == NULL)
		return HISTORY_FILE;
	if (strstr(line, "jobid") != NULL)
		return HISTORY_MESSAGES;
	if (strstr(line, "spolicy") != NULL)
		return HISTORY_REQUESTS;
	return strstr(line, "pass") != NULL ? HISTORY_SIGNATURES : HISTORY_FILE;
}

bool history_table_of(FILE *file, enum history_table *table, struct error *err)
{
	char line[LIMIT_IMPORT_LINE_BYTES] = "";
	size_t length;
	enum history_state state;

	/* asked before anything is read: a pipe would lose its first line */
	if (fseek(file, 0, SEEK_SET) != 0)
		return error_errno(err, ERROR_INPUT, errno,
				   "its first line cannot be read twice, to "
				   "see what it is; give a plain file, or a "
				   "HistoryFile as - on standard input");
	(void)history_next_line(file, line, sizeof line, &length, &state);
	if (fseek(file, 0, SEEK_SET) != 0)
		return error_errno(err, ERROR_INPUT, errno,
				   "cannot go back to its beginning");
	*table = table_of_header(line);
	return true;
}

/* --- requests: what a domain publishes --- */

struct request {
	char *domain;
	char p[4];
	char sp[4];
};

struct requests {
	size_t count;
	struct request *items; /* by domain */
};

enum { REQUEST_DOMAIN, REQUEST_P, REQUEST_SP };
static const char *const request_columns[] = {"domain", "policy", "spolicy",
					      NULL};

static int by_domain(const void *a, const void *b)
{
	return strcmp(((const struct request *)a)->domain,
		      ((const struct request *)b)->domain);
}

static bool keep_request(TALLOC_CTX *mem, const struct table *table,
			 struct requests *requests)
{
	struct request request = {.domain = NULL};

	/* asked first: a name past the bound must not stay in memory either */
	if (requests->count == LIMIT_IMPORT_REQUESTS)
		return false;
	request.domain =
	    domain_normalize(mem, span_of(cell_of(table, REQUEST_DOMAIN)));
	if (request.domain == NULL)
		return false;
	(void)snprintf(request.p, sizeof request.p, "%s",
		       cell_of(table, REQUEST_P));
	(void)snprintf(request.sp, sizeof request.sp, "%s",
		       cell_of(table, REQUEST_SP));
	if ((requests->count & (requests->count - 1)) == 0)
		requests->items =
		    mem_resize(mem, requests->items, struct request,
			       requests->count == 0 ? 1 : 2 * requests->count);
	requests->items[requests->count++] = request;
	return true;
}

static bool read_requests(TALLOC_CTX *mem, FILE *file,
			  const struct history_handler *handler,
			  struct requests *requests, struct error *err)
{
	struct table *table = mem_new(mem, struct table);
	enum row row;

	if (file == NULL)
		return true;
	if (!open_table(table, file, "requests", request_columns, err))
		return false;
	while ((row = next_row(table)) != END) {
		if (row == ROW && keep_request(mem, table, requests))
			continue;
		if (!report_torn(handler, table, "a row that cannot be read",
				 err))
			return false;
	}
	if (requests->count > 0)
		qsort(requests->items, requests->count, sizeof(struct request),
		      by_domain);
	return has_ended(table, err);
}

static const struct request *find_request(const struct requests *requests,
					  const char *domain)
{
	char name[LIMIT_DOMAIN_BYTES + 1];
	struct request wanted = {.domain = name};

	(void)snprintf(name, sizeof name, "%s", domain);
	text_lower(name);
	return requests->count == 0
		   ? NULL
		   : bsearch(&wanted, requests->items, requests->count,
			     sizeof wanted, by_domain);
}

/* --- messages and their signatures --- */

static const char *const signature_columns[] = {"message", "domain", "selector",
						"pass", NULL};
enum {
	SIGNATURE_MESSAGE,
	SIGNATURE_DOMAIN,
	SIGNATURE_SELECTOR,
	SIGNATURE_PASS
};

/* "job" first: it begins a message. */
static const char *const message_columns[] = {
    "jobid",	  "date",	   "reporter", "ip",  "from_domain",
    "env_domain", "policy_domain", "policy",   "spf", "align_dkim",
    "align_spf",  "disp",	   "id",       NULL};
static const char *const message_keys[] = {
    "job",     "received", "reporter", "ipaddr",     "from",	  "mfrom",
    "pdomain", "policy",   "spf",      "align_dkim", "align_spf", "action"};
enum {
	MESSAGE_DATE = 1,
	MESSAGE_FROM = 4,
	MESSAGE_POLICY_DOMAIN = 6,
	MESSAGE_KEYS = 12,
	MESSAGE_ID = 12
};

struct reading {
	const struct history_handler *handler;
	struct error *err;
	struct history_reader *lines;
	struct requests requests;
	struct table *messages;
	struct table *signatures;
	enum row signature; /* the row at hand */
};

static bool give_line(struct reading *reading, const char *key,
		      const char *value)
{
	char line[CELL_LINE_MAX];
	int length = snprintf(line, sizeof line, "%s %s", key, value);

	if (length < 0 || (size_t)length >= sizeof line)
		return report_torn(reading->handler, reading->messages,
				   "a cell is too long", reading->err);
	return history_line(reading->lines, reading->messages->line,
			    span_make(line, (size_t)length));
}

/* "2026-05-01 12:00:00" in seconds; what is none stays as it is. */
static const char *seconds_of(const char *date, char text[32])
{
	struct tm utc = {.tm_isdst = 0};
	const char *end = strptime(date, "%Y-%m-%d %H:%M:%S", &utc);

	if (end == NULL || *end != '\0')
		return date;
	(void)snprintf(text, 32, "%" PRId64, (int64_t)timegm(&utc));
	return text;
}

static bool give_facts(struct reading *reading)
{
	char seconds[32];
	bool ok = true;

	for (size_t i = 0; ok && i < MESSAGE_KEYS; i++) {
		const char *value = cell_of(reading->messages, i);
		if (i == MESSAGE_DATE)
			value = seconds_of(value, seconds);
		ok = give_line(reading, message_keys[i], value);
	}
	return ok;
}

static bool give_request(struct reading *reading)
{
	const struct request *request =
	    find_request(&reading->requests,
			 cell_of(reading->messages, MESSAGE_POLICY_DOMAIN));

	if (request == NULL)
		request =
		    find_request(&reading->requests,
				 cell_of(reading->messages, MESSAGE_FROM));
	return request == NULL || (give_line(reading, "p", request->p) &&
				   give_line(reading, "sp", request->sp));
}

static bool number_of(const char *text, int64_t *number)
{
	return text_number64(span_of(text), 0, INT64_MAX, number);
}

static bool give_signature(struct reading *reading)
{
	const struct table *table = reading->signatures;
	const char *selector = cell_of(table, SIGNATURE_SELECTOR);
	char value[CELL_LINE_MAX];

	(void)snprintf(
	    value, sizeof value, "%s %s %s", cell_of(table, SIGNATURE_DOMAIN),
	    *selector == '\0' ? "-" : selector, cell_of(table, SIGNATURE_PASS));
	return give_line(reading, "dkim", value);
}

/* Those of that message, and past those of messages before. */
static bool give_signatures(struct reading *reading, int64_t id)
{
	int64_t message;

	while (reading->signature != END) {
		bool is_row =
		    reading->signature == ROW &&
		    number_of(cell_of(reading->signatures, SIGNATURE_MESSAGE),
			      &message);
		if (is_row && message > id)
			return true;
		if (is_row && message == id) {
			if (!give_signature(reading))
				return false;
		} else if (!report_torn(reading->handler, reading->signatures,
					"a row of no message at hand",
					reading->err)) {
			return false;
		}
		reading->signature = next_row(reading->signatures);
	}
	return has_ended(reading->signatures, reading->err);
}

static bool is_number(const char *text)
{
	return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

static bool give_message(struct reading *reading)
{
	int64_t id;

	if (is_number(cell_of(reading->messages, MESSAGE_FROM)))
		return error_set(reading->err, ERROR_INPUT,
				 "table messages: from_domain holds numbers "
				 "where names are wanted; alignctl(8) has the "
				 "query that exports them");
	if (!give_facts(reading) || !give_request(reading))
		return false;
	return reading->signatures == NULL ||
	       !number_of(cell_of(reading->messages, MESSAGE_ID), &id) ||
	       give_signatures(reading, id);
}

static bool give_messages(struct reading *reading)
{
	enum row row;

	while ((row = next_row(reading->messages)) != END) {
		if (row == ROW ? !give_message(reading)
			       : !report_torn(
				     reading->handler, reading->messages,
				     "a row that cannot be read", reading->err))
			return false;
	}
	return has_ended(reading->messages, reading->err);
}

static bool open_tables(TALLOC_CTX *mem, struct reading *reading,
			const struct history_csv *csv)
{
	FILE *signatures = csv->files[HISTORY_SIGNATURES];

	reading->messages = mem_new(mem, struct table);
	if (!open_table(reading->messages, csv->files[HISTORY_MESSAGES],
			"messages", message_columns, reading->err))
		return false;
	if (signatures == NULL)
		return true;
	reading->signatures = mem_new(mem, struct table);
	if (!open_table(reading->signatures, signatures, "signatures",
			signature_columns, reading->err))
		return false;
	reading->signature = next_row(reading->signatures);
	return true;
}

bool history_csv_read(const struct history_csv *csv,
		      const struct history_handler *handler, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct reading reading = {.handler = handler, .err = err};
	bool ok = read_requests(mem, csv->files[HISTORY_REQUESTS], handler,
				&reading.requests, err) &&
		  open_tables(mem, &reading, csv);

	if (ok) {
		reading.lines = history_begin(NULL, handler, err);
		ok = give_messages(&reading);
		ok = history_end(reading.lines) && ok;
	}
	mem_free(mem);
	return ok;
}
