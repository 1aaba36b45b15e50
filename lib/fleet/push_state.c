/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * push_state.c - what a host asks of the fleet, and says of itself
 *
 * Tested by test_push.
 */
#include <assert.h>
#include <string.h>

#include "lib/auth/digest.h"
#include "lib/fleet/push.h"
#include "lib/fleet/schema.h"

/* Hex digits as the bytes they stand for; false where they are not as many. */
static bool read_hex(struct span text, uint8_t *bytes, size_t count)
{
	if (text.data == NULL || text.length != 2 * count)
		return false;
	for (size_t i = 0; i < count; i++) {
		int high = ascii_hex_value(text.data[2 * i]);
		int low = ascii_hex_value(text.data[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

/* --- the ledger --- */

static struct fleet_sums read_sums(const struct pg_result *rows, size_t row)
{
	return (struct fleet_sums){
	    .results = pg_value_number(rows, row, 1),
	    .messages = pg_value_number(rows, row, 2),
	    .incidents = pg_value_number(rows, row, 3),
	    .counted = pg_value_number(rows, row, 4),
	    .acts = pg_value_number(rows, row, 5),
	    .restated = pg_value_number(rows, row, 6),
	};
}

static void enter_sums(const struct pg_result *rows,
		       const uint8_t (*idents)[FLEET_IDENT], size_t count,
		       struct fleet_sums *sums)
{
	uint8_t ident[FLEET_IDENT];

	for (size_t i = 0; i < count; i++)
		sums[i] = (struct fleet_sums){-1, -1, -1, -1, -1, -1};
	for (size_t row = 0; row < pg_rows(rows); row++) {
		if (!read_hex(pg_value(rows, row, 0), ident, FLEET_IDENT))
			continue;
		for (size_t i = 0; i < count; i++) {
			if (memcmp(idents[i], ident, FLEET_IDENT) == 0)
				sums[i] = read_sums(rows, row);
		}
	}
}

enum pg_kind fleet_ledger(struct pg *pg, const uint8_t (*idents)[FLEET_IDENT],
			  size_t count, struct fleet_sums *sums,
			  struct error *err)
{
	struct pg_result *rows;

	assert(count <= FLEET_ROWS);
	enum pg_kind kind =
	    pg_exec(pg,
		    "SELECT replace(ident::text, '-', ''), results, messages, "
		    "incidents, counted, acts, restated FROM "
		    "alignd_push.ledger($1, $2)",
		    PG_PARAMS(pg_number(FLEET_LAYOUT),
			      pg_uuids((const uint8_t *)idents, count)),
		    &rows, err);
	if (kind != PG_DONE)
		return kind;
	enter_sums(rows, idents, count, sums);
	pg_result_free(rows);
	return PG_DONE;
}

/* --- erasures --- */

enum pg_kind fleet_erase(struct pg *pg, const struct fleet_erased *rows,
			 size_t count, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	uint8_t *idents = mem_array(mem, uint8_t, count * FLEET_IDENT);
	int64_t *ids = mem_array(mem, int64_t, count);

	assert(count <= FLEET_ROWS);
	for (size_t i = 0; i < count; i++) {
		memcpy(idents + i * FLEET_IDENT, rows[i].ident, FLEET_IDENT);
		ids[i] = rows[i].incident_id;
	}
	enum pg_kind kind =
	    pg_exec(pg, "SELECT alignd_push.incidents_erase($1, $2, $3)",
		    PG_PARAMS(pg_number(FLEET_LAYOUT), pg_uuids(idents, count),
			      pg_numbers(ids, count)),
		    NULL, err);
	mem_free(mem);
	return kind;
}

/* --- the heartbeat --- */

static void read_answer(const struct pg_result *rows,
			struct fleet_answer *answer)
{
	struct fleet_answer read = {
	    .now_ms = pg_value_number(rows, 0, 0),
	    .schema = (int)pg_value_number(rows, 0, 1),
	    .keep_results_s = pg_value_number(rows, 0, 2),
	    .override_version = pg_value_number(rows, 0, 3),
	    .taken_until_s = pg_value_number(rows, 0, 5),
	};

	if (!read_hex(pg_value(rows, 0, 4), read.override_digest, FLEET_DIGEST))
		read.override_version = 0;
	*answer = read;
}

enum pg_kind fleet_heartbeat(struct pg *pg,
			     const struct fleet_heartbeat *heartbeat,
			     struct fleet_answer *answer, struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind = pg_exec(
	    pg,
	    "SELECT now_ms, schema_version, keep_results_s, newest_override, "
	    "encode(newest_digest, 'hex'), taken_until_s FROM "
	    "alignd_push.heartbeat($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
	    "$11, $12, $13, $14, $15)",
	    PG_PARAMS(
		pg_number(FLEET_LAYOUT), pg_text(heartbeat->version),
		pg_number(heartbeat->sealed_until_s),
		pg_number(heartbeat->reported_until_s),
		pg_number(heartbeat->waiting), pg_number(heartbeat->oldest_s),
		pg_number(heartbeat->let_go), pg_number(heartbeat->aside),
		pg_number(heartbeat->journal_bytes),
		pg_number(heartbeat->now_ms),
		pg_number(heartbeat->override_version),
		pg_text(heartbeat->last_error),
		pg_number(heartbeat->last_error_s),
		pg_text(heartbeat->authserv_id), pg_text(heartbeat->addresses)),
	    &rows, err);

	if (kind != PG_DONE)
		return kind;
	if (pg_rows(rows) == 1)
		read_answer(rows, answer);
	pg_result_free(rows);
	return PG_DONE;
}

/* --- overrides --- */

enum pg_kind fleet_override_text(TALLOC_CTX *mem, struct pg *pg,
				 int64_t version, const char **text,
				 struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind = pg_exec(
	    pg, "SELECT text FROM alignd_push.override_text($1, $2)",
	    PG_PARAMS(pg_number(FLEET_LAYOUT), pg_number(version)), &rows, err);

	if (kind != PG_DONE)
		return kind;
	*text = NULL;
	if (pg_rows(rows) == 1) {
		struct span value = pg_value(rows, 0, 0);
		*text = mem_strndup(mem, value.data, value.length);
	}
	pg_result_free(rows);
	return PG_DONE;
}

static struct digest_value digest_of(const char *text)
{
	struct digest *digest = digest_new(NULL);

	digest_add(digest, span_of(text));
	struct digest_value value = digest_finish(digest);
	mem_free(digest);
	return value;
}

enum pg_kind fleet_override_put(struct pg *pg, int64_t parent, const char *text,
				const char *who, int64_t *version,
				struct error *err)
{
	struct digest_value digest = digest_of(text);
	struct pg_result *rows;

	if (!digest.is_good) {
		(void)error_set(err, ERROR_SYSTEM,
				"OpenSSL cannot make a SHA-256");
		return PG_AWAY;
	}
	enum pg_kind kind =
	    pg_exec(pg, "SELECT alignd_push.override_put($1, $2, $3, $4)",
		    PG_PARAMS(pg_number(parent), pg_text(text),
			      pg_bytes(span_make((const char *)digest.bytes,
						 DIGEST_BYTES)),
			      pg_text(who)),
		    &rows, err);
	if (kind != PG_DONE)
		return kind;
	*version = pg_rows(rows) == 1 ? pg_value_number(rows, 0, 0) : 0;
	pg_result_free(rows);
	return PG_DONE;
}

/* --- what keeps the tables in order --- */

enum pg_kind fleet_maintain(struct pg *pg, bool *is_done, struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind =
	    pg_exec(pg, "SELECT alignd_push.maintain($1) = ''",
		    PG_PARAMS(pg_number(FLEET_LAYOUT)), &rows, err);

	if (kind != PG_DONE)
		return kind;
	*is_done = pg_rows(rows) != 1 || span_equals(pg_value(rows, 0, 0), "t");
	pg_result_free(rows);
	return PG_DONE;
}
