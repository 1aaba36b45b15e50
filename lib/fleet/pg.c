/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pg.c - statements, parameters and rows of PostgreSQL
 *
 * Parameters go in PostgreSQL's binary forms (its "send" and "recv" functions,
 * network byte order), which need neither quoting nor reading on either side.
 * Tested by test_pg.
 */
#include "lib/fleet/pg.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/fleet/pg_private.h"

#define PARAMETERS_MAX 64
#define WORDS_MAX 150

/* pg_type.dat: these numbers are part of the protocol. */
enum oid {
	OID_BYTES = 17,
	OID_NUMBER = 20,
	OID_TEXT = 25,
	OID_TEXTS = 1009,
	OID_NUMBERS = 1016,
	OID_UUID = 2950,
	OID_UUIDS = 2951,
};

struct pg_result {
	PGresult *handle;
};

const char *pg_kind_text(enum pg_kind kind)
{
	static const char *const texts[] = {
	    [PG_DONE] = "done",	      [PG_AWAY] = "away",
	    [PG_REFUSED] = "refused", [PG_DENIED] = "denied",
	    [PG_SCHEMA] = "schema",   [PG_TLS] = "tls",
	    [PG_STRING] = "string",
	};

	return texts[kind];
}

/* --- parameters --- */

struct pg_param pg_null(void)
{
	return (struct pg_param){.type = PG_NULL};
}

struct pg_param pg_number(int64_t number)
{
	return (struct pg_param){.type = PG_NUMBER, .number = number};
}

struct pg_param pg_text(const char *text)
{
	if (text == NULL)
		return pg_null();
	return (struct pg_param){.type = PG_TEXT, .bytes = span_of(text)};
}

struct pg_param pg_bytes(struct span bytes)
{
	return (struct pg_param){.type = PG_BYTES, .bytes = bytes};
}

struct pg_param pg_uuid(const uint8_t bytes[PG_UUID_BYTES])
{
	return (struct pg_param){
	    .type = PG_UUID,
	    .bytes = span_make((const char *)bytes, PG_UUID_BYTES)};
}

struct pg_param pg_numbers(const int64_t *numbers, size_t count)
{
	return (struct pg_param){
	    .type = PG_NUMBERS, .array = numbers, .count = count};
}

struct pg_param pg_texts(const char *const *texts, size_t count)
{
	return (struct pg_param){
	    .type = PG_TEXTS, .array = texts, .count = count};
}

struct pg_param pg_uuids(const uint8_t *bytes, size_t count)
{
	return (struct pg_param){
	    .type = PG_UUIDS, .array = bytes, .count = count};
}

/* --- their binary forms --- */

static char *put_word(char *at, size_t word)
{
	uint32_t bits = htobe32((uint32_t)word);

	memcpy(at, &bits, sizeof bits);
	return at + sizeof bits;
}

static char *put_number(char *at, int64_t number)
{
	uint64_t bits = htobe64((uint64_t)number);

	memcpy(at, &bits, sizeof bits);
	return at + sizeof bits;
}

/* An item of an array: a number, a text or 16 bytes. */
static struct span item_of(const struct pg_param *param, size_t at,
			   char room[sizeof(int64_t)])
{
	switch (param->type) {
	case PG_NUMBERS:
		(void)put_number(room, ((const int64_t *)param->array)[at]);
		return span_make(room, sizeof(int64_t));
	case PG_TEXTS:
		return span_of(((const char *const *)param->array)[at]);
	default:
		return span_make((const char *)param->array +
				     at * PG_UUID_BYTES,
				 PG_UUID_BYTES);
	}
}

/* array_recv(): dimensions, no NULLs, type of the items; their number, the
 * first one's place; then length and bytes of each. */
#define ARRAY_HEAD (5 * sizeof(uint32_t))

static struct span array_form(TALLOC_CTX *mem, const struct pg_param *param,
			      enum oid item_type)
{
	char room[sizeof(int64_t)];
	size_t bytes = ARRAY_HEAD;

	for (size_t i = 0; i < param->count; i++)
		bytes += sizeof(uint32_t) + item_of(param, i, room).length;
	char *form = mem_array(mem, char, bytes);
	char *at = put_word(form, param->count == 0 ? 0 : 1);
	at = put_word(at, 0);
	at = put_word(at, item_type);
	if (param->count == 0)
		return span_make(form, (size_t)(at - form));
	at = put_word(at, param->count);
	at = put_word(at, 1);
	for (size_t i = 0; i < param->count; i++) {
		struct span item = item_of(param, i, room);
		at = put_word(at, item.length);
		if (item.length > 0)
			memcpy(at, item.data, item.length);
		at += item.length;
	}
	return span_make(form, bytes);
}

static struct span number_form(TALLOC_CTX *mem, int64_t number)
{
	char *form = mem_array(mem, char, sizeof number);

	(void)put_number(form, number);
	return span_make(form, sizeof number);
}

/* The type that PostgreSQL is told, and the bytes. */
static Oid form_of(TALLOC_CTX *mem, const struct pg_param *param,
		   struct span *form)
{
	*form = param->bytes;
	switch (param->type) {
	case PG_NUMBER:
		*form = number_form(mem, param->number);
		return OID_NUMBER;
	case PG_TEXT:
		return OID_TEXT;
	case PG_BYTES:
		return OID_BYTES;
	case PG_UUID:
		return OID_UUID;
	case PG_NUMBERS:
		*form = array_form(mem, param, OID_NUMBER);
		return OID_NUMBERS;
	case PG_TEXTS:
		*form = array_form(mem, param, OID_TEXT);
		return OID_TEXTS;
	case PG_UUIDS:
		*form = array_form(mem, param, OID_UUID);
		return OID_UUIDS;
	case PG_NULL:
		break;
	}
	return 0;
}

/* --- sending and waiting --- */

static bool send_call(struct pg *pg, const char *sql,
		      const struct pg_param *params, size_t count)
{
	TALLOC_CTX *mem = mem_context(NULL);
	Oid types[PARAMETERS_MAX];
	const char *values[PARAMETERS_MAX];
	int lengths[PARAMETERS_MAX];
	int formats[PARAMETERS_MAX];

	assert(count <= PARAMETERS_MAX);
	for (size_t i = 0; i < count; i++) {
		struct span form;
		types[i] = form_of(mem, &params[i], &form);
		/* An empty text is no NULL. */
		values[i] = params[i].type == PG_NULL ? NULL
			    : form.length == 0	      ? ""
						      : form.data;
		assert(form.length <= INT_MAX);
		lengths[i] = (int)form.length;
		formats[i] = 1;
	}
	bool ok = PQsendQueryParams(pg->handle, sql, (int)count, types, values,
				    lengths, formats, 0) == 1;
	mem_free(mem);
	return ok;
}

bool pg_wait_socket(PGconn *handle, bool writes, int64_t deadline_ms)
{
	struct pollfd fd = {.fd = PQsocket(handle),
			    .events =
				(short)(writes ? POLLIN | POLLOUT : POLLIN)};

	for (;;) {
		int64_t left = deadline_ms - clock_monotonic_ms(clock_system());
		if (left <= 0 || fd.fd < 0)
			return false;
		int ready = poll(&fd, 1, left > INT_MAX ? INT_MAX : (int)left);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
	}
}

/* All that is to be sent has left, and what came meanwhile was read. */
static bool flush(PGconn *handle, int64_t deadline_ms)
{
	int left;

	while ((left = PQflush(handle)) == 1) {
		if (!pg_wait_socket(handle, true, deadline_ms) ||
		    PQconsumeInput(handle) == 0)
			return false;
	}
	return left == 0;
}

static bool await_result(PGconn *handle, int64_t deadline_ms)
{
	while (PQisBusy(handle)) {
		if (!pg_wait_socket(handle, false, deadline_ms) ||
		    PQconsumeInput(handle) == 0)
			return false;
	}
	return true;
}

static bool is_fatal(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
}

/* The last result of what was sent, or the first that is a failure. False: the
 * connection is gone or silent. */
static bool take_result(struct pg *pg, int64_t deadline_ms, PGresult **taken)
{
	PGresult *next;
	PGresult *kept = NULL;

	for (;;) {
		if (!await_result(pg->handle, deadline_ms)) {
			PQclear(kept);
			return false;
		}
		next = PQgetResult(pg->handle);
		if (next == NULL)
			break;
		/* Of COPY there is no end but that of the connection. */
		if (PQresultStatus(next) == PGRES_COPY_IN ||
		    PQresultStatus(next) == PGRES_COPY_OUT) {
			PQclear(next);
			PQclear(kept);
			return false;
		}
		if (kept != NULL && is_fatal(kept)) {
			PQclear(next);
			continue;
		}
		PQclear(kept);
		kept = next;
	}
	*taken = kept;
	return kept != NULL;
}

static void close_handle(struct pg *pg)
{
	PQfinish(pg->handle);
	pg->handle = NULL;
}

/* --- what went wrong --- */

char *pg_words(TALLOC_CTX *mem, const char *message)
{
	struct span line;
	struct span rest;

	(void)span_cut(span_of(message), '\n', &line, &rest);
	return text_escape(mem, span_trim(line), WORDS_MAX, true);
}

/* By the beginning of a state; the first that fits. */
static const struct {
	const char *begin;
	enum pg_kind kind;
} states[] = {
    {"28", PG_DENIED},	  /* no such role, wrong password */
    {"42501", PG_DENIED}, /* insufficient privilege */
    {"3D000", PG_STRING}, /* no such database */
    {"3F000", PG_SCHEMA}, {"42883", PG_SCHEMA},	 {"42P01", PG_SCHEMA},
    {"42703", PG_SCHEMA}, {"42704", PG_SCHEMA},	 {"AL001", PG_SCHEMA},
    {"AL002", PG_DENIED}, /* a role that is no host's, a removed host */
    {"22", PG_REFUSED},	  {"23", PG_REFUSED},	 {"54", PG_REFUSED},
    {"21", PG_REFUSED},	  {"42", PG_SCHEMA},	 {"P0", PG_REFUSED},
    {"0A", PG_REFUSED},	  {"AL003", PG_REFUSED},
};

/* What is not known is no fault of a row: it is tried again, not set aside. */
enum pg_kind pg_kind_of_state(const char *sqlstate)
{
	for (size_t i = 0; i < COUNT_OF(states); i++) {
		if (strncmp(sqlstate, states[i].begin,
			    strlen(states[i].begin)) == 0)
			return states[i].kind;
	}
	return PG_AWAY;
}

static enum pg_kind tell_gone(struct pg *pg, bool was_in_time,
			      struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);

	if (!was_in_time)
		(void)error_set(err, ERROR_STORE,
				"PostgreSQL did not answer within %lld ms",
				(long long)pg->wait_ms);
	else
		(void)error_set(err, ERROR_STORE, "PostgreSQL went away: %s",
				pg_words(mem, PQerrorMessage(pg->handle)));
	close_handle(pg);
	mem_free(mem);
	return PG_AWAY;
}

static enum pg_kind tell_failed(struct pg *pg, const PGresult *result,
				struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message =
	    PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	for (size_t i = 0; state != NULL && i < PG_SQLSTATE; i++)
		pg->sqlstate[i] = state[i];
	(void)error_set(err, ERROR_STORE, "PostgreSQL: %s (SQLSTATE %s)",
			pg_words(mem, message == NULL
					  ? PQresultErrorMessage(result)
					  : message),
			pg->sqlstate[0] == '\0' ? "none" : pg->sqlstate);
	mem_free(mem);
	return pg_kind_of_state(pg->sqlstate);
}

/* After the call was handed to libpq. */
static enum pg_kind finish_call(struct pg *pg, bool was_sent, PGresult **result,
				struct error *err)
{
	int64_t deadline_ms = clock_monotonic_ms(clock_system()) + pg->wait_ms;
	PGresult *taken;

	if (!was_sent || !flush(pg->handle, deadline_ms) ||
	    !take_result(pg, deadline_ms, &taken)) {
		bool is_late =
		    clock_monotonic_ms(clock_system()) >= deadline_ms;
		return tell_gone(pg, !is_late, err);
	}
	if (!is_fatal(taken)) {
		*result = taken;
		return PG_DONE;
	}
	enum pg_kind kind = tell_failed(pg, taken, err);
	PQclear(taken);
	if (PQstatus(pg->handle) != CONNECTION_OK)
		close_handle(pg);
	return kind;
}

static enum pg_kind tell_closed(struct error *err)
{
	(void)error_set(err, ERROR_STORE,
			"the connection to PostgreSQL was closed");
	return PG_AWAY;
}

static int free_result(struct pg_result *result)
{
	PQclear(result->handle);
	return 0;
}

enum pg_kind pg_exec(struct pg *pg, const char *sql,
		     const struct pg_param *params, size_t count,
		     struct pg_result **result, struct error *err)
{
	PGresult *taken = NULL;

	pg->sqlstate[0] = '\0';
	if (pg->handle == NULL)
		return tell_closed(err);
	enum pg_kind kind =
	    finish_call(pg, send_call(pg, sql, params, count), &taken, err);
	if (kind != PG_DONE || result == NULL) {
		PQclear(taken);
		return kind;
	}
	*result = mem_new(pg, struct pg_result);
	(*result)->handle = taken;
	talloc_set_destructor(*result, free_result);
	return PG_DONE;
}

enum pg_kind pg_run(struct pg *pg, const char *sql, struct error *err)
{
	PGresult *taken = NULL;

	pg->sqlstate[0] = '\0';
	if (pg->handle == NULL)
		return tell_closed(err);
	enum pg_kind kind =
	    finish_call(pg, PQsendQuery(pg->handle, sql) == 1, &taken, err);
	PQclear(taken);
	return kind;
}

void pg_rollback(struct pg *pg)
{
	struct error unused;

	if (pg->handle == NULL ||
	    PQtransactionStatus(pg->handle) == PQTRANS_IDLE)
		return;
	if (pg_run(pg, "ROLLBACK", &unused) != PG_DONE && pg->handle != NULL)
		close_handle(pg);
}

const char *pg_sqlstate(const struct pg *pg)
{
	return pg->sqlstate;
}

void pg_set_wait(struct pg *pg, int64_t wait_ms)
{
	pg->wait_ms = wait_ms;
}

bool pg_is_usable(const struct pg *pg)
{
	return pg->handle != NULL;
}

int pg_server_version(const struct pg *pg)
{
	return pg->handle == NULL ? 0 : PQserverVersion(pg->handle);
}

/* --- rows --- */

void pg_result_free(struct pg_result *result)
{
	mem_free(result);
}

size_t pg_rows(const struct pg_result *result)
{
	return (size_t)PQntuples(result->handle);
}

size_t pg_columns(const struct pg_result *result)
{
	return (size_t)PQnfields(result->handle);
}

const char *pg_column_name(const struct pg_result *result, size_t column)
{
	const char *name = PQfname(result->handle, (int)column);

	return name == NULL ? "" : name;
}

unsigned pg_column_type(const struct pg_result *result, size_t column)
{
	return PQftype(result->handle, (int)column);
}

struct span pg_value(const struct pg_result *result, size_t row, size_t column)
{
	const PGresult *handle = result->handle;

	if (PQgetisnull(handle, (int)row, (int)column))
		return span_make(NULL, 0);
	return span_make(PQgetvalue(handle, (int)row, (int)column),
			 (size_t)PQgetlength(handle, (int)row, (int)column));
}

int64_t pg_value_number(const struct pg_result *result, size_t row,
			size_t column)
{
	struct span text = pg_value(result, row, column);
	bool is_negative = text.length > 0 && text.data[0] == '-';
	int64_t number = 0;

	if (is_negative)
		text = span_from(text, 1);
	if (text.data == NULL || !text_number64(text, 0, INT64_MAX, &number))
		return 0;
	return is_negative ? -number : number;
}

int64_t pg_affected(const struct pg_result *result)
{
	int64_t rows = 0;

	(void)text_number64(span_of(PQcmdTuples(result->handle)), 0, INT64_MAX,
			    &rows);
	return rows;
}
