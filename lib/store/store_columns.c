/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_columns.c - the members of a tuple and of an incident as tables
 * Tested by test_store.
 */
#include "lib/store/store_columns.h"

#include <string.h>

#include "lib/base/json_shape.h"
#include "lib/base/text.h"
#include "lib/store/store_entry.h"

const char *const store_dispositions[STORE_DISPOSITIONS] = {
    "none", "tag", "quarantine", "reject", "tempfail"};

#define ID_DIGITS 32
#define TUPLE(t, m) STORE_COLUMN(store_tuple, t, m)
#define FAILURE(t, m) STORE_COLUMN(store_failure, t, m)
#define INCIDENT(t, m) STORE_COLUMN(store_incident, t, m)

static const struct store_column tuple_columns[] = {
    {TUPLE(STORE_TEXT, author_domain)},
    {TUPLE(STORE_TEXT, author_error)},
    {TUPLE(STORE_TEXT, policy_domain)},
    {TUPLE(STORE_TEXT, org_domain)},
    {TUPLE(STORE_TEXT, discovery)},
    {TUPLE(STORE_TEXT, record)},
    {TUPLE(STORE_FLAG, author_exists)},
    {TUPLE(STORE_TEXT, client_ip)},
    {TUPLE(STORE_TEXT, client_name)},
    {TUPLE(STORE_TEXT, mail_from_domain)},
    {TUPLE(STORE_TEXT, spf_result)},
    {TUPLE(STORE_TEXT, spf_domain)},
    {TUPLE(STORE_TEXT, spf_scope)},
    {TUPLE(STORE_OBJECTS, dkim)},
    {TUPLE(STORE_OBJECT, arc)},
    {TUPLE(STORE_TEXT, dmarc_result)},
    {TUPLE(STORE_FLAG, is_dkim_aligned)},
    {TUPLE(STORE_FLAG, is_spf_aligned)},
    {TUPLE(STORE_TEXT, indirect)},
    {TUPLE(STORE_TEXT, policy)},
    {TUPLE(STORE_TEXT, asked)},
    {TUPLE(STORE_TEXT, applied)},
    {TUPLE(STORE_TEXT, override_type)},
    {TUPLE(STORE_TEXT, override_comment)},
    {TUPLE(STORE_TEXT, tls_version)},
    {TUPLE(STORE_FLAG, is_report_mail)},
    {TUPLE(STORE_TEXT, imported)},
    {TUPLE(STORE_TEXT, iprev)},
    {TUPLE(STORE_FLAG, is_known_path)},
    {TUPLE(STORE_TEXT, rests_on)},
    {TUPLE(STORE_TEXT, lookalike)},
    {TUPLE(STORE_OBJECTS, rcpt_rules)},
    {TUPLE(STORE_FLAG, is_to_postmaster)},
};

static const struct store_column incident_columns[] = {
    {INCIDENT(STORE_TEXT, reference)},
    {INCIDENT(STORE_TIME, time_s)},
    {INCIDENT(STORE_TEXT, queue_id)},
    {INCIDENT(STORE_TEXT, host)},
    {INCIDENT(STORE_TEXT, client_ip)},
    {INCIDENT(STORE_TEXT, client_name)},
    {INCIDENT(STORE_TEXT, helo)},
    {INCIDENT(STORE_TEXT, mail_from)},
    {INCIDENT(STORE_TEXT, author_domain)},
    {INCIDENT(STORE_TEXT, author_error)},
    {INCIDENT(STORE_TEXT, policy_domain)},
    {INCIDENT(STORE_TEXT, spf_result)},
    {INCIDENT(STORE_TEXT, spf_domain)},
    {INCIDENT(STORE_OBJECTS, dkim)},
    {INCIDENT(STORE_TEXT, dmarc_result)},
    {INCIDENT(STORE_TEXT, asked)},
    {INCIDENT(STORE_TEXT, applied)},
    {INCIDENT(STORE_TEXT, override_type)},
    {INCIDENT(STORE_TEXT, override_comment)},
    {INCIDENT(STORE_TEXT, reason)},
    {INCIDENT(STORE_TEXT, reply)},
    {INCIDENT(STORE_TEXTS, rcpt_domains)},
    {INCIDENT(STORE_TEXT, tls_version)},
    {INCIDENT(STORE_OBJECT, verdict)},
    {INCIDENT(STORE_OBJECTS, queries)},
    {INCIDENT(STORE_TEXT, indirect)},
    {INCIDENT(STORE_TEXT, list_id)},
};

static const struct store_column failure_columns[] = {
    {FAILURE(STORE_TIME, time_s)},
    {FAILURE(STORE_TEXT, reference)},
    {FAILURE(STORE_TEXT, auth_failure)},
    {FAILURE(STORE_TEXT, policy_domain)},
    {FAILURE(STORE_TEXT, author_domain)},
    {FAILURE(STORE_TEXT, record)},
    {FAILURE(STORE_TEXT, source_ip)},
    {FAILURE(STORE_TEXT, identity_alignment)},
    {FAILURE(STORE_TEXT, delivery_result)},
    {FAILURE(STORE_TEXT, authres)},
    {FAILURE(STORE_TEXT, mail_from)},
    {FAILURE(STORE_LINES, rcpt_to)},
    {FAILURE(STORE_TEXT, dkim_domain)},
    {FAILURE(STORE_TEXT, dkim_identity)},
    {FAILURE(STORE_TEXT, dkim_selector)},
    {FAILURE(STORE_LINES, spf_dns)},
    {FAILURE(STORE_LINES, subject)},
    {FAILURE(STORE_LINES, header)},
};

const struct store_columns store_tuple_columns = {tuple_columns,
						  COUNT_OF(tuple_columns)};
const struct store_columns store_incident_columns = {
    incident_columns, COUNT_OF(incident_columns)};
const struct store_columns store_failure_columns = {failure_columns,
						    COUNT_OF(failure_columns)};

bool store_column_is_text(const struct store_column *column)
{
	return column->type < STORE_TEXT_TYPES;
}

const char *store_column_text(const struct store_column *column,
			      const void *row)
{
	const char *text =
	    *(const char *const *)((const char *)row + column->offset);

	return text == NULL ? "" : text;
}

static void set_text(const struct store_column *column, void *row,
		     const char *text)
{
	*(const char **)((char *)row + column->offset) = text;
}

static bool is_int(const struct store_column *column)
{
	return column->type == STORE_FLAG || column->type == STORE_WORD;
}

int64_t store_column_number(const struct store_column *column, const void *row)
{
	const char *at = (const char *)row + column->offset;

	return is_int(column) ? *(const int *)at : *(const int64_t *)at;
}

static void set_number(const struct store_column *column, void *row,
		       int64_t number)
{
	char *at = (char *)row + column->offset;

	if (is_int(column))
		*(int *)at = (int)number;
	else
		*(int64_t *)at = number;
}

size_t store_columns_bytes(const struct store_columns *columns, const void *row)
{
	size_t bytes = 0;

	for (size_t i = 0; i < columns->count; i++) {
		if (store_column_is_text(&columns->items[i]))
			bytes +=
			    strlen(store_column_text(&columns->items[i], row)) +
			    1;
	}
	return bytes;
}

/* May the character, all of it, stand in a column of that type? */
static bool has_place(enum store_column_type type, struct span character)
{
	if (type == STORE_LINES &&
	    (character.data[0] == '\n' || character.data[0] == '\t'))
		return true;
	return text_is_line(character);
}

static void make_clean(enum store_column_type type, char *text, size_t length)
{
	if (text_is_line(span_make(text, length)))
		return;
	for (size_t i = 0, step; i < length; i += step) {
		step = text_utf8_character(span_make(text + i, length - i));
		if (step > 0 && has_place(type, span_make(text + i, step)))
			continue;
		text[i] = '?';
		step = 1;
	}
}

char *store_columns_pack(const struct store_columns *columns, void *row,
			 char *room)
{
	for (size_t i = 0; i < columns->count; i++) {
		const struct store_column *column = &columns->items[i];
		if (!store_column_is_text(column))
			continue;
		const char *text = store_column_text(column, row);
		size_t length = strlen(text);
		memcpy(room, text, length + 1);
		make_clean(column->type, room, length);
		set_text(column, row, room);
		room += length + 1;
	}
	return room;
}

void *store_columns_copy(TALLOC_CTX *mem, const struct store_columns *columns,
			 const void *row, size_t size)
{
	char *copy = mem_strndup(mem, row, size);
	size_t bytes = store_columns_bytes(columns, row);

	(void)store_columns_pack(columns, copy, mem_array(copy, char, bytes));
	return copy;
}

bool store_columns_equal(const struct store_columns *columns, const void *a,
			 const void *b)
{
	for (size_t i = 0; i < columns->count; i++) {
		const struct store_column *column = &columns->items[i];
		bool same = store_column_is_text(column)
				? strcmp(store_column_text(column, a),
					 store_column_text(column, b)) == 0
				: store_column_number(column, a) ==
				      store_column_number(column, b);
		if (!same)
			return false;
	}
	return true;
}

uint64_t store_columns_fingerprint(const struct store_columns *columns,
				   const void *row,
				   const struct siphash_key *key)
{
	struct siphash hash;

	siphash_init(&hash, key);
	for (size_t i = 0; i < columns->count; i++) {
		const struct store_column *column = &columns->items[i];
		if (store_column_is_text(column)) {
			siphash_add_text(&hash, store_column_text(column, row));
			continue;
		}
		int64_t number = store_column_number(column, row);
		siphash_add(&hash, &number, sizeof number);
	}
	return siphash_end(&hash);
}

void store_columns_names(const struct store_columns *columns,
			 const char *before, const char *between,
			 struct strbuf *sql)
{
	for (size_t i = 0; i < columns->count; i++)
		strbuf_printf(sql, "%s%s%s", i == 0 ? "" : between, before,
			      columns->items[i].name);
}

void store_columns_bind(const struct store_columns *columns, const void *row,
			struct store_statement *statement, int at)
{
	for (size_t i = 0; i < columns->count; i++, at++) {
		const struct store_column *column = &columns->items[i];
		if (store_column_is_text(column))
			store_db_bind_text(statement, at,
					   store_column_text(column, row));
		else if (column->type == STORE_WORD)
			store_db_bind_text(
			    statement, at,
			    column->words[store_column_number(column, row)]);
		else
			store_db_bind_number(statement, at,
					     store_column_number(column, row));
	}
}

static const char *read_json(struct store_statement *statement, int at,
			     enum store_column_type type)
{
	const char *text = store_db_column_text(statement, at);
	enum json_shape shape = JSON_OBJECT_SHAPE;

	if (type == STORE_OBJECTS)
		shape = JSON_OBJECTS_SHAPE;
	else if (type == STORE_TEXTS)
		shape = JSON_TEXTS_SHAPE;
	if (*text == '\0' || json_has_shape(span_of(text), shape))
		return text;
	store_db_column_refuse(statement, at,
			       "not JSON of the kind alignd writes there");
	return "";
}

static const char *read_id(struct store_statement *statement, int at)
{
	const char *text = store_db_column_text(statement, at);

	if (strlen(text) == ID_DIGITS &&
	    strspn(text, "0123456789abcdef") == ID_DIGITS)
		return text;
	store_db_column_refuse(statement, at, "no id of a report");
	return "";
}

static int64_t read_until(struct store_statement *statement, int at)
{
	int64_t time_s = store_db_column_within(statement, at, 0, INT64_MAX);

	return time_s == INT64_MAX ? time_s
				   : store_db_column_time(statement, at);
}

static int64_t read_word(const struct store_column *column,
			 struct store_statement *statement, int at)
{
	int place = text_place(column->words, column->word_count,
			       store_db_column_text(statement, at));

	if (place >= 0)
		return place;
	store_db_column_refuse(statement, at,
			       "no word that alignd writes there");
	return 0;
}

static void read_column(const struct store_column *column,
			struct store_statement *statement, int at, void *row)
{
	switch (column->type) {
	case STORE_TEXT:
		set_text(column, row, store_db_column_text(statement, at));
		break;
	case STORE_LINES:
		set_text(column, row, store_db_column_lines(statement, at));
		break;
	case STORE_OBJECT:
	case STORE_OBJECTS:
	case STORE_TEXTS:
		set_text(column, row, read_json(statement, at, column->type));
		break;
	case STORE_ID:
		set_text(column, row, read_id(statement, at));
		break;
	case STORE_FLAG:
		set_number(column, row,
			   store_db_column_within(statement, at, -1, 1));
		break;
	case STORE_WORD:
		set_number(column, row, read_word(column, statement, at));
		break;
	case STORE_TIME:
		set_number(column, row, store_db_column_time(statement, at));
		break;
	case STORE_UNTIL:
		set_number(column, row, read_until(statement, at));
		break;
	case STORE_COUNT:
		set_number(column, row, store_db_column_count(statement, at));
		break;
	case STORE_TEXT_TYPES:
		break;
	}
}

void store_columns_read(const struct store_columns *columns,
			struct store_statement *statement, int at, void *row)
{
	for (size_t i = 0; i < columns->count; i++, at++)
		read_column(&columns->items[i], statement, at, row);
}

char *store_author_key(TALLOC_CTX *mem, const char *domain)
{
	size_t length = strlen(domain);
	char *key = mem_printf(mem, "%s.", domain);

	for (size_t i = 0; i < length; i++)
		key[i] = domain[length - 1 - i];
	return key;
}
