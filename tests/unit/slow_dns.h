/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SLOW_DNS_H
#define TESTS_UNIT_SLOW_DNS_H

/*
 * slow_dns - a transport whose answers, from a zone, take their time
 *
 * Either a real delay for each question, however many are in flight, or none
 * until the test says so: slow_dns_round() answers all that has been asked by
 * then, which is one round trip. A name with a label "silent" gets no answer,
 * ever.
 */

#include "lib/dns/dns_backend.h"

struct slow_dns;

/* The zone as dns_fixture takes it. `delay_ms` 0: answers by rounds. Its
 * `backend` ends it. */
struct slow_dns *slow_dns_new(const char *zone, int64_t delay_ms);
struct dns_backend *slow_dns_backend(struct slow_dns *slow);

/* Answers what is in flight at the call; the number of these questions. */
size_t slow_dns_round(struct slow_dns *slow);

/* Questions so far, and those put while the same was in flight. */
size_t slow_dns_asked(struct slow_dns *slow);
size_t slow_dns_asked_twice(struct slow_dns *slow);

/* The round in which (name, type) was first answered, or will be, from 1 on; 0
 * when it was not asked. */
unsigned slow_dns_round_of(struct slow_dns *slow, const char *name,
			   enum dns_type type);

/* How often (name, type) was asked. */
size_t slow_dns_count(struct slow_dns *slow, const char *name,
		      enum dns_type type);

#endif
