/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_packet.c - response packets made by hand (RFC 1035 4.1)
 */
#include "tests/unit/dns_packet.h"

#include <assert.h>
#include <string.h>

#include "lib/base/text.h"

void packet_put(struct packet *packet, const void *bytes, size_t length)
{
	assert(length <= sizeof packet->bytes - packet->length);
	memcpy(packet->bytes + packet->length, bytes, length);
	packet->length += length;
}

void packet_put_16(struct packet *packet, unsigned value)
{
	const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};

	packet_put(packet, bytes, sizeof bytes);
}

void packet_put_32(struct packet *packet, uint32_t value)
{
	packet_put_16(packet, value >> 16);
	packet_put_16(packet, value & 0xffff);
}

void packet_put_name(struct packet *packet, const char *name)
{
	while (*name != '\0') {
		size_t length = strcspn(name, ".");
		uint8_t byte = (uint8_t)length;
		packet_put(packet, &byte, 1);
		packet_put(packet, name, length);
		name += length + (name[length] == '.');
	}
	packet_put(packet, "", 1);
}

void packet_start(struct packet *packet, uint16_t id, uint16_t flags)
{
	packet->length = 0;
	packet_put_16(packet, id);
	packet_put_16(packet, flags);
	packet_put_32(packet, 0);
	packet_put_32(packet, 0);
}

static void count_one(struct packet *packet, size_t at)
{
	packet->bytes[at + 1]++;
	packet->bytes[at] =
	    (uint8_t)(packet->bytes[at] + (packet->bytes[at + 1] == 0));
}

void packet_ask(struct packet *packet, const char *name, unsigned type)
{
	packet_put_name(packet, name);
	packet_put_16(packet, type);
	packet_put_16(packet, 1);
	count_one(packet, 4);
}

void packet_add(struct packet *packet, size_t section, const char *owner,
		unsigned type, uint32_t ttl_s, const void *data, size_t length)
{
	packet_put_name(packet, owner);
	packet_put_16(packet, type);
	packet_put_16(packet, 1);
	packet_put_32(packet, ttl_s);
	packet_put_16(packet, (unsigned)length);
	packet_put(packet, data, length);
	count_one(packet, section);
}

void packet_add_cname(struct packet *packet, const char *owner, uint32_t ttl_s,
		      const char *target)
{
	struct packet data = {.length = 0};

	packet_put_name(&data, target);
	packet_add(packet, PACKET_ANSWER, owner, 5, ttl_s, data.bytes,
		   data.length);
}

void packet_add_soa(struct packet *packet, const char *owner, uint32_t ttl_s,
		    uint32_t minimum_s)
{
	struct packet data = {.length = 0};

	packet_put_name(&data, "ns.test");
	packet_put_name(&data, "host.test");
	for (uint32_t i = 1; i <= 4; i++)
		packet_put_32(&data, i);
	packet_put_32(&data, minimum_s);
	packet_add(packet, PACKET_AUTHORITY, owner, 6, ttl_s, data.bytes,
		   data.length);
}

bool packet_question(const uint8_t *bytes, size_t length, char name[256],
		     unsigned *type)
{
	size_t at = 12;
	size_t used = 0;

	while (at < length && bytes[at] != 0) {
		size_t label = bytes[at++];
		if (label > 63 || at + label >= length || used + label > 254)
			return false;
		memcpy(name + used, bytes + at, label);
		used += label;
		at += label;
		name[used++] = '.';
	}
	if (at + 5 > length)
		return false;
	name[used > 0 ? used - 1 : 0] = '\0';
	text_lower(name);
	*type = (unsigned)bytes[at + 1] << 8 | bytes[at + 2];
	return true;
}
