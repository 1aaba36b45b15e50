/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_HISTORY_CSV_H
#define IMPORT_HISTORY_CSV_H

/*
 * history_csv - what OpenDMARC recorded, from tables of its database
 *
 * Comma-separated (RFC 4180), a row a line, with a header line of column names:
 * messages, and beside it requests (which tell p and sp) and signatures. Names
 * stand where the database has numbers of other tables: domains, reporters,
 * addresses, selectors. A date is in seconds since 1970, or "2026-05-01
 * 12:00:00" in UTC. messages has its rows by id, signatures by message, so that
 * memory does not grow with them; a signature out of that order is torn.
 */

#include "lib/import/history.h"

enum history_table {
	HISTORY_FILE, /* no table: a HistoryFile */
	HISTORY_MESSAGES,
	HISTORY_REQUESTS,
	HISTORY_SIGNATURES,
	HISTORY_TABLES,
};

/* What the first line says; the file is at its beginning again afterwards.
 * ERROR_INPUT: it has none to go back to, as a pipe; nothing was read. */
bool history_table_of(FILE *file, enum history_table *table, struct error *err)
    __attribute__((warn_unused_result));

/* requests and signatures may be NULL. The words about what is torn in these
 * begin with the table's name. */
struct history_csv {
	FILE *files[HISTORY_TABLES];
};

bool history_csv_read(const struct history_csv *csv,
		      const struct history_handler *handler, struct error *err)
    __attribute__((warn_unused_result));

#endif
