/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_LDNS_H
#define DNS_DNS_LDNS_H

/*
 * dns_ldns - ldns: packets and zone files to our own structs
 *
 * The only place that includes ldns, which here parses bytes and touches no
 * socket. Names become domain.h's inner form. A record that alignd cannot use
 * (an MX or PTR whose name is no domain, a TXT over LIMIT_TXT_BYTES) is left
 * out. Thread-safe.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/dns/dns_answer.h"

/* Beside the values of enum dns_type. */
#define ZONE_NOTHING 0 /* says only that the owner exists */
#define ZONE_CNAME DNS_CNAME

struct zone_record {
	const char *owner; /* inner form, "" the root; the first label may be
			      "*" */
	unsigned type;	   /* enum dns_type, ZONE_NOTHING or ZONE_CNAME */
	uint32_t ttl_s;
	struct dns_record data; /* CNAME: `name` is the target, NULL when that
				   is no domain */
};

struct zone {
	size_t count;
	struct zone_record *records; /* in the order of the file */
};

/* Reads master-file text (RFC 1035 5) whose names are absolute. The words of
 * an error start "FILE:LINE: ". The zone belongs to `mem`. */
bool dns_zone_read(TALLOC_CTX *mem, const char *text, const char *file,
		   struct zone *zone, struct error *err)
    __attribute__((warn_unused_result));

/*
 * The answer that a response packet gives to (name, type), CNAMEs within the
 * packet followed. What cannot be decoded, is cut short, or carries an rcode
 * other than NOERROR and NXDOMAIN is DNS_TEMPORARY. A negative answer holds
 * for min(SOA TTL, SOA minimum) (RFC 2308 5). The records belong to `mem`.
 */
struct dns_answer dns_wire_decode(TALLOC_CTX *mem, const char *name,
				  enum dns_type type, const uint8_t *packet,
				  size_t length);

#endif
