/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_READER_H
#define STORE_STORE_READER_H

/*
 * store_reader - what the reading files of this folder share; others see
 * store.h
 */

#include "lib/store/store.h"
#include "lib/store/store_db.h"

#define STORE_HOUR_S 3600

struct store_reader {
	struct store_db *db;
	char *path;
};

#endif
