/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_BACKUP_H
#define STORE_STORE_BACKUP_H

/*
 * store_backup - a copy of the store as it is at one moment
 *
 * The daemon goes on writing meanwhile: the copy is made within one reading
 * transaction, and holds nothing that was committed later. It is a store like
 * any other, one file without a -wal, and no larger than its rows need.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"

/* Makes `copy`, which must not exist: mode 0600, on the disk when this returns,
 * and whole or not there. A damaged store is refused: store_salvage.h reads
 * what is left of one. Any thread; takes as long as reading the file does. */
bool store_backup(TALLOC_CTX *mem, const char *path, const char *copy,
		  struct error *err) __attribute__((warn_unused_result));

#endif
