/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packet.c - what comes from the MTA, checked before libmilter takes it apart
 *
 * The protocol has no document of its own; the commands are those of
 * libmilter's mfdef.h, the shapes those that Sendmail and Postfix send.
 */
#include "milter/packet.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/limits.h"

#define LENGTH_BYTES 4
#define NEGOTIATION_BYTES 12 /* version, actions, steps */
#define VERSION_BYTES 4
#define VERSION_MIN 2 /* libmilter's */
#define PORT_BYTES 2

/* What a command's data must look like. */
enum shape {
	SHAPE_NONE,	   /* there is no such command */
	SHAPE_FREE,	   /* anything: not taken apart, or ignored */
	SHAPE_NEGOTIATION, /* three numbers, and more from a later version */
	SHAPE_MACROS,	   /* a command, then names, each with its value */
	SHAPE_CLIENT,	   /* host NUL family, then port address NUL */
	SHAPE_TEXTS,	   /* one or more, each with its NUL */
	SHAPE_FIELD,	   /* name NUL value NUL */
};

static const unsigned char shapes[UCHAR_MAX + 1] = {
    ['A'] = SHAPE_FREE,	  ['B'] = SHAPE_FREE,	     ['C'] = SHAPE_CLIENT,
    ['D'] = SHAPE_MACROS, ['E'] = SHAPE_FREE,	     ['H'] = SHAPE_TEXTS,
    ['K'] = SHAPE_FREE,	  ['L'] = SHAPE_FIELD,	     ['M'] = SHAPE_TEXTS,
    ['N'] = SHAPE_FREE,	  ['O'] = SHAPE_NEGOTIATION, ['Q'] = SHAPE_FREE,
    ['R'] = SHAPE_TEXTS,  ['T'] = SHAPE_FREE,	     ['U'] = SHAPE_TEXTS,
};

static enum shape shape_of(const struct packet *packet)
{
	return (enum shape)shapes[packet->head[LENGTH_BYTES]];
}

char packet_command(const struct packet *packet)
{
	return (char)packet->head[LENGTH_BYTES];
}

bool packet_is_open(const struct packet *packet)
{
	return packet->head_bytes != 0;
}

size_t packet_wants(const struct packet *packet)
{
	return packet->head_bytes < PACKET_HEAD_BYTES
		   ? PACKET_HEAD_BYTES - packet->head_bytes
		   : packet->data_bytes - packet->seen_bytes;
}

/* The head is whole: what it promises. */
static const char *begin_data(struct packet *packet)
{
	uint32_t length;

	memcpy(&length, packet->head, LENGTH_BYTES);
	length = ntohl(length);
	if (length == 0)
		return "has no length";
	if (length > LIMIT_PACKET_BYTES)
		return "is too long";
	if (shape_of(packet) == SHAPE_NONE)
		return "has an unknown command";
	packet->data_bytes = length - 1;
	packet->seen_bytes = 0;
	packet->texts = 0;
	packet->first_end = 0;
	packet->family = '\0';
	packet->last = '\0';
	packet->version = 0;
	return NULL;
}

static void count_texts(struct packet *packet, const char *bytes, size_t length)
{
	const char *end = bytes + length;

	if (packet->texts == 1 && packet->first_end + 1 == packet->seen_bytes)
		packet->family = bytes[0];
	for (const char *at = bytes;
	     (at = memchr(at, '\0', (size_t)(end - at))) != NULL; at++) {
		if (packet->texts++ > 0)
			continue;
		packet->first_end = packet->seen_bytes + (size_t)(at - bytes);
		if (at + 1 < end)
			packet->family = at[1];
	}
}

static void note_version(struct packet *packet, const char *bytes,
			 size_t length)
{
	for (size_t i = 0; i < length && packet->seen_bytes + i < VERSION_BYTES;
	     i++)
		packet->version =
		    packet->version << CHAR_BIT | (unsigned char)bytes[i];
}

static const char *check_negotiation(const struct packet *packet)
{
	if (packet->data_bytes < NEGOTIATION_BYTES)
		return "of negotiation is too short";
	if (packet->version < VERSION_MIN || packet->version > INT32_MAX)
		return "of negotiation is of a version that there never was";
	return NULL;
}

static const char *check_macros(const struct packet *packet)
{
	/* The byte for the command may be NUL as well: no MTA's, but then it
	 * is none of a text's. libmilter leaves such a list alone. */
	if (packet->data_bytes == 0)
		return "of macros is for no command";
	if (packet->data_bytes > 1 && packet->last != '\0')
		return "of macros ends within a text";
	if (packet->texts % 2 != 0)
		return "of macros has a name without a value";
	if (packet->texts > 2 * LIMIT_MACROS)
		return "has too many macros";
	return NULL;
}

static const char *check_client(const struct packet *packet)
{
	size_t at = packet->first_end + 1; /* of the family */

	if (packet->texts == 0 || at >= packet->data_bytes)
		return "of a client ends within the host name";
	if (packet->family == 'U')
		return NULL;
	if (memchr("46L", packet->family, 3) == NULL)
		return "of a client has an unknown address family";
	if (packet->data_bytes < at + 1 + PORT_BYTES + 1 ||
	    packet->last != '\0')
		return "of a client ends within the address";
	return NULL;
}

static const char *check_field(const struct packet *packet)
{
	if (packet->texts != 2 || packet->last != '\0')
		return "of a header field is not a name and a value";
	return packet->first_end > 0 ? NULL
				     : "of a header field is without a name";
}

static const char *check_data(const struct packet *packet)
{
	switch (shape_of(packet)) {
	case SHAPE_NONE:
	case SHAPE_FREE:
		break;
	case SHAPE_NEGOTIATION:
		return check_negotiation(packet);
	case SHAPE_MACROS:
		return check_macros(packet);
	case SHAPE_CLIENT:
		return check_client(packet);
	case SHAPE_TEXTS:
		return packet->texts > 0 && packet->last == '\0'
			   ? NULL
			   : "ends within a text";
	case SHAPE_FIELD:
		return check_field(packet);
	}
	return NULL;
}

/* The packet is whole. */
static const char *end_packet(struct packet *packet)
{
	const char *fault = check_data(packet);

	if (fault != NULL)
		return fault;
	switch (packet_command(packet)) {
	case 'M':
		packet->is_in_message = true;
		break;
	case 'E':
	case 'A':
	case 'C':
	case 'K':
	case 'O':
	case 'Q':
		packet->is_in_message = false;
		break;
	}
	packet->head_bytes = 0;
	return NULL;
}

static const char *take_head(struct packet *packet, const char *bytes,
			     size_t length)
{
	/* libmilter asks for all of it, and gets it. */
	if (length == PACKET_HEAD_BYTES)
		memcpy(packet->head, bytes, PACKET_HEAD_BYTES);
	else
		memcpy(packet->head + packet->head_bytes, bytes, length);
	packet->head_bytes += length;
	return packet->head_bytes < PACKET_HEAD_BYTES ? NULL
						      : begin_data(packet);
}

static void take_data(struct packet *packet, const char *bytes, size_t length)
{
	if (length == 0)
		return;
	if (shape_of(packet) == SHAPE_NEGOTIATION)
		note_version(packet, bytes, length);
	else if (shape_of(packet) != SHAPE_FREE)
		count_texts(packet, bytes, length);
	packet->seen_bytes += length;
	packet->last = bytes[length - 1];
}

const char *packet_take(struct packet *packet, const char *bytes, size_t length)
{
	while (length > 0) {
		bool is_head = packet->head_bytes < PACKET_HEAD_BYTES;
		size_t wanted = packet_wants(packet);
		size_t part = wanted < length ? wanted : length;
		const char *fault = NULL;
		if (is_head)
			fault = take_head(packet, bytes, part);
		else
			take_data(packet, bytes, part);
		if (fault == NULL && packet->head_bytes == PACKET_HEAD_BYTES &&
		    packet->seen_bytes == packet->data_bytes)
			fault = end_packet(packet);
		if (fault != NULL)
			return fault;
		bytes += part;
		length -= part;
	}
	return NULL;
}
