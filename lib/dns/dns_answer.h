/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_ANSWER_H
#define DNS_DNS_ANSWER_H

/*
 * dns_answer - questions and answers as plain data; all of this folder stands
 * on it
 *
 * A copy is one block that holds the records, their names and texts. So an
 * answer crosses threads by one copy and is freed by one call.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/net.h"

enum dns_status {
	DNS_OK,	      /* at least one record of the type */
	DNS_NODATA,   /* the name exists, the type does not */
	DNS_NXDOMAIN, /* no such name, nor any below it (RFC 8020) */
	DNS_TEMPORARY,
	DNS_BOGUS,
};
#define DNS_STATUSES (DNS_BOGUS + 1)

/* Is the answer what its servers say now? */
enum dns_staleness {
	DNS_FRESH,
	DNS_STALE,	/* past its TTL: they do not answer (RFC 8767) */
	DNS_REMEMBERED, /* likewise, as a message that passed had it
			   (dns_memory.h) */
};

/* The types alignd asks for; values from the IANA registry. */
enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5, /* the alias itself, not followed */
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_DS = 43,
	DNS_TLSA = 52,
};

/* All of them, in no order; DNS_TYPES of them. */
#define DNS_TYPES 10
extern const enum dns_type dns_types[DNS_TYPES];

/* One record; the member follows the type asked for. */
struct dns_record {
	uint8_t address[16]; /* A: 4 bytes, AAAA: 16 */
	uint16_t preference; /* MX */
	const char *name;    /* MX, PTR, NS, CNAME, SOA (the first server):
				inner form; "" for the root */
	const char *text;    /* TXT: strings joined without separator; any
				byte may occur, NUL included; NUL follows.
				TLSA, DS: the data as it stands in the packet
				(RFC 6698 2.1, RFC 4034 5.1) */
	size_t length;	     /* bytes of text */
};

struct dns_answer {
	enum dns_status status;
	uint32_t ttl_s; /* for how long the answer holds, negative ones too */
	enum dns_staleness staleness;
	bool is_secure;	 /* validated; false too where nothing validates, and of
			    what is stale */
	bool is_unasked; /* DNS_TEMPORARY since no question found a place: that
			    says nothing of the servers */
	size_t count;	 /* 0 unless DNS_OK */
	const struct dns_record *records; /* order has no meaning */
};

struct dns_question {
	const char *name;
	enum dns_type type;
	const struct dns_answer *answer;
	bool is_validated; /* somebody looked whether the answer is signed */
};

#define DNS_FAILURE_TTL_S 5 /* libunbound repeats a failure that long */
#define DNS_NO_SOA_TTL_S 30 /* of a negative answer that names no SOA */

/* An answer without records. */
struct dns_answer dns_answer_empty(enum dns_status status, uint32_t ttl_s);

/* Is it DNS_TEMPORARY or DNS_BOGUS: does it say nothing about the name? */
bool dns_answer_is_failure(const struct dns_answer *answer);

/* The bytes of a copy. */
size_t dns_answer_size(const struct dns_answer *answer);

/* A copy below `mem`. */
struct dns_answer *dns_answer_copy(TALLOC_CTX *mem,
				   const struct dns_answer *answer);

/* A copy on the heap, for what threads share; heap_free() frees all of it. */
struct dns_answer *dns_answer_pack(const struct dns_answer *answer);

/* "ok" "nodata" "nxdomain" "temporary" "bogus" */
const char *dns_status_text(enum dns_status status);
/* The value of a recorded text, or -1. */
int dns_status_find(const char *text);
/* What DNSSEC says of the answer (RFC 4033 5): "secure", "insecure" (not
 * signed), "bogus", or "indeterminate", since there was no answer. NULL: nobody
 * looked. */
const char *dns_security_text(const struct dns_question *question);
/* Such a text, from a recorded one; NULL where it is none. */
const char *dns_security_find(const char *text);
/* "TXT" ... */
const char *dns_type_text(enum dns_type type);

/* "fresh" "stale" "remembered" */
const char *dns_staleness_text(enum dns_staleness staleness);
/* The value of a recorded text, or -1. */
int dns_staleness_find(const char *text);

/* A or AAAA: what holds addresses of the client's family. */
enum dns_type dns_address_type(const struct net_address *client);

#endif
