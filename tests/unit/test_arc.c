/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_arc.c - whole chains, handed over in every way, and each byte of them
 * changed
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/auth/arc.h"
#include "lib/base/limits.h"
#include "lib/dns/dns_private.h"
#include "tests/unit/sign.h"
#include "tests/unit/slow_dns.h"

#define FIELDS                                                                 \
	"From: Ann <ann@d.test>\r\nTo: list@lists.test\r\n"                    \
	"Subject: a \t long\r\n subject\r\nDate: today\r\n"
#define BODY "hello  there \r\n\r\nbye\r\n\r\n\r\n"

static TALLOC_CTX *mem;
static struct sign_key *rsa;
static struct sign_key *ed25519;
static struct dns *dns;

static int set_up(void **state)
{
	struct error err;

	(void)state;
	mem = mem_context(NULL);
	rsa = sign_key_new(mem, "rsa", 1024);
	ed25519 = sign_key_new(mem, "ed25519", 0);
	const char *zone = mem_printf(
	    mem, "%s%s",
	    sign_key_zone(mem, "a.test", "s1", sign_key_record(mem, rsa)),
	    sign_key_zone(mem, "b.test", "s2", sign_key_record(mem, ed25519)));
	return dns_new_from_text(zone, &dns, &err) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	dns_free(dns);
	mem_free(mem);
	return 0;
}

struct style {
	size_t chunk;
	bool has_crlf; /* folds with CRLF */
};

/* One field with its last CRLF cut off; folds as the style has it. */
static void give_field(TALLOC_CTX *own, struct field_list *fields,
		       struct arc *arc, struct span line, struct style style)
{
	struct span name;
	struct span value;
	size_t length = 0;

	(void)span_cut(line, ':', &name, &value);
	char *text = mem_strndup(own, value.data, value.length);
	for (size_t i = 0; i < value.length; i++) {
		if (style.has_crlf || text[i] != '\r')
			text[length++] = text[i];
	}
	struct field field = {name, span_make(text, length)};
	field_list_add(own, fields, field);
	arc_header(arc, field);
}

static void give_body(struct signed_message *content, const char *body,
		      size_t chunk)
{
	size_t all = strlen(body);

	for (size_t at = 0; at < all; at += chunk)
		body_hashes_add(
		    content->bodies,
		    span_make(body + at, all - at < chunk ? all - at : chunk));
}

/* Returns the message's empty line, or NULL. */
static const char *give_header(TALLOC_CTX *own, struct field_list *fields,
			       struct arc *arc, const char *message,
			       struct style style)
{
	const char *start = message;
	const char *end;

	while ((end = strstr(start, "\r\n")) != NULL && end != start) {
		while (end[2] == ' ' || end[2] == '\t')
			end = strstr(end + 2, "\r\n");
		give_field(own, fields, arc,
			   span_make(start, (size_t)(end - start)), style);
		start = end + 2;
	}
	return end;
}

static struct evidence_arc validate(TALLOC_CTX *own, const char *message,
				    struct style style, size_t *questions)
{
	struct dns_session *session = dns_session_new(own, dns, 5000);
	struct field_list fields = {0};
	struct signed_message *content = signed_message_new(own, &fields);
	struct arc *arc = arc_begin(own, clock_system(), session, content);
	const char *end = give_header(own, &fields, arc, message, style);

	if (arc_end_of_header(arc))
		give_body(content, end == NULL ? "" : end + 2, style.chunk);
	struct evidence_arc evidence = arc_finish(arc);
	*questions = dns_session_count(session);
	return evidence;
}

static char *two_sets(const char *canonicalization)
{
	const char *message = FIELDS "\r\n" BODY;
	struct seal_options options = {
	    .message = {.canonicalization = canonicalization,
			.fields = "from:to:subject:date:x-none"}};

	const char *first =
	    seal_message(mem, "a.test", "s1", rsa, &options, message);
	const char *once = mem_printf(mem, "%s%s", first, message);
	options.instance = 2;
	return mem_printf(
	    mem, "%s%s",
	    seal_message(mem, "b.test", "s2", ed25519, &options, once), once);
}

static void passes_however_handed_over(void **state)
{
	static const char *const methods[] = {"relaxed/relaxed",
					      "relaxed/simple", "relaxed",
					      "simple/relaxed", "simple"};
	static const size_t chunks[] = {1, 2, 3, 7, 65535};

	(void)state;
	for (size_t i = 0; i < 2 * 5 * 5; i++) {
		TALLOC_CTX *own = mem_context(NULL);
		struct style style = {chunks[i / 2 % 5], i % 2 == 0};
		size_t questions;
		struct evidence_arc arc =
		    validate(own, two_sets(methods[i / 10]), style, &questions);
		assert_null(arc.reason);
		assert_int_equal(arc.result, AUTH_PASS);
		assert_int_equal(arc.count, 2);
		assert_string_equal(arc.sealers[0].domain, "a.test");
		assert_string_equal(arc.sealers[1].selector, "s2");
		assert_int_equal(arc.oldest_pass, 0);
		assert_int_equal(questions, 2);
		mem_free(own);
	}
}

/* No byte of a sealed message can be another letter. */
static void notices_every_change(void **state)
{
	const char *good = two_sets("simple/simple");
	size_t length = strlen(good);

	(void)state;
	for (size_t i = 0; i < length; i++) {
		TALLOC_CTX *own = mem_context(NULL);
		char *message = mem_strdup(own, good);
		size_t questions;
		message[i] = message[i] == '#' ? '!' : '#';
		/* The name of a field may hold any byte: none of ours then. */
		struct evidence_arc arc = validate(
		    own, message, (struct style){4096, true}, &questions);
		if (arc.result == AUTH_PASS)
			print_error("byte %zu\n%s", i, message);
		assert_int_not_equal(arc.result, AUTH_PASS);
		mem_free(own);
	}
}

static void asks_nothing_for_nonsense(void **state)
{
	static const struct {
		const char *message;
		enum auth_result want;
	} table[] = {
	    {"", AUTH_NONE},
	    {FIELDS "\r\n" BODY, AUTH_NONE},
	    {"X-ARC-Seal: i=1\r\n\r\n", AUTH_NONE},
	    {"ARC-Seal: i=1; none\r\n\r\n", AUTH_FAIL},
	    {"ARC-Seal:\r\n\r\n", AUTH_FAIL},
	    {"arc-authentication-results: i=1; (null)=pass\r\n\r\n", AUTH_FAIL},
	    {"ARC-Message-Signature : ;;;===\r\n\r\n", AUTH_FAIL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		TALLOC_CTX *own = mem_context(NULL);
		size_t questions;
		struct evidence_arc arc = validate(
		    own, table[i].message, (struct style){3, true}, &questions);
		assert_int_equal(arc.result, table[i].want);
		assert_int_equal(arc.reason != NULL,
				 table[i].want == AUTH_FAIL);
		assert_int_equal(arc.count, 0);
		assert_int_equal(questions, 0);
		mem_free(own);
	}
}

static const char *chain_of(TALLOC_CTX *own, unsigned count)
{
	const char *message = FIELDS "\r\n" BODY;
	struct seal_options options = {
	    .message = {.canonicalization = "relaxed/relaxed",
			.fields = "from:to:subject:date"}};

	for (unsigned i = 1; i <= count; i++) {
		options.instance = i;
		message = mem_printf(
		    own, "%s%s",
		    seal_message(own, "a.test", "s1", rsa, &options, message),
		    message);
	}
	return message;
}

/* All of them pass; of those that are not looked at none is said to. */
static void looks_at_some_older_signatures(void **state)
{
	static const struct {
		unsigned sets;
		unsigned oldest_pass;
	} rows[] = {
	    {LIMIT_ARC_OLDER + 1, 0},
	    {LIMIT_ARC_OLDER + 2, 2},
	    {LIMIT_ARC_OLDER + 4, 4},
	};
	const struct style style = {.chunk = 1000, .has_crlf = true};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *own = mem_context(NULL);
		size_t questions;
		struct evidence_arc evidence = validate(
		    own, chain_of(own, rows[i].sets), style, &questions);
		assert_int_equal(evidence.result, AUTH_PASS);
		assert_int_equal(evidence.count, rows[i].sets);
		assert_int_equal(evidence.oldest_pass, rows[i].oldest_pass);
		mem_free(own);
	}
}

/* A chain of so many sets, each by another domain. */
static const char *chain_of_many(TALLOC_CTX *own, unsigned count)
{
	const char *message = FIELDS "\r\n" BODY;
	struct seal_options options = {.instance = 0};

	for (unsigned i = 1; i <= count; i++) {
		options.instance = i;
		message =
		    mem_printf(own, "%s%s",
			       seal_message(own, mem_printf(own, "d%u.test", i),
					    "s1", rsa, &options, message),
			       message);
	}
	return message;
}

/* The keys of the newest sets are asked for ahead, and no others. */
static void asks_ahead_for_the_newest(void **state)
{
	static const struct dns_settings settings = {
	    .timeout_ms = 10000, .cache_entries = 10000, .fixture = ""};
	const unsigned sets = LIMIT_ARC_KEYS_AHEAD + 4;
	TALLOC_CTX *own = mem_context(NULL);
	struct slow_dns *slow = slow_dns_new("", 0);
	struct dns *apart = dns_new_over(slow_dns_backend(slow), &settings);
	struct field_list fields = {0};
	struct arc *arc =
	    arc_begin(own, clock_system(), dns_session_new(own, apart, 5000),
		      signed_message_new(own, &fields));

	(void)state;
	(void)give_header(own, &fields, arc, chain_of_many(own, sets),
			  (struct style){.chunk = 1000, .has_crlf = true});
	assert_true(arc_end_of_header(arc));
	assert_int_equal(slow_dns_asked(slow), LIMIT_ARC_KEYS_AHEAD);
	for (unsigned i = 1; i <= sets; i++) {
		const char *key = mem_printf(own, "s1._domainkey.d%u.test", i);
		assert_int_equal(slow_dns_count(slow, key, DNS_TXT),
				 i > sets - LIMIT_ARC_KEYS_AHEAD ? 1 : 0);
	}
	mem_free(own);
	dns_free(apart);
}

static void bounds_the_fields(void **state)
{
	TALLOC_CTX *own = mem_context(NULL);
	struct field_list fields = {0};
	struct signed_message *content = signed_message_new(own, &fields);
	struct arc *arc = arc_begin(own, clock_system(),
				    dns_session_new(own, dns, 5000), content);
	struct field field = {span_of("ARC-Seal"), span_of(" i=1; cv=none")};

	(void)state;
	for (size_t i = 0; i < 2 * LIMIT_ARC_FIELDS; i++) {
		field_list_add(own, &fields, field);
		arc_header(arc, field);
	}
	assert_false(arc_end_of_header(arc));
	assert_string_equal(arc_finish(arc).reason, "too many ARC fields");
	mem_free(own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(passes_however_handed_over),
	    cmocka_unit_test(notices_every_change),
	    cmocka_unit_test(asks_nothing_for_nonsense),
	    cmocka_unit_test(looks_at_some_older_signatures),
	    cmocka_unit_test(asks_ahead_for_the_newest),
	    cmocka_unit_test(bounds_the_fields),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
