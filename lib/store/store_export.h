/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_EXPORT_H
#define STORE_STORE_EXPORT_H

/*
 * store_export - what the store has of somebody, row by row
 *
 * Whole rows, by the columns of the inventory (store_personal.h). A row that
 * alignd cannot have written is left out and listed among the flaws.
 */

#include "lib/store/store_personal.h"

/* Calls `seen` with each row that names the subject, as JSON of its columns. */
bool store_export(TALLOC_CTX *mem, const char *path,
		  const struct store_subject *subject,
		  struct store_flaws *flaws,
		  bool (*seen)(void *context, const char *table,
			       const char *json),
		  void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
