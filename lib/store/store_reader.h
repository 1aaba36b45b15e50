/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_READER_H
#define STORE_STORE_READER_H

/*
 * store_reader - what a reader is; shared by the files that read only
 */

#include "lib/store/store.h"
#include "lib/store/store_db.h"

struct store_reader {
	struct store_db *db;
	char *path;
};

#endif
