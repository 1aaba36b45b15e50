/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_IDN_H
#define BASE_IDN_H

/*
 * idn - U-labels to A-labels and back (RFC 5891), through libidn2
 *
 * Called for names that hold a byte >= 0x80 only: libidn2 refuses some plain
 * ASCII names that mail uses. Thread-safe.
 */

#include "lib/base/mem.h"

/* The name with every label as an A-label; NULL when it is not UTF-8 in NFC
 * or IDNA 2008 refuses it. The result still needs domain_is_valid(). */
char *idn_to_ascii(TALLOC_CTX *mem, const char *name);

/* The name with every A-label as a U-label, in UTF-8; NULL when one is none. */
char *idn_to_unicode(TALLOC_CTX *mem, const char *name);

#endif
