/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_arc.c - ARC chains: never a crash, never an answer that depends on how
 * the message came in
 *
 * Input: a message. Two keys are published; the seeds hold what they sealed,
 * so the fuzzer starts from chains that pass.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/auth/arc.h"
#include "lib/base/limits.h"
#include "lib/mail/eml.h"

static const char zone[] =
    "s1._domainkey.a.test. TXT "
    "\"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB"
    "iQKBgQC8hHlqYiEps3757K2tjN/ZywUN5L9txVY4UHuHtShU3Y"
    "+gf7I206O67Nt2r8WiHl9T9uHI9v1zGmX+1UaB360TEZ6zZpGi"
    "53TLHR5uQUmp492jiw8QcaIatCgGBRd0K98bzt67fdb3/Efea4\" "
    "\"edeX4bPMlDQkZbHeUCcLh/p+Mc1QIDAQAB\" "
    "\n"
    "s2._domainkey.b.test. TXT "
    "\"v=DKIM1; k=ed25519; p=FM8N0SkKyA8yvSh+1TrUrgdbgQFx"
    "giizFAA8dUmD7nI=\" "
    "\n";

struct reading {
	TALLOC_CTX *mem;
	struct field_list fields;
	struct signed_message *content;
	struct arc *arc;
	size_t chunk; /* body bytes at a time */
	size_t arc_fields;
	bool is_body_wanted;
};

static bool on_field(void *context, struct span name, struct span value)
{
	struct reading *reading = context;
	struct span bare = span_trim(name);

	reading->arc_fields +=
	    span_equals_nocase(bare, "ARC-Seal") ||
	    span_equals_nocase(bare, "ARC-Message-Signature") ||
	    span_equals_nocase(bare, "ARC-Authentication-Results");
	struct field field = field_copy(reading->mem, name, value, 0);
	field_list_add(reading->mem, &reading->fields, field);
	arc_header(reading->arc, field);
	return true;
}

static bool on_end_of_header(void *context)
{
	struct reading *reading = context;

	reading->is_body_wanted = arc_end_of_header(reading->arc);
	return true;
}

static bool on_body(void *context, struct span body)
{
	struct reading *reading = context;

	if (!reading->is_body_wanted)
		return true;
	for (size_t at = 0; at < body.length; at += reading->chunk) {
		size_t left = body.length - at;
		body_hashes_add(
		    reading->content->bodies,
		    span_make(body.data + at,
			      left < reading->chunk ? left : reading->chunk));
	}
	return true;
}

static struct evidence_arc validate(struct reading *reading, struct dns *dns,
				    const uint8_t *data, size_t size)
{
	const struct eml_handler handler = {on_field, on_end_of_header, on_body,
					    reading};
	char *copy = mem_strndup(reading->mem, (const char *)data, size);
	FILE *file = fmemopen(copy, size, "rb");
	struct error err;

	reading->content = signed_message_new(reading->mem, &reading->fields);
	reading->arc = arc_begin(reading->mem, clock_system(),
				 dns_session_new(reading->mem, dns, 5000),
				 reading->content);
	require(file != NULL && eml_read(file, &handler, &err));
	(void)fclose(file);
	return arc_finish(reading->arc);
}

static bool is_printable(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < 0x20 || *text > 0x7e)
			return false;
	}
	return true;
}

static void check(const struct evidence_arc *arc, size_t arc_fields)
{
	require((arc->result == AUTH_NONE) == (arc_fields == 0));
	require((arc->result == AUTH_FAIL) == (arc->reason != NULL));
	require((arc->result == AUTH_PASS) == (arc->count > 0));
	require(arc->reason == NULL || is_printable(arc->reason));
	require(arc->count <= LIMIT_ARC_SETS && 3 * arc->count <= arc_fields);
	require(arc->oldest_pass <= arc->count);
	for (size_t i = 0; i < arc->count; i++)
		require(strcmp(arc->sealers[i].domain, "a.test") == 0 ||
			strcmp(arc->sealers[i].domain, "b.test") == 0);
	require(arc->remote_ip == NULL || is_printable(arc->remote_ip));
}

static struct dns *published(void)
{
	static struct dns *dns;
	struct error err;

	require(dns != NULL || dns_new_from_text(zone, &dns, &err));
	return dns;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct reading whole = {.mem = mem, .chunk = 65536};
	struct reading bytes = {.mem = mem, .chunk = 1};

	if (size > 0) {
		struct evidence_arc one =
		    validate(&whole, published(), data, size);
		struct evidence_arc two =
		    validate(&bytes, published(), data, size);
		check(&one, whole.arc_fields);
		require(one.result == two.result && one.count == two.count &&
			one.oldest_pass == two.oldest_pass);
	}
	mem_free(mem);
	return 0;
}
