/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_RECORDED_DNS_H
#define EXPLAIN_RECORDED_DNS_H

/*
 * recorded_dns - the DNS answers of an incident, as the store kept them
 *
 * Read back from questions_json()'s list; nothing is asked. Texts belong to
 * the context given. What was not asked then is not known now: NULL.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

struct recorded_answer {
	const char *name;
	const char *type; /* "TXT" ... */
	int status;	  /* enum dns_status; -1: not one that we write */
	int64_t ttl_s;
	const char *security; /* "secure" ..., dns_security_text(); NULL: not
				 recorded, as of what was not validated */
	/* As text; TXT in text_escape's form. Where there were some and none
	 * was kept (LIMIT_ANSWERS_KEPT): words that say so. */
	struct text_list records;
};

struct recorded_dns {
	size_t count; /* in the order asked */
	const struct recorded_answer *items;
};

/* Of JSON; empty where it is no such list. */
struct recorded_dns recorded_dns_read(TALLOC_CTX *mem, const char *json);

const struct recorded_answer *recorded_dns_find(const struct recorded_dns *dns,
						const char *name,
						const char *type);

/* Temporary or bogus: that says nothing about the name. NULL is not. */
bool recorded_is_open(const struct recorded_answer *answer);

/* "no such name", "no such record there", "no answer", ...; "not asked" for
 * NULL. */
const char *recorded_status_words(const struct recorded_answer *answer);

#endif
