/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_DATE_H
#define MAIL_DATE_H

/*
 * date - the moment that a Date field names (RFC 5322 3.3 and 4.3)
 *
 * Comments, folding, years of two digits and zones of letters are read; the
 * day of the week is not looked at. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/text.h"

/* Seconds since 1970. False, *epoch_s untouched: it names no moment. */
bool date_parse(struct span value, int64_t *epoch_s);

#endif
