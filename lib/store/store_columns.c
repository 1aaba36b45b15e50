/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_columns.c - the members of a tuple and of an incident as tables
 */
#include "lib/store/store_columns.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/store/store.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define TUPLE(t, m) #m, t, offsetof(struct store_tuple, m)
#define FAILURE(t, m) #m, t, offsetof(struct store_failure, m)
#define INCIDENT(t, m) #m, t, offsetof(struct store_incident, m)

static const struct store_column tuple_columns[] = {
    {TUPLE(STORE_TEXT, author_domain)},
    {TUPLE(STORE_TEXT, author_error)},
    {TUPLE(STORE_TEXT, policy_domain)},
    {TUPLE(STORE_TEXT, org_domain)},
    {TUPLE(STORE_TEXT, discovery)},
    {TUPLE(STORE_TEXT, record)},
    {TUPLE(STORE_INT, author_exists)},
    {TUPLE(STORE_TEXT, client_ip)},
    {TUPLE(STORE_TEXT, client_name)},
    {TUPLE(STORE_TEXT, mail_from_domain)},
    {TUPLE(STORE_TEXT, spf_result)},
    {TUPLE(STORE_TEXT, spf_domain)},
    {TUPLE(STORE_TEXT, spf_scope)},
    {TUPLE(STORE_TEXT, dkim)},
    {TUPLE(STORE_TEXT, arc)},
    {TUPLE(STORE_TEXT, dmarc_result)},
    {TUPLE(STORE_INT, is_dkim_aligned)},
    {TUPLE(STORE_INT, is_spf_aligned)},
    {TUPLE(STORE_TEXT, indirect)},
    {TUPLE(STORE_TEXT, policy)},
    {TUPLE(STORE_TEXT, asked)},
    {TUPLE(STORE_TEXT, applied)},
    {TUPLE(STORE_TEXT, override_type)},
    {TUPLE(STORE_TEXT, override_comment)},
    {TUPLE(STORE_TEXT, tls_version)},
    {TUPLE(STORE_INT, is_report_mail)},
};

static const struct store_column incident_columns[] = {
    {INCIDENT(STORE_TEXT, reference)},
    {INCIDENT(STORE_INT64, time_s)},
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
    {INCIDENT(STORE_TEXT, dkim)},
    {INCIDENT(STORE_TEXT, dmarc_result)},
    {INCIDENT(STORE_TEXT, asked)},
    {INCIDENT(STORE_TEXT, applied)},
    {INCIDENT(STORE_TEXT, override_type)},
    {INCIDENT(STORE_TEXT, override_comment)},
    {INCIDENT(STORE_TEXT, reason)},
    {INCIDENT(STORE_TEXT, reply)},
    {INCIDENT(STORE_TEXT, rcpt_domains)},
    {INCIDENT(STORE_TEXT, tls_version)},
    {INCIDENT(STORE_TEXT, verdict)},
    {INCIDENT(STORE_TEXT, queries)},
    {INCIDENT(STORE_TEXT, indirect)},
    {INCIDENT(STORE_TEXT, list_id)},
};

static const struct store_column failure_columns[] = {
    {FAILURE(STORE_INT64, time_s)},
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
    {FAILURE(STORE_TEXT, rcpt_to)},
    {FAILURE(STORE_TEXT, dkim_domain)},
    {FAILURE(STORE_TEXT, dkim_identity)},
    {FAILURE(STORE_TEXT, dkim_selector)},
    {FAILURE(STORE_TEXT, spf_dns)},
    {FAILURE(STORE_TEXT, subject)},
    {FAILURE(STORE_TEXT, header)},
};

const struct store_columns store_tuple_columns = {tuple_columns,
						  COUNT_OF(tuple_columns)};
const struct store_columns store_incident_columns = {
    incident_columns, COUNT_OF(incident_columns)};
const struct store_columns store_failure_columns = {failure_columns,
						    COUNT_OF(failure_columns)};

static const char *text_of(const struct store_column *column, const void *row)
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

static int64_t number_of(const struct store_column *column, const void *row)
{
	const char *at = (const char *)row + column->offset;

	return column->type == STORE_INT ? *(const int *)at
					 : *(const int64_t *)at;
}

static void set_number(const struct store_column *column, void *row,
		       int64_t number)
{
	char *at = (char *)row + column->offset;

	if (column->type == STORE_INT)
		*(int *)at = (int)number;
	else
		*(int64_t *)at = number;
}

size_t store_columns_bytes(const struct store_columns *columns, const void *row)
{
	size_t bytes = 0;

	for (size_t i = 0; i < columns->count; i++) {
		if (columns->items[i].type == STORE_TEXT)
			bytes += strlen(text_of(&columns->items[i], row)) + 1;
	}
	return bytes;
}

static void make_utf8(char *text, size_t length)
{
	if (text_is_utf8(span_make(text, length)))
		return;
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] >= 0x80)
			text[i] = '?';
	}
}

char *store_columns_pack(const struct store_columns *columns, void *row,
			 char *room)
{
	for (size_t i = 0; i < columns->count; i++) {
		const struct store_column *column = &columns->items[i];
		if (column->type != STORE_TEXT)
			continue;
		const char *text = text_of(column, row);
		size_t length = strlen(text);
		memcpy(room, text, length + 1);
		make_utf8(room, length);
		set_text(column, row, room);
		room += length + 1;
	}
	return room;
}

bool store_columns_equal(const struct store_columns *columns, const void *a,
			 const void *b)
{
	for (size_t i = 0; i < columns->count; i++) {
		const struct store_column *column = &columns->items[i];
		bool same =
		    column->type == STORE_TEXT
			? strcmp(text_of(column, a), text_of(column, b)) == 0
			: number_of(column, a) == number_of(column, b);
		if (!same)
			return false;
	}
	return true;
}

static uint64_t fnv_add(uint64_t hash, unsigned char byte)
{
	return (hash ^ byte) * 0x100000001b3U;
}

/* The NUL behind each text is hashed too: "ab" "c" is not "a" "bc". */
static uint64_t fnv_add_text(uint64_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = fnv_add(hash, (unsigned char)*text);
	return fnv_add(hash, 0);
}

uint64_t store_columns_fingerprint(const struct store_columns *columns,
				   const void *row)
{
	uint64_t hash = 0xcbf29ce484222325U;

	for (size_t i = 0; i < columns->count; i++) {
		const struct store_column *column = &columns->items[i];
		if (column->type == STORE_TEXT) {
			hash = fnv_add_text(hash, text_of(column, row));
			continue;
		}
		uint64_t number = (uint64_t)number_of(column, row);
		for (unsigned shift = 0; shift < 64; shift += 8)
			hash = fnv_add(hash, (number >> shift) & 0xff);
	}
	return hash;
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
			struct sqlite3_stmt *statement, int at)
{
	for (size_t i = 0; i < columns->count; i++, at++) {
		const struct store_column *column = &columns->items[i];
		if (column->type == STORE_TEXT)
			store_db_bind_text(statement, at, text_of(column, row));
		else
			store_db_bind_number(statement, at,
					     number_of(column, row));
	}
}

void store_columns_read(const struct store_columns *columns,
			struct sqlite3_stmt *statement, int at, void *row)
{
	for (size_t i = 0; i < columns->count; i++, at++) {
		const struct store_column *column = &columns->items[i];
		if (column->type == STORE_TEXT)
			set_text(column, row,
				 store_db_column_text(statement, at));
		else
			set_number(column, row,
				   store_db_column_number(statement, at));
	}
}

char *store_author_key(TALLOC_CTX *mem, const char *domain)
{
	size_t length = strlen(domain);
	char *key = mem_printf(mem, "%s.", domain);

	for (size_t i = 0; i < length; i++)
		key[i] = domain[length - 1 - i];
	return key;
}
