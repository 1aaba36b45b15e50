/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_overrides.c - the fleet's overrides as they are read
 * Tested by test_fleet_overrides.
 */
#include "lib/fleet/fleet_overrides.h"

#include <string.h>

#include "lib/auth/digest.h"
#include "lib/base/limits.h"
#include "lib/fleet/schema.h"

/* Characters of a version that are asked for at once: libpq holds what it is
 * given three times. */
#define SLICE 100000

/* What is here of a text. */
struct slices {
	char *text;    /* behind the bytes of a heading; NULL: none yet */
	size_t before; /* these */
	int64_t size;  /* of the whole text, as the server says */
	size_t length; /* of what is here */
};

bool fleet_digest_make(struct span text, uint8_t digest[FLEET_DIGEST])
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct digest *made = digest_new(mem);

	digest_add(made, text);
	struct digest_value value = digest_finish(made);
	memcpy(digest, value.bytes, FLEET_DIGEST);
	mem_free(mem);
	return value.is_good;
}

bool fleet_digest_fits(struct span text, const uint8_t digest[FLEET_DIGEST])
{
	uint8_t made[FLEET_DIGEST];

	return fleet_digest_make(text, made) &&
	       memcmp(made, digest, FLEET_DIGEST) == 0;
}

static enum pg_kind refuse(const struct fleet_version *version,
			   const char *what, struct error *err)
{
	(void)error_set(err, ERROR_STORE,
			"version %lld of the fleet's overrides %s",
			(long long)version->number, what);
	return PG_REFUSED;
}

static enum pg_kind check_text(const struct fleet_version *version,
			       struct span text, struct error *err)
{
	if (text.data == NULL)
		return refuse(version, "is gone", err);
	if (text.length > LIMIT_FLEET_OVERRIDES_BYTES)
		return refuse(version, "is too large", err);
	if (!fleet_digest_fits(text, version->digest))
		return refuse(version, "is not what its SHA-256 says", err);
	return PG_DONE;
}

/* Some of a version's text, from its character `at` on, counted from 1. */
static enum pg_kind ask_slice(struct pg *pg, int64_t number, int64_t at,
			      struct pg_result **rows, struct error *err)
{
	return pg_exec(pg,
		       "SELECT octet_length(text), substr(text, $3::int, "
		       "$4::int) FROM alignd_push.override_text($1, $2)",
		       PG_PARAMS(pg_number(FLEET_LAYOUT), pg_number(number),
				 pg_number(at), pg_number(SLICE)),
		       rows, err);
}

/* Adds it to what is here of the text, whose room is made with the first one.
 * False: nothing is left to ask for. */
static bool add_slice(TALLOC_CTX *mem, const struct pg_result *rows,
		      struct slices *slices)
{
	if (pg_rows(rows) != 1)
		return false;
	struct span slice = pg_value(rows, 0, 1);
	if (slices->text == NULL) {
		slices->size = pg_value_number(rows, 0, 0);
		if (slices->size < 0 ||
		    slices->size > LIMIT_FLEET_OVERRIDES_BYTES)
			return false;
		slices->text = mem_array(
		    mem, char, slices->before + (size_t)slices->size + 1);
	}
	if (slice.length == 0 ||
	    slice.length > (size_t)slices->size - slices->length)
		return false;
	memcpy(slices->text + slices->before + slices->length, slice.data,
	       slice.length);
	slices->length += slice.length;
	return true;
}

static enum pg_kind fetch_slices(TALLOC_CTX *mem, struct pg *pg, int64_t number,
				 struct slices *slices, struct error *err)
{
	enum pg_kind kind = PG_DONE;
	bool goes_on = true;

	for (int64_t at = 1; kind == PG_DONE && goes_on; at += SLICE) {
		struct pg_result *rows;
		kind = ask_slice(pg, number, at, &rows, err);
		if (kind != PG_DONE)
			break;
		goes_on = add_slice(mem, rows, slices);
		pg_result_free(rows);
	}
	return kind;
}

enum pg_kind fleet_overrides_fetch(TALLOC_CTX *mem, struct pg *pg,
				   const struct fleet_version *version,
				   const char *heading, struct span *whole,
				   struct error *err)
{
	struct slices slices = {.before = strlen(heading)};

	if (version->number == 0) {
		*whole = span_of(mem_strdup(mem, heading));
		return PG_DONE;
	}
	enum pg_kind kind =
	    fetch_slices(mem, pg, version->number, &slices, err);
	if (kind != PG_DONE)
		return kind;
	struct span text = {0};
	if (slices.text != NULL)
		text = span_make(slices.text + slices.before, slices.length);
	else if (slices.size > 0)
		return refuse(version, "is too large", err);
	kind = check_text(version, text, err);
	if (kind != PG_DONE)
		return kind;
	memcpy(slices.text, heading, slices.before);
	*whole = span_make(slices.text, slices.before + slices.length);
	return PG_DONE;
}

/* Of what the server says: a number, a digest in hexadecimal digits, a text. */
static enum pg_kind take_version(TALLOC_CTX *mem, const struct pg_result *rows,
				 struct fleet_version *version,
				 struct span *text, struct error *err)
{
	struct fleet_version found = {.number = pg_value_number(rows, 0, 0)};
	struct span digits = pg_value(rows, 0, 1);
	struct span bytes = pg_value(rows, 0, 2);

	for (size_t i = 0; i + 1 < digits.length && i / 2 < FLEET_DIGEST;
	     i += 2)
		found.digest[i / 2] =
		    (uint8_t)(ascii_hex_value(digits.data[i]) << 4 |
			      ascii_hex_value(digits.data[i + 1]));
	enum pg_kind kind = check_text(&found, bytes, err);
	if (kind != PG_DONE)
		return kind;
	*version = found;
	*text =
	    span_make(mem_strndup(mem, bytes.data, bytes.length), bytes.length);
	return PG_DONE;
}

enum pg_kind fleet_overrides_read(TALLOC_CTX *mem, struct pg *pg,
				  struct fleet_version *version,
				  struct span *text, struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind =
	    pg_exec(pg,
		    "SELECT version, encode(digest, 'hex'), text FROM "
		    "alignd.override_version ORDER BY version DESC LIMIT 1",
		    NULL, 0, &rows, err);

	if (kind != PG_DONE)
		return kind;
	if (pg_rows(rows) == 1) {
		kind = take_version(mem, rows, version, text, err);
	} else {
		*version = (struct fleet_version){.number = 0};
		*text = span_of("");
	}
	pg_result_free(rows);
	return kind;
}

/* --- how often they were used --- */

static void take_used(TALLOC_CTX *mem, const struct pg_result *rows,
		      struct fleet_used_list *list)
{
	list->count = pg_rows(rows);
	list->items = mem_array(mem, struct fleet_used, list->count);
	for (size_t i = 0; i < list->count; i++) {
		struct span comment = pg_value(rows, i, 0);
		list->items[i] = (struct fleet_used){
		    .comment = mem_strndup(mem, comment.data, comment.length),
		    .messages = pg_value_number(rows, i, 1),
		    .last_hour_s = pg_value_number(rows, i, 2)};
	}
}

/* Few traits have such a comment, so that no other counter is added up. */
enum pg_kind fleet_overrides_used(TALLOC_CTX *mem, struct pg *pg,
				  int64_t since_s, struct fleet_used_list *list,
				  struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind = pg_exec(
	    pg,
	    "SELECT t.override_comment, alignd_read.sum(r.count), "
	    "max(r.hour_s) FROM alignd_read.trait_result r "
	    "JOIN alignd_read.trait t USING (tuple_id) "
	    "WHERE r.hour_s >= $1 AND t.override_comment LIKE 'override %' "
	    "GROUP BY t.override_comment ORDER BY 2 DESC, 1 LIMIT $2",
	    PG_PARAMS(pg_number(since_s), pg_number(FLEET_USED_MAX)), &rows,
	    err);

	if (kind != PG_DONE)
		return kind;
	take_used(mem, rows, list);
	pg_result_free(rows);
	return PG_DONE;
}
