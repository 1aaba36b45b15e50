/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_ACTS_H
#define STORE_STORE_ACTS_H

/*
 * store_acts - what operators did about incidents
 *
 * One row per act; they are purged with their incident. Written by alignctl
 * beside a running daemon, whose writer waits a moment for it.
 */

#include "lib/store/store_reader.h"

enum store_act_kind { ACT_RELEASE, ACT_CONFIRM, ACT_ALLOW };

/* "release" "confirm" "allow" */
const char *store_act_kind_text(enum store_act_kind kind);

/* Texts are valid UTF-8, clean for print. */
struct store_act {
	int64_t time_s;
	const char *who;
	enum store_act_kind kind;
	const char *note; /* "" for none */
};

struct store_acts_writer;

/* Opens the store for writing; the schema must be the current one. Freed with
 * `mem`. */
bool store_acts_open(TALLOC_CTX *mem, const char *path,
		     struct store_acts_writer **writer, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise in the fleet's record, by a connection that another opened, and
 * closes it; messages call it `name`. Acts are the fleet's then, of whichever
 * host the incident is. */
struct store_acts_writer *store_acts_over(TALLOC_CTX *mem, struct store_db *db,
					  const char *name);

/* False also when the incident is gone. */
bool store_acts_add(struct store_acts_writer *writer, int64_t incident_id,
		    const struct store_act *act, struct error *err)
    __attribute__((warn_unused_result));

/* time_s, who, kind and note, from the columns from `at` on. */
struct store_statement;
void store_act_read(struct store_statement *rows, int at,
		    struct store_act *act);

/* Those on one incident, the first one first. */
bool store_acts(struct store_reader *reader, int64_t incident_id,
		bool (*seen)(void *context, const struct store_act *act),
		void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
