/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_KEPT_H
#define DNS_DNS_KEPT_H

/*
 * dns_kept - what DNS said of one domain, as dns_memory.h keeps it
 *
 * At most LIMIT_REMEMBERED_ANSWERS answers and LIMIT_REMEMBERED_BYTES of them
 * as packets (dns_packet.h), on the heap. One that is larger than
 * LIMIT_REMEMBERED_ANSWER_BYTES is not kept; when room runs out, what was not
 * confirmed for longest goes. Reverse names are the client's, not the domain's,
 * and are left out. For one thread at a time.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/dns/dns_answer.h"

/* An answer is said to be of now no more often than that. */
#define DNS_KEPT_REFRESH_S 21600

struct dns_kept_answer {
	char *name;
	enum dns_type type;
	int64_t learned_s;    /* when DNS last said so, about */
	int64_t recheck_ms;   /* until then it is given at once, monotonic */
	uint64_t fingerprint; /* of status and records, in any order */
	size_t length;
	uint8_t *packet;
};

struct dns_kept {
	size_t count;
	size_t bytes; /* as dns_kept_pack() writes it */
	struct dns_kept_answer *answers;
};

/* NULL where it is not there. */
struct dns_kept_answer *dns_kept_find(struct dns_kept *kept, const char *name,
				      enum dns_type type);

/* DNS answers so at `now_s`: replaces what is there, is added to it only where
 * `may_add`. Did that change anything that is worth writing down? */
bool dns_kept_note(struct dns_kept *kept, const struct dns_question *question,
		   int64_t now_s, bool may_add);

/* The answer, its records below `mem`; false when the bytes are none. */
bool dns_kept_read(TALLOC_CTX *mem, const struct dns_kept_answer *kept,
		   struct dns_answer *answer);

/* All of it as bytes, and what such bytes hold, as far as they can be read:
 * they may come from anybody. */
uint8_t *dns_kept_pack(TALLOC_CTX *mem, const struct dns_kept *kept,
		       size_t *length);
void dns_kept_unpack(struct dns_kept *kept, const uint8_t *bytes,
		     size_t length);

void dns_kept_clear(struct dns_kept *kept);

#endif
