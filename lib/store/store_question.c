/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_question.c - a filter as the WHERE clause of a statement on incidents
 * Tested by test_store_review.
 */
#include "lib/store/store_question.h"

#include <assert.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/net.h"
#include "lib/base/text.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_would.h"

#define SQL_MAX 8192

/* --- functions of the statements --- */

static const char *network_of(const char *const *arguments,
			      char room[STORE_DB_RESULT])
{
	/* A stranger's text in its place, that of a damaged row, stays. */
	if (strlen(arguments[0]) >= STORE_DB_RESULT)
		return arguments[0];
	return store_network(arguments[0], room);
}

static const char *network_has(const char *const *arguments,
			       char room[STORE_DB_RESULT])
{
	struct net_address address;
	struct net_block block;
	struct error unused;

	(void)room;
	return net_block_parse(arguments[0], &block, &unused) &&
		       net_address_parse(arguments[1], &address) &&
		       net_block_contains(&block, &address)
		   ? "1"
		   : NULL;
}

static const char *name_holds(const char *const *arguments,
			      char room[STORE_DB_RESULT])
{
	(void)room;
	return domain_equals(arguments[1], arguments[0]) ||
		       domain_is_below(arguments[1], arguments[0])
		   ? "1"
		   : NULL;
}

static const char *would_of(const char *const *arguments,
			    char room[STORE_DB_RESULT])
{
	(void)room;
	return store_would_of(arguments[0]);
}

bool store_question_functions(struct store_db *db, struct error *err)
{
	static const struct store_db_function functions[] = {
	    {"network_of", 1, network_of},
	    {"network_has", 2, network_has},
	    {"name_holds", 2, name_holds},
	    {"would_of", 1, would_of},
	};

	for (size_t i = 0; i < COUNT_OF(functions); i++) {
		if (!store_db_add_function(db, &functions[i], err))
			return false;
	}
	return true;
}

/* --- conditions --- */

void store_question_init(struct store_question *question, TALLOC_CTX *mem)
{
	*question = (struct store_question){.count = 0};
	strbuf_init(&question->sql, mem, SQL_MAX);
}

static void add_condition(struct store_question *question,
			  const char *condition, struct store_value parameter)
{
	assert(question->count < STORE_PARAMETERS_MAX);
	strbuf_printf(&question->sql, " %s %s",
		      question->count == 0 ? "WHERE" : "AND", condition);
	question->parameters[question->count++] = parameter;
}

static void add_text(struct store_question *question, const char *condition,
		     const char *text)
{
	if (text != NULL)
		add_condition(question, condition, store_text(text));
}

static void add_time(struct store_question *question, const char *condition,
		     int64_t time_s)
{
	if (time_s != 0)
		add_condition(question, condition, store_number(time_s));
}

/* Those texts that begin with `start`, up to its last byte's successor. */
static void add_range(struct store_question *question, const char *from,
		      const char *to, const char *start)
{
	char *end = mem_strdup(question->sql.mem, start);

	end[strlen(end) - 1]++;
	add_text(question, from, start);
	add_text(question, to, end);
}

/* What the addresses of a network begin with, as texts: "192.0." for
 * "192.0.2.0/23", "2001:db8:" for "2001:db8::/32". What begins at a group of
 * zeros may be written "::" and is left to network_has. */
static void add_start(struct strbuf *start, const struct net_block *block)
{
	const uint8_t *bytes = block->address.bytes;

	if (block->address.family == NET_IPV4) {
		for (unsigned i = 0; i < block->prefix / 8; i++)
			strbuf_printf(start, "%u.", (unsigned)bytes[i]);
		return;
	}
	for (unsigned i = 0; i < block->prefix / 16; i++) {
		unsigned group = bytes[2 * i] * 256U + bytes[2 * i + 1];
		if (group == 0)
			return;
		strbuf_printf(start, "%x:", group);
	}
}

/* The index knows addresses as texts: what they begin with narrows. */
static void add_network(struct store_question *question,
			const struct net_block *block)
{
	struct strbuf start;
	char *text =
	    mem_zeroed(question->sql.mem, NET_BLOCK_TEXT, 1, "network");

	strbuf_init(&start, question->sql.mem, NET_BLOCK_TEXT);
	add_start(&start, block);
	if (start.length > 0)
		add_range(question, "client_ip >= ?", "client_ip < ?",
			  strbuf_text(&start));
	add_text(question, "network_has(?, client_ip)",
		 net_block_text(block, text));
}

static bool add_client(struct store_question *question, const char *client_ip,
		       struct error *err)
{
	struct net_block block;

	if (client_ip == NULL)
		return true;
	if (!net_block_parse(client_ip, &block, err))
		return false;
	if (block.prefix < (block.address.family == NET_IPV4 ? 32 : 128)) {
		add_network(question, &block);
		return true;
	}
	char *text = mem_zeroed(question->sql.mem, NET_ADDRESS_TEXT, 1, "ip");
	add_text(question, "client_ip = ?",
		 net_address_text(&block.address, text));
	return true;
}

/* Behind a row of the list: time narrows by the index, the id parts those of
 * one second. */
static void add_place(struct store_question *question,
		      const struct store_filter *filter)
{
	if (filter->before_id == 0)
		return;
	add_condition(question, "time_s <= ?", store_number(filter->before_s));
	add_condition(question, "(time_s < ?", store_number(filter->before_s));
	strbuf_printf(&question->sql, " OR incident_id < ?)");
	question->parameters[question->count++] =
	    store_number(filter->before_id);
}

void store_question_add_fixed(struct store_question *question,
			      const char *condition)
{
	strbuf_printf(&question->sql, " %s %s",
		      question->count == 0 ? "WHERE" : "AND", condition);
}

bool store_question_add_filter(struct store_question *question,
			       const struct store_filter *filter,
			       struct error *err)
{
	if (filter->id != 0)
		add_condition(question, "incident_id = ?",
			      store_number(filter->id));
	add_time(question, "time_s >= ?", filter->since_s);
	add_time(question, "time_s < ?", filter->until_s);
	add_place(question, filter);
	/* "." is followed by "/": [moc.elpmaxe. , moc.elpmaxe/) holds the
	 * domain and all below it, and neither "notexample.com" nor
	 * "example.community". */
	if (filter->author_domain != NULL)
		add_range(
		    question, "author_key >= ?", "author_key < ?",
		    store_author_key(question->sql.mem, filter->author_domain));
	add_text(question, "reference = ?", filter->reference);
	add_text(question, "applied = ?", filter->applied);
	add_text(question, STORE_SQL_WOULD " = ?", filter->would);
	add_text(question, "dmarc_result = ?", filter->dmarc_result);
	add_text(question, "asked = ?", filter->asked);
	add_text(question, "override_type = ?", filter->override_type);
	add_text(question, "host = ?", filter->host);
	add_text(question, "queue_id = ?", filter->queue_id);
	/* As it came, mostly in brackets. */
	add_text(question, "lower(trim(mail_from, '<>')) = lower(?)",
		 filter->mail_from);
	/* So that the indexes, which are of these alone, are used. */
	add_text(question, "from_address <> '' AND from_address = ?",
		 filter->from_address);
	add_text(question, "sender_address <> '' AND sender_address = ?",
		 filter->sender_address);
	add_text(question, "name_holds(?, client_name)", filter->client_name);
	add_text(question, "instr(lower(reason), lower(?)) > 0",
		 filter->reason);
	if (!add_client(question, filter->client_ip, err))
		return false;
	if (filter->is_open)
		add_condition(question,
			      "NOT EXISTS (SELECT 1 FROM act WHERE "
			      "act.incident_id = incident.incident_id "
			      "LIMIT ?)",
			      store_number(1));
	return true;
}

/* --- the statement --- */

bool store_question_prepare(struct store_question *question,
			    struct store_db *db,
			    struct store_statement **statement,
			    struct error *err)
{
	return store_query_open(db, strbuf_text(&question->sql),
				question->parameters, question->count,
				statement, err);
}
