/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dns_ldns.c - what a response packet says, and what it cannot make us do
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/dns/dns_answer.h"
#include "lib/dns/dns_ldns.h"
#include "tests/unit/dns_packet.h"

#define RESPONSE 0x8180 /* QR RD RA */
#define NXDOMAIN 3
#define SERVFAIL 2
#define TRUNCATED 0x0200

static struct packet packet;

static int start(void **state)
{
	*state = mem_context(NULL);
	packet_start(&packet, 1, RESPONSE);
	packet_ask(&packet, "a.test", DNS_TXT);
	return 0;
}

static int finish(void **state)
{
	mem_free(*state);
	return 0;
}

static void set_flags(unsigned flags)
{
	packet.bytes[2] = (uint8_t)(flags >> 8);
	packet.bytes[3] = (uint8_t)flags;
}

static void add(const char *owner, enum dns_type type, uint32_t ttl_s,
		const char *data, size_t length)
{
	packet_add(&packet, PACKET_ANSWER, owner, type, ttl_s, data, length);
}

static struct dns_answer decode(void **state, enum dns_type type)
{
	return dns_wire_decode(*state, "a.test", type, packet.bytes,
			       packet.length);
}

static void joins_the_strings(void **state)
{
	add("A.Test", DNS_TXT, 60,
	    "\x03"
	    "abc"
	    "\x00"
	    "\x03"
	    "d\0\xff",
	    9);
	struct dns_answer answer = decode(state, DNS_TXT);

	assert_int_equal(answer.status, DNS_OK);
	assert_int_equal(answer.ttl_s, 60);
	assert_int_equal(answer.count, 1);
	assert_int_equal(answer.records[0].length, 6);
	assert_memory_equal(answer.records[0].text, "abcd\0\xff", 7);
}

/* A TXT record of `length` bytes of text. */
static void add_long_text(size_t length)
{
	struct packet data = {.length = 0};

	for (size_t left = length; left > 0;) {
		uint8_t part = left > 255 ? 255 : (uint8_t)left;
		packet_put(&data, &part, 1);
		for (size_t i = 0; i < part; i++)
			packet_put(&data, "x", 1);
		left -= part;
	}
	packet_add(&packet, PACKET_ANSWER, "a.test", DNS_TXT, 60, data.bytes,
		   data.length);
}

static void bounds_the_text(void **state)
{
	add_long_text(LIMIT_TXT_BYTES);
	add_long_text(LIMIT_TXT_BYTES + 1);
	add_long_text(300);
	struct dns_answer answer = decode(state, DNS_TXT);

	assert_int_equal(answer.count, 2);
	assert_int_equal(answer.records[0].length, LIMIT_TXT_BYTES);
	assert_int_equal(answer.records[1].length, 300);
}

static void has_no_data_without_a_usable_record(void **state)
{
	add_long_text(LIMIT_TXT_BYTES + 1);
	struct dns_answer answer = decode(state, DNS_TXT);

	assert_int_equal(answer.status, DNS_NODATA);
	assert_int_equal(answer.count, 0);
}

static void bounds_the_records(void **state)
{
	for (size_t i = 0; i < LIMIT_ANSWER_RECORDS + 10; i++)
		add("a.test", DNS_A, 60, "\xc0\x00\x02\x01", 4);
	struct dns_answer answer = decode(state, DNS_A);

	assert_int_equal(answer.status, DNS_OK);
	assert_int_equal(answer.count, LIMIT_ANSWER_RECORDS);
}

static void reads_addresses(void **state)
{
	static const char six[] = " \x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01";

	add("a.test", DNS_A, 60, "\xc0\x00\x02\x01", 4);
	add("a.test", DNS_AAAA, 60, six, 16);
	struct dns_answer answer = decode(state, DNS_A);
	assert_int_equal(answer.count, 1);
	assert_memory_equal(answer.records[0].address, "\xc0\x00\x02\x01", 4);
	answer = decode(state, DNS_AAAA);
	assert_int_equal(answer.count, 1);
	assert_memory_equal(answer.records[0].address, six, 16);
}

static void reads_names(void **state)
{
	add("a.test", DNS_MX, 60, "\x00\x0a\x02MX\x04Test\0", 11);
	add("a.test", DNS_MX, 50, "\x00\x00\0", 3);
	add("a.test", DNS_MX, 40,
	    "\x00\x01\x03"
	    "b.d\x04test\0",
	    12);
	add("a.test", DNS_PTR, 60, "\x04host\x04test\0", 11);
	add("a.test", DNS_PTR, 60, "\0", 1);
	add("a.test", DNS_PTR, 60,
	    "\x05"
	    "it's!\x04test\0",
	    12);
	struct dns_answer answer = decode(state, DNS_MX);

	assert_int_equal(answer.status, DNS_OK);
	assert_int_equal(answer.count, 2);
	assert_int_equal(answer.records[0].preference, 10);
	assert_string_equal(answer.records[0].name, "mx.test");
	assert_string_equal(answer.records[1].name, "");
	answer = decode(state, DNS_PTR);
	assert_int_equal(answer.count, 1);
	assert_string_equal(answer.records[0].name, "host.test");
}

static void follows_aliases(void **state)
{
	packet_add_cname(&packet, "b.test", 30, "c.test");
	packet_add_cname(&packet, "a.test", 90, "B.test");
	add("c.test", DNS_TXT, 60, "\x01x", 2);
	add("other.test", DNS_TXT, 1, "\x01y", 2);
	struct dns_answer answer = decode(state, DNS_TXT);

	assert_int_equal(answer.status, DNS_OK);
	assert_int_equal(answer.count, 1);
	assert_int_equal(answer.ttl_s, 30);
}

static void follows_odd_aliases(void **state)
{
	/* a.test is "x.y".test, a label with a dot in it */
	add("a.test", (enum dns_type)5, 30, "\x03x.y\x04test\0", 10);
	packet_put(&packet, "\x03x.y\x04test\0", 10);
	packet_put(&packet, "\0\x10\0\1\0\0\0\x3c\0\2\x01z", 12);
	packet.bytes[PACKET_ANSWER + 1]++;
	struct dns_answer answer = decode(state, DNS_TXT);

	assert_int_equal(answer.status, DNS_OK);
	assert_string_equal(answer.records[0].text, "z");
}

static void stops_in_a_circle(void **state)
{
	packet_add_cname(&packet, "a.test", 90, "b.test");
	packet_add_cname(&packet, "b.test", 90, "a.test");

	assert_int_equal(decode(state, DNS_TXT).status, DNS_TEMPORARY);
}

static void reads_negative_answers(void **state)
{
	static const struct {
		unsigned flags;
		uint32_t soa_ttl_s;
		uint32_t minimum_s;
		enum dns_status want;
		uint32_t want_ttl_s;
	} rows[] = {
	    {RESPONSE, 60, 90, DNS_NODATA, 60},
	    {RESPONSE, 90, 60, DNS_NODATA, 60},
	    {RESPONSE | NXDOMAIN, 60, 90, DNS_NXDOMAIN, 60},
	    {RESPONSE | NXDOMAIN, 0, 90, DNS_NXDOMAIN, 0},
	    {RESPONSE, 0xffffffff, 90, DNS_NODATA, 0},
	    {RESPONSE, 90, 0x80000000, DNS_NODATA, 0},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		packet_start(&packet, 1, 0);
		packet_ask(&packet, "a.test", DNS_TXT);
		packet_add_soa(&packet, "test", rows[i].soa_ttl_s,
			       rows[i].minimum_s);
		set_flags(rows[i].flags);
		struct dns_answer answer = decode(state, DNS_TXT);
		assert_int_equal(answer.status, rows[i].want);
		assert_int_equal(answer.ttl_s, rows[i].want_ttl_s);
	}
}

static void has_a_ttl_without_soa(void **state)
{
	/* An OPT record, whose flags are no TTL. */
	packet_put(&packet, "\0\0\x29\x04\xd0\0\0\x80\0\0\0", 11);
	packet.bytes[11] = 1;
	struct dns_answer answer = decode(state, DNS_TXT);
	assert_int_equal(answer.status, DNS_NODATA);
	assert_int_equal(answer.ttl_s, 30);

	packet_start(&packet, 1, RESPONSE | NXDOMAIN);
	packet_ask(&packet, "a.test", DNS_TXT);
	packet_add_cname(&packet, "a.test", 5, "gone.test");
	answer = decode(state, DNS_TXT);
	assert_int_equal(answer.status, DNS_NXDOMAIN);
	assert_int_equal(answer.ttl_s, 30);
}

static void takes_failures_as_such(void **state)
{
	static const unsigned flags[] = {
	    RESPONSE | 1, RESPONSE | SERVFAIL, RESPONSE | 4,
	    RESPONSE | 5, RESPONSE | 9,	       RESPONSE | TRUNCATED,
	};

	add("a.test", DNS_TXT, 60, "\x01x", 2);
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		set_flags(flags[i]);
		struct dns_answer answer = decode(state, DNS_TXT);
		assert_int_equal(answer.status, DNS_TEMPORARY);
		assert_int_equal(answer.count, 0);
		assert_int_equal(answer.ttl_s, 5);
	}
	/* libunbound's own SERVFAIL is a header alone. */
	packet_start(&packet, 0, RESPONSE | SERVFAIL);
	assert_int_equal(packet.length, 12);
	assert_int_equal(decode(state, DNS_TXT).status, DNS_TEMPORARY);
}

static void refuses_lying_lengths(void **state)
{
	static const struct {
		const char *data;
		size_t length;
		size_t rdlength;
	} rows[] = {
	    {"\x05"
	     "abc",
	     4, 4}, /* the string passes the record */
	    {"\x03"
	     "abc\x09",
	     5, 5}, /* the second string does */
	    {"\x03"
	     "abc",
	     4, 400}, /* the record passes the packet */
	    {"\x03"
	     "abc",
	     4, 65535},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		packet_start(&packet, 1, RESPONSE);
		packet_ask(&packet, "a.test", DNS_TXT);
		add("a.test", DNS_TXT, 60, rows[i].data, rows[i].length);
		size_t at = packet.length - rows[i].length - 2;
		packet.bytes[at] = (uint8_t)(rows[i].rdlength >> 8);
		packet.bytes[at + 1] = (uint8_t)rows[i].rdlength;
		struct dns_answer answer = decode(state, DNS_TXT);
		assert_int_equal(answer.status, DNS_TEMPORARY);
		assert_int_equal(answer.count, 0);
	}
}

/* Every prefix and every flipped byte of a packet, on heap blocks of the exact
 * size, so that a sanitizer sees a read past the end. */
static void survives_damage(void **state)
{
	packet_add_cname(&packet, "a.test", 90, "b.test");
	add("b.test", DNS_TXT, 60,
	    "\x03"
	    "abc\x01x",
	    6);
	packet_put(&packet, "\xc0\x0c\0\x0f\0\1\0\0\0\1\0\4\0\1\xc0\x0c", 16);
	packet.bytes[PACKET_ANSWER + 1]++;
	packet_add_soa(&packet, "test", 60, 60);
	assert_int_equal(decode(state, DNS_TXT).status, DNS_OK);
	for (size_t length = 0; length < packet.length; length++) {
		uint8_t *cut = heap_memdup(packet.bytes, length);
		struct dns_answer answer =
		    dns_wire_decode(*state, "a.test", DNS_TXT, cut, length);
		assert_int_not_equal(answer.status, DNS_OK);
		heap_free(cut);
	}
	for (size_t at = 0; at < packet.length; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			uint8_t *odd = heap_memdup(packet.bytes, packet.length);
			odd[at] = (uint8_t)(odd[at] ^ (1U << bit));
			struct dns_answer answer = dns_wire_decode(
			    *state, "a.test", DNS_TXT, odd, packet.length);
			assert_true(answer.count <= 1);
			heap_free(odd);
		}
	}
}

#define WIRE_TEST(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WIRE_TEST(joins_the_strings),
	    WIRE_TEST(bounds_the_text),
	    WIRE_TEST(has_no_data_without_a_usable_record),
	    WIRE_TEST(bounds_the_records),
	    WIRE_TEST(reads_addresses),
	    WIRE_TEST(reads_names),
	    WIRE_TEST(follows_aliases),
	    WIRE_TEST(follows_odd_aliases),
	    WIRE_TEST(stops_in_a_circle),
	    WIRE_TEST(reads_negative_answers),
	    WIRE_TEST(has_a_ttl_without_soa),
	    WIRE_TEST(takes_failures_as_such),
	    WIRE_TEST(refuses_lying_lengths),
	    WIRE_TEST(survives_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
