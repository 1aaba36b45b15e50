/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_QUESTION_H
#define STORE_STORE_QUESTION_H

/*
 * store_question - a filter as the WHERE clause of a statement on incidents
 *
 * Every value is a parameter of the statement, never part of its text. What
 * stands in an index (time, author domain, client, reference) narrows first.
 * The statement must be prepared on a connection with the functions of
 * store_question_functions().
 */

#include "lib/base/strbuf.h"
#include "lib/store/store_db.h"
#include "lib/store/store_filter.h"
#include "lib/store/store_query.h"

#define STORE_PARAMETERS_MAX 24

struct store_question {
	struct strbuf sql;
	struct store_value parameters[STORE_PARAMETERS_MAX];
	size_t count;
};

/* An empty statement, whose text grows below `mem`. */
void store_question_init(struct store_question *question, TALLOC_CTX *mem);

/* Adds " WHERE ..." to the text; the filter's texts must stay. False: the
 * client is no network. */
bool store_question_add_filter(struct store_question *question,
			       const struct store_filter *filter,
			       struct error *err)
    __attribute__((warn_unused_result));

/* Behind the filter: a condition without parameters. */
void store_question_add_fixed(struct store_question *question,
			      const char *condition);

/* The statement with its parameters; its rows are wanted. */
bool store_question_prepare(struct store_question *question,
			    struct store_db *db,
			    struct store_statement **statement,
			    struct error *err)
    __attribute__((warn_unused_result));

/* network_of(ADDRESS): the /24 or /48 around it, as text; the text itself when
 * it is no address. network_has(NETWORK, ADDRESS) and name_holds(DOMAIN, NAME):
 * "1" or NULL. would_of(VERDICT): store_would_of(). */
bool store_question_functions(struct store_db *db, struct error *err)
    __attribute__((warn_unused_result));

#endif
