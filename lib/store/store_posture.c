/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_posture.c - since when something is wrong with an own domain
 * Tested by test_alignctl_posture.
 */
#include "lib/store/store_posture.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/store/store_file.h"
#include "lib/store/store_query.h"
#include "lib/store/store_schema.h"

struct store_posture {
	struct store_db *db;
};

#define DAY_S 86400

static int close_posture(struct store_posture *store)
{
	store_db_close(store->db);
	return 0;
}

bool store_posture_open(TALLOC_CTX *mem, const char *path,
			enum store_db_mode mode, struct store_posture **store,
			struct error *err)
{
	struct store_posture *made = mem_new(mem, struct store_posture);

	talloc_set_destructor(made, close_posture);
	if (store_file_readable(path, err) &&
	    store_db_open(path, mode, &made->db, err) &&
	    store_schema_check(made->db, &store_schema_current, err)) {
		*store = made;
		return true;
	}
	mem_free(made);
	return error_wrap(err, "the store %.100s", path);
}

bool store_posture_of_fleet(TALLOC_CTX *mem, struct store_db *db,
			    struct store_posture **store, bool *may_write,
			    struct error *err)
{
	struct store_posture *made = mem_new(mem, struct store_posture);
	int64_t may;

	made->db = db;
	talloc_set_destructor(made, close_posture);
	if (store_db_number(db,
			    "SELECT count(*) WHERE has_table_privilege("
			    "'alignd_report.posture_finding', 'INSERT')",
			    &may, err)) {
		*may_write = may > 0;
		*store = made;
		return true;
	}
	mem_free(made);
	return error_wrap(err, "the fleet's record");
}

/* PostgreSQL wants to be told which key, which there is made of digests. */
#define FINDING(key)                                                           \
	"INSERT INTO posture_finding (domain, finding, detail, first, last) "  \
	"VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT " key                         \
	"DO UPDATE SET last = max(posture_finding.last, excluded.last)"
#define CLOSED                                                                 \
	"INTO posture_past (domain, finding, detail, first_s, closed_s) "      \
	"SELECT domain, finding, detail, first, ?2 FROM posture_finding "      \
	"WHERE domain = ?1 AND last < ?2 AND instr(?3, ' ' || finding || "     \
	"' ') = 0"
#define LOOK(key)                                                              \
	"INSERT INTO posture_look (domain, first_s, last_s, whole_s) VALUES "  \
	"(?1, ?2, ?2, ?3) ON CONFLICT " key "DO UPDATE SET last_s = "          \
	"max(posture_look.last_s, excluded.last_s), whole_s = "                \
	"max(posture_look.whole_s, excluded.whole_s)"
#define STS(key)                                                               \
	"INSERT INTO posture_sts (domain, id, policy, first_s, last_s, "       \
	"until_s) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT " key                  \
	"DO UPDATE SET last_s = max(posture_sts.last_s, excluded.last_s), "    \
	"until_s = max(posture_sts.until_s, excluded.until_s)"
#define KEY(name) "ON CONSTRAINT " name "_key "

static const struct {
	const char *finding;
	const char *closed;
	const char *look;
	const char *sts;
} texts[] = {
    [STORE_DB_SQLITE] = {.finding = FINDING(""),
			 .closed = "INSERT OR REPLACE " CLOSED,
			 .look = LOOK(""),
			 .sts = STS("")},
    [STORE_DB_POSTGRESQL] =
	{.finding = FINDING(KEY("posture_finding")),
	 .closed = "INSERT " CLOSED " ON CONFLICT " KEY(
	     "posture_past") "DO UPDATE SET first_s = excluded.first_s",
	 .look = LOOK(KEY("posture_look")),
	 .sts = STS(KEY("posture_sts"))},
};

void store_posture_list_flaws(struct store_posture *store,
			      struct store_flaws *flaws)
{
	store_db_list_flaws(store->db, flaws);
}

static bool note_all(struct store_posture *store, const char *domain,
		     const struct store_posture_mark *marks, size_t count,
		     int64_t now_s, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		if (!store_query_run(
			store->db, texts[store_db_kind(store->db)].finding,
			STORE_VALUES(
			    store_text(domain), store_text(marks[i].finding),
			    store_text(marks[i].detail), store_number(now_s)),
			err))
			return false;
	}
	return true;
}

/* What is no longer seen is remembered as closed. */
static bool close_rest(struct store_posture *store, const char *domain,
		       int64_t now_s, const char *unseen, struct error *err)
{
	return store_query_run(
		   store->db, texts[store_db_kind(store->db)].closed,
		   STORE_VALUES(store_text(domain), store_number(now_s),
				store_text(unseen)),
		   err) &&
	       store_query_run(
		   store->db,
		   "DELETE FROM posture_finding WHERE domain = ? AND last < ? "
		   "AND instr(?, ' ' || finding || ' ') = 0",
		   STORE_VALUES(store_text(domain), store_number(now_s),
				store_text(unseen)),
		   err);
}

/* That somebody looked, whatever was found; and what lies too far back goes. */
static bool note_look(struct store_posture *store, const char *domain,
		      int64_t now_s, bool is_whole, struct error *err)
{
	return store_query_run(store->db, texts[store_db_kind(store->db)].look,
			       STORE_VALUES(store_text(domain),
					    store_number(now_s),
					    store_number(is_whole ? now_s : 0)),
			       err) &&
	       store_query_run(
		   store->db, "DELETE FROM posture_past WHERE closed_s < ?",
		   STORE_VALUES(store_number(
		       now_s - (int64_t)LIMIT_POSTURE_PAST_DAYS * DAY_S)),
		   err);
}

bool store_posture_note(struct store_posture *store, const char *domain,
			const struct store_posture_mark *marks, size_t count,
			int64_t now_s, bool is_whole, const char *unseen,
			struct error *err)
{
	if (!store_query_begin(store->db, err))
		return false;
	bool ok =
	    note_all(store, domain, marks, count, now_s, err) &&
	    (!is_whole || close_rest(store, domain, now_s, unseen, err)) &&
	    note_look(store, domain, now_s, is_whole, err);
	return store_query_end(store->db, ok, err);
}

static void take(struct store_posture_mark *marks, size_t count,
		 const char *finding, const char *detail, int64_t first_s)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(marks[i].finding, finding) == 0 &&
		    strcmp(marks[i].detail, detail) == 0)
			marks[i].first_s = first_s;
	}
}

bool store_posture_recall(struct store_posture *store, const char *domain,
			  struct store_posture_mark *marks, size_t count,
			  struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(store->db,
			      "SELECT domain, finding, detail, first FROM "
			      "posture_finding WHERE domain = ?",
			      STORE_VALUES(store_text(domain)), &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const char *finding = store_db_column_text(rows, 1);
		const char *detail = store_db_column_text(rows, 2);
		int64_t first_s = store_db_column_time(rows, 3);
		if (store_db_is_sound(rows, "posture_finding", 0))
			take(marks, count, finding, detail, first_s);
	}
	return store_db_end(rows);
}

/* --- MTA-STS --- */

static bool forget_sts(struct store_posture *store, const char *domain,
		       int64_t now_s, struct error *err)
{
	return store_query_run(
		   store->db,
		   "DELETE FROM posture_sts WHERE domain = ?1 AND until_s <= "
		   "?2 AND last_s < ?2",
		   STORE_VALUES(store_text(domain), store_number(now_s)),
		   err) &&
	       store_query_run(
		   store->db,
		   "DELETE FROM posture_sts WHERE domain = ?1 AND (id, policy) "
		   "NOT IN (SELECT id, policy FROM posture_sts WHERE domain = "
		   "?1 ORDER BY last_s DESC, first_s DESC LIMIT ?2)",
		   STORE_VALUES(store_text(domain),
				store_number(LIMIT_STS_KEPT)),
		   err);
}

bool store_posture_note_sts(struct store_posture *store,
			    const struct store_posture_sts *seen,
			    struct error *err)
{
	if (!store_query_begin(store->db, err))
		return false;
	bool ok =
	    store_query_run(
		store->db, texts[store_db_kind(store->db)].sts,
		STORE_VALUES(
		    store_text(seen->domain), store_text(seen->id),
		    store_text(seen->policy), store_number(seen->first_s),
		    store_number(seen->last_s), store_number(seen->until_s)),
		err) &&
	    forget_sts(store, seen->domain, seen->last_s, err);
	return store_query_end(store->db, ok, err);
}

bool store_posture_list_sts(struct store_posture *store,
			    void (*seen)(void *context,
					 const struct store_posture_sts *sts),
			    void *context, struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(store->db,
			      "SELECT domain, id, policy, first_s, last_s, "
			      "until_s FROM posture_sts ORDER BY domain",
			      NULL, 0, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const struct store_posture_sts sts = {
		    .domain = store_db_column_text(rows, 0),
		    .id = store_db_column_text(rows, 1),
		    .policy = store_db_column_lines(rows, 2),
		    .first_s = store_db_column_time(rows, 3),
		    .last_s = store_db_column_time(rows, 4),
		    .until_s = store_db_column_time(rows, 5),
		};
		if (store_db_is_pair_sound(rows, "posture_sts", 0, 1))
			seen(context, &sts);
	}
	return store_db_end(rows);
}

/* --- what became of findings --- */

static bool read_spans(struct store_posture *store,
		       const struct store_posture_past *past, struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(store->db,
			      "SELECT domain, finding, detail, first, 0 FROM "
			      "posture_finding UNION ALL SELECT domain, "
			      "finding, detail, first_s, closed_s FROM "
			      "posture_past ORDER BY 1, 2, 3, 4",
			      NULL, 0, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const struct store_posture_span span = {
		    .domain = store_db_column_text(rows, 0),
		    .finding = store_db_column_text(rows, 1),
		    .detail = store_db_column_text(rows, 2),
		    .first_s = store_db_column_time(rows, 3),
		    .closed_s = store_db_column_time(rows, 4)};
		if (store_db_is_sound(rows,
				      span.closed_s == 0 ? "posture_finding"
							 : "posture_past",
				      0))
			past->span(past->context, &span);
	}
	return store_db_end(rows);
}

static bool read_looks(struct store_posture *store,
		       const struct store_posture_past *past, struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(store->db,
			      "SELECT domain, first_s, last_s, whole_s FROM "
			      "posture_look ORDER BY domain",
			      NULL, 0, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const struct store_posture_look look = {
		    .domain = store_db_column_text(rows, 0),
		    .first_s = store_db_column_time(rows, 1),
		    .last_s = store_db_column_time(rows, 2),
		    .whole_s = store_db_column_time(rows, 3)};
		if (store_db_is_sound(rows, "posture_look", 0))
			past->look(past->context, &look);
	}
	return store_db_end(rows);
}

bool store_posture_read_past(struct store_posture *store,
			     const struct store_posture_past *past,
			     struct error *err)
{
	if (!store_db_run(store->db, "BEGIN", err))
		return false;
	bool ok = read_spans(store, past, err) && read_looks(store, past, err);
	store_db_rollback(store->db);
	return ok;
}
