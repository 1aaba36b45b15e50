/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_DNS_PACKET_H
#define TESTS_UNIT_DNS_PACKET_H

/*
 * dns_packet - response packets made by hand, so that they can also be wrong
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACKET_BYTES = 65535 };
enum { PACKET_ANSWER = 6, PACKET_AUTHORITY = 8 }; /* offsets of the counts */

struct packet {
	uint8_t bytes[PACKET_BYTES];
	size_t length;
};

/* A header alone; `flags` holds the rcode. */
void packet_start(struct packet *packet, uint16_t id, uint16_t flags);

void packet_put(struct packet *packet, const void *bytes, size_t length);
void packet_put_16(struct packet *packet, unsigned value);
void packet_put_32(struct packet *packet, uint32_t value);
void packet_put_name(struct packet *packet, const char *name);

/* The question, of class IN, counted. */
void packet_ask(struct packet *packet, const char *name, unsigned type);

/* A record, counted in `section`. */
void packet_add(struct packet *packet, size_t section, const char *owner,
		unsigned type, uint32_t ttl_s, const void *data, size_t length);
void packet_add_cname(struct packet *packet, const char *owner, uint32_t ttl_s,
		      const char *target);
void packet_add_soa(struct packet *packet, const char *owner, uint32_t ttl_s,
		    uint32_t minimum_s);

/* Reads the first question of a query; false when it is none. `name` is in
 * lower case without the last dot, "" for the root. */
bool packet_question(const uint8_t *bytes, size_t length, char name[256],
		     unsigned *type);

#endif
