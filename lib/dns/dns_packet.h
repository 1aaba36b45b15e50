/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_PACKET_H
#define DNS_DNS_PACKET_H

/*
 * dns_packet - an answer as the packet that would have brought it
 *
 * To be kept as bytes: dns_wire_decode() reads it back, which trusts nothing.
 * Of its times only that it is an answer remains. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/dns/dns_answer.h"

/* A packet below `mem`, of `max` bytes at most; NULL for a failure, for what is
 * larger, and for types that no message asks for. */
uint8_t *dns_packet_write(TALLOC_CTX *mem, const struct dns_question *question,
			  size_t max, size_t *length);

#endif
