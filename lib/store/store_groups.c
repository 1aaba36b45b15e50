/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_groups.c - incidents counted by what they have in common
 *
 * SQLite groups, sorts and counts; memory stays bounded however many there are.
 * Tested by test_store_review.
 */
#include "lib/store/store_groups.h"

#include <string.h>

#include "lib/store/store_question.h"
#include "lib/store/store_reader.h"
#include "lib/store/store_would.h"

static const struct {
	const char *text;
	const char *sql;
} keys[STORE_GROUP_KEYS] = {
    [STORE_GROUP_FROM] = {"from", "author_domain"},
    [STORE_GROUP_IP] = {"ip", "client_ip"},
    [STORE_GROUP_NETWORK] = {"network", "network_of(client_ip)"},
    [STORE_GROUP_CLIENT] = {"client", "client_name"},
    [STORE_GROUP_REASON] = {"reason", "reason"},
    [STORE_GROUP_POLICY] = {"policy", "asked"},
    [STORE_GROUP_RESULT] = {"result", "dmarc_result"},
    [STORE_GROUP_OVERRIDE] = {"override", "override_type"},
    [STORE_GROUP_HOST] = {"host", "host"},
};

const char *store_group_key_text(enum store_group_key key)
{
	return keys[key].text;
}

bool store_group_key_parse(const char *text, enum store_group_key *key)
{
	for (int i = 0; i < STORE_GROUP_KEYS; i++) {
		if (strcmp(text, keys[i].text) == 0) {
			*key = (enum store_group_key)i;
			return true;
		}
	}
	return false;
}

static bool build_question(struct store_question *question,
			   const struct store_filter *filter,
			   enum store_group_key key, struct error *err)
{
	strbuf_add_text(&question->sql,
			"SELECT key, count(*), min(time_s), max(time_s), "
			"count(DISTINCT client_ip), "
			"count(CASE WHEN applied = 'none' AND would <> 'none' "
			"THEN 1 END)");
	for (size_t i = 0; i < STORE_DISPOSITIONS; i++)
		strbuf_printf(&question->sql,
			      ", count(CASE WHEN applied = '%s' THEN 1 END)"
			      ", count(CASE WHEN would = '%s' THEN 1 END)",
			      store_dispositions[i], store_dispositions[i]);
	strbuf_printf(&question->sql,
		      " FROM (SELECT %s AS key, time_s, client_ip, "
		      "applied, " STORE_SQL_WOULD " AS would FROM incident",
		      keys[key].sql);
	if (!store_question_add_filter(question, filter, err))
		return false;
	store_question_add_fixed(question, STORE_SQL_TIME("time_s"));
	/* The limit is none; with it SQLite asks for `would` once a row, not
	 * once for each sum. */
	strbuf_add_text(&question->sql, " LIMIT -1) AS incidents GROUP BY key "
					"ORDER BY count(*) DESC, key");
	if (filter->limit > 0)
		strbuf_printf(&question->sql, " LIMIT %ld", filter->limit);
	return true;
}

/* Lists the incidents that no group takes in. */
static bool list_left_out(struct store_reader *reader,
			  const struct store_filter *filter, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_question question;
	struct store_statement *rows = NULL;

	store_question_init(&question, mem);
	strbuf_add_text(&question.sql,
			"SELECT incident_id, time_s FROM incident");
	bool ok = store_question_add_filter(&question, filter, err);
	store_question_add_fixed(&question,
				 "NOT (" STORE_SQL_TIME("time_s") ")");
	ok = ok && store_question_prepare(&question, reader->db, &rows, err);
	while (ok && store_db_next(rows, err)) {
		(void)store_db_column_time(rows, 1);
		(void)store_db_is_sound(rows, "incident", 0);
	}
	ok = store_db_end(rows);
	mem_free(mem);
	return ok;
}

static struct store_group read_group(struct store_statement *statement)
{
	struct store_group group = {
	    .key = store_db_column_text(statement, 0),
	    .count = store_db_column_number(statement, 1),
	    .first_s = store_db_column_time(statement, 2),
	    .last_s = store_db_column_time(statement, 3),
	    .sources = store_db_column_number(statement, 4),
	    .spared = store_db_column_number(statement, 5),
	};

	for (int i = 0; i < STORE_DISPOSITIONS; i++) {
		group.applied[i] = store_db_column_number(statement, 6 + 2 * i);
		group.would[i] = store_db_column_number(statement, 7 + 2 * i);
	}
	return group;
}

bool store_groups(struct store_reader *reader,
		  const struct store_filter *filter, enum store_group_key key,
		  bool (*seen)(void *context, const struct store_group *group),
		  void *context, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_question question;
	struct store_statement *rows = NULL;

	store_question_init(&question, mem);
	bool ok = list_left_out(reader, filter, err) &&
		  build_question(&question, filter, key, err) &&
		  store_question_prepare(&question, reader->db, &rows, err);
	while (ok && store_db_next(rows, err)) {
		struct store_group group = read_group(rows);
		if (store_db_is_sound(rows, "group of incidents", 0) &&
		    !seen(context, &group))
			break;
	}
	ok = store_db_end(rows);
	mem_free(mem);
	return ok;
}
