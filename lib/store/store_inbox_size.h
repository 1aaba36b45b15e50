/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_INBOX_SIZE_H
#define STORE_STORE_INBOX_SIZE_H

/*
 * store_inbox_size - what a report of others takes in the store, in bytes
 *
 * Of all its rows and texts, with their places in the indexes, as if no other
 * report had one of those texts: at most so much is added, and the sum of all
 * reports (inbox_report.size) is a bound of the file. Pure.
 */

#include "lib/store/store_inbox_report.h"

int64_t store_inbox_size(const struct store_inbox_report *report);

#endif
