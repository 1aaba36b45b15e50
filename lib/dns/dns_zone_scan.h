/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_ZONE_SCAN_H
#define DNS_DNS_ZONE_SCAN_H

/*
 * dns_zone_scan - what a zone file says beside its records, line by line
 *
 * Reads the comment lines ";!FAIL name type SERVFAIL|REFUSED|TIMEOUT|BOGUS"
 * and ";!SECURE name type" (type "*" is any), and refuses what ldns would
 * silently misread: character data cut at an unquoted ";" or running on behind
 * a missing quote.
 */

#include <stddef.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/dns/dns_answer.h"

#define ZONE_ANY_TYPE 0

struct zone_mark {
	const char *name; /* inner form */
	unsigned type;	  /* enum dns_type or ZONE_ANY_TYPE */
	enum dns_status status;
};

struct zone_mark_list {
	size_t count;
	struct zone_mark *items; /* in the order of the file */
};

struct zone_marks {
	struct zone_mark_list failures;
	struct zone_mark_list secure; /* validated; their status is DNS_OK */
};

/* The words of an error start "FILE:LINE: ". The lists belong to `mem`. */
bool dns_zone_scan(TALLOC_CTX *mem, const char *text, const char *file,
		   struct zone_marks *marks, struct error *err)
    __attribute__((warn_unused_result));

#endif
