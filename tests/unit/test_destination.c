/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_destination.c - the addresses a rua names, and who may have reports
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/dmarc/record.h"
#include "lib/report/make/destination.h"
#include "lib/report/send/destination_check.h"

#define L63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static char *join(TALLOC_CTX *mem, const struct text_list *list)
{
	struct strbuf text;

	strbuf_init(&text, mem, 65536);
	for (size_t i = 0; i < list->count; i++)
		strbuf_printf(&text, "%s%s", i == 0 ? "" : " | ",
			      list->items[i]);
	return strbuf_text(&text);
}

static const struct {
	const char *name;
	const char *rua;
	const char *want;
	const char *noted; /* part of the notes; NULL: none */
} lists[] = {
    {"F9 the record of the guidance",
     "mailto:dmarc-rua@dmarc.service.gov.uk,mailto:dmarc@example.gov.uk",
     "dmarc-rua@dmarc.service.gov.uk | dmarc@example.gov.uk", NULL},
    {"F9 a size", "mailto:a@b.test!10m", "a@b.test", NULL},
    {"F9 upper case", "MAILTO:A@B.Test", "A@b.test", NULL},
    {"F9 malformed ones", "mailto:,mailto:0,mailto:a@b.test,mailto:@c.test",
     "a@b.test", NULL},
    {"F9 other schemes", "https://r.test/x, mailto:a@b.test, ftp://c.test",
     "a@b.test", "https://r.test/x is no mailto: address"},
    {"order", "mailto:z@b.test,mailto:a@b.test", "z@b.test | a@b.test", NULL},
    {"doubles", "mailto:a@b.test,mailto:A@B.TEST,mailto:a@b.test!5k",
     "a@b.test", "is named twice"},
    {"comma and exclamation mark decoded", "mailto:a%2Cb%21@c.test",
     "\"a,b!\"@c.test", NULL},
    {"a blank decoded", "mailto:a%20b@c.test", "\"a b\"@c.test", NULL},
    {"quotes are quoted", "mailto:a%22b%5C@c.test", "\"a\\\"b\\\\\"@c.test",
     NULL},
    {"already quoted", "mailto:%22a,b%22@c.test", "", NULL},
    {"already quoted, encoded", "mailto:%22a%2Cb%22@c.test", "\"a,b\"@c.test",
     NULL},
    {"a second command", "mailto:a%0d%0aRCPT%20TO:x@c.test", "",
     "is no address that mail can go to"},
    {"NUL", "mailto:a%00b@c.test", "", "is no address"},
    {"DEL and beyond ASCII", "mailto:a%7f@c.test,mailto:a%c3%a9@c.test", "",
     "is no address"},
    {"an encoded @ moves no domain", "mailto:a%40victim.test@c.test",
     "\"a@victim.test\"@c.test", NULL},
    {"a query", "mailto:a@b.test?subject=x&bcc=victim%40x.test", "a@b.test",
     NULL},
    {"a long local-part", "mailto:" L63 "aa@b.test", "", "is no address"},
    {"a long domain", "mailto:a@" L63 "." L63 "." L63 "." L63, "", NULL},
    {"nothing", "", "", NULL},
};

static void reads_lists(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		char *text =
		    mem_printf(mem, "v=DMARC1; p=none; rua=%s", lists[i].rua);
		struct record *record = record_parse(mem, span_of(text));
		struct destination_list list =
		    destination_list(mem, &record->rua, 100);
		const char *notes = join(mem, &list.notes);
		if (strcmp(join(mem, &list.addresses), lists[i].want) != 0 ||
		    (lists[i].noted == NULL
			 ? *notes != '\0'
			 : strstr(notes, lists[i].noted) == NULL))
			fail_msg("%s: %s (%s)", lists[i].name,
				 join(mem, &list.addresses), notes);
	}
	mem_free(mem);
}

static void f9_fifty_addresses_are_capped(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct text_list uris = {.count = 50};
	struct destination_list list;

	(void)state;
	uris.items = mem_array(mem, const char *, uris.count);
	for (size_t i = 0; i < uris.count; i++)
		uris.items[i] = mem_printf(mem, "mailto:a%zu@b.test", i);
	list = destination_list(mem, &uris, 10);
	assert_int_equal(list.addresses.count, 10);
	assert_string_equal(list.addresses.items[9], "a9@b.test");
	assert_int_equal(list.notes.count, 40);
	mem_free(mem);
}

static void excludes(void **state)
{
	const char *items[] = {"a@b.test", "c.test"};
	const struct text_list excluded = {2, items};

	(void)state;
	assert_true(destination_is_excluded("A@b.test", &excluded));
	assert_false(destination_is_excluded("x@b.test", &excluded));
	assert_true(destination_is_excluded("x@c.test", &excluded));
	assert_true(destination_is_excluded("x@y.c.test", &excluded));
	assert_false(destination_is_excluded("x@xc.test", &excluded));
}

/* --- authorisation --- */

static const char zone[] =
    "$ORIGIN .\n$TTL 300\n"
    "_dmarc.org.test TXT \"v=DMARC1; p=none\"\n"
    "one.test._report._dmarc.ok.test TXT \"v=DMARC1\"\n"
    "one.test._report._dmarc.semi.test TXT \"v=DMARC1;\"\n"
    "one.test._report._dmarc.bad.test TXT \"xv=DMARC1\"\n"
    "one.test._report._dmarc.late.test TXT \"p=none; v=DMARC1\"\n"
    "one.test._report._dmarc.blank.test TXT \" v=DMARC1\"\n"
    "one.test._report._dmarc.lower.test TXT \"v=dmarc1\"\n"
    "one.test._report._dmarc.twice.test TXT \"v=DMARC1\"\n"
    "one.test._report._dmarc.twice.test TXT \"v=DMARC1; x=y\"\n"
    "one.test._report._dmarc.noise.test TXT \"hello\"\n"
    "one.test._report._dmarc.noise.test TXT \"v=DMARC1\"\n"
    "*._report._dmarc.wild.test TXT \"v=DMARC1\"\n"
    ";!FAIL one.test._report._dmarc.fail.test TXT SERVFAIL\n"
    ";!FAIL one.test._report._dmarc.slow.test TXT TIMEOUT\n"
    ";!FAIL _dmarc.dead.test TXT SERVFAIL\n"
    "one.test._report._dmarc.repl.test TXT "
    "\"v=DMARC1; rua=mailto:x@repl.test,mailto:y@repl.test\"\n"
    "one.test._report._dmarc.away.test TXT "
    "\"v=DMARC1; rua=mailto:x@victim.test\"\n"
    "one.test._report._dmarc.below.test TXT "
    "\"v=DMARC1; rua=mailto:x@sub.below.test\"\n"
    "one.test._report._dmarc.mixed.test TXT "
    "\"v=DMARC1; rua=mailto:x@victim.test,mailto:y@mixed.test\"\n"
    "one.test._report._dmarc.sizes.test TXT "
    "\"v=DMARC1; rua=mailto:x@sizes.test!10m\"\n"
    "one.test._report._dmarc.none.test TXT \"v=DMARC1; rua=https://x.test\"\n"
    "_dmarc.psd.test TXT \"v=DMARC1; p=reject; psd=y\"\n"
    "_dmarc.a.psd.test TXT \"v=DMARC1; p=none\"\n"
    "_dmarc.b.psd.test TXT \"v=DMARC1; p=none\"\n"
    "blue.example.test._report._dmarc.red.example.test TXT \"v=DMARC1\"\n";

static const struct {
	const char *name;
	const char *policy_domain;
	const char *address;
	enum destination_status want;
	const char *instead;
} checks[] = {
    {"the domain itself", "one.test", "a@one.test", DESTINATION_AUTHORISED, ""},
    {"one organizational domain", "org.test", "a@x.org.test",
     DESTINATION_AUTHORISED, ""},
    {"F8 no authorisation", "one.test", "a@stranger.test",
     DESTINATION_UNAUTHORISED, ""},
    {"F8 one", "one.test", "a@ok.test", DESTINATION_AUTHORISED, ""},
    {"F8 with a semicolon", "one.test", "a@semi.test", DESTINATION_AUTHORISED,
     ""},
    {"F8 for another domain", "two.test", "a@ok.test", DESTINATION_UNAUTHORISED,
     ""},
    {"F8 wildcard", "one.test", "a@wild.test", DESTINATION_AUTHORISED, ""},
    {"F8 wildcard, several labels", "x.one.test", "a@wild.test",
     DESTINATION_AUTHORISED, ""},
    {"F8 two records", "one.test", "a@twice.test", DESTINATION_AUTHORISED, ""},
    {"F8 one among others", "one.test", "a@noise.test", DESTINATION_AUTHORISED,
     ""},
    {"F8 SERVFAIL", "one.test", "a@fail.test", DESTINATION_UNKNOWN, ""},
    {"F8 timeout", "one.test", "a@slow.test", DESTINATION_UNKNOWN, ""},
    {"F8 the host's walk fails", "one.test", "a@dead.test", DESTINATION_UNKNOWN,
     ""},
    {"F8 the domain's walk fails", "dead.test", "a@ok.test",
     DESTINATION_UNKNOWN, ""},
    {"F8 xv=DMARC1", "one.test", "a@bad.test", DESTINATION_UNAUTHORISED, ""},
    {"F8 v= is not first", "one.test", "a@late.test", DESTINATION_UNAUTHORISED,
     ""},
    {"F8 a blank before", "one.test", "a@blank.test", DESTINATION_UNAUTHORISED,
     ""},
    {"F8 lower case", "one.test", "a@lower.test", DESTINATION_UNAUTHORISED, ""},
    {"F8 replaced at the same host", "one.test", "a@repl.test",
     DESTINATION_REPLACED, "x@repl.test | y@repl.test"},
    {"F8 replaced with a size", "one.test", "a@sizes.test",
     DESTINATION_REPLACED, "x@sizes.test"},
    {"F8 a replacement elsewhere: neither", "one.test", "a@away.test",
     DESTINATION_UNAUTHORISED, ""},
    {"F8 below is another host", "one.test", "a@below.test",
     DESTINATION_UNAUTHORISED, ""},
    {"F8 one here, one elsewhere", "one.test", "a@mixed.test",
     DESTINATION_REPLACED, "y@mixed.test"},
    {"F8 a replacement we cannot use", "one.test", "a@none.test",
     DESTINATION_UNAUTHORISED, ""},
    {"two below a public suffix", "a.psd.test", "a@b.psd.test",
     DESTINATION_UNAUTHORISED, ""},
    {"too long a name", L63 "." L63 "." L63 ".test", "a@" L63 ".stranger.test",
     DESTINATION_UNAUTHORISED, ""},
};

static void f8_authorisation(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns *dns;
	struct error err;

	(void)state;
	assert_true(dns_new_from_text(zone, &dns, &err));
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		TALLOC_CTX *once = mem_context(mem);
		struct destination_check check = destination_check(
		    once, dns_session_new(once, dns, 10000), TREE_WALK, "rua",
		    checks[i].policy_domain, checks[i].address);
		if (check.status != checks[i].want ||
		    strcmp(join(once, &check.instead), checks[i].instead) != 0)
			fail_msg("%s: %d, %s", checks[i].name,
				 (int)check.status,
				 check.why == NULL ? "-" : check.why);
		assert_true((check.why == NULL) ==
			    (check.status == DESTINATION_AUTHORISED ||
			     check.status == DESTINATION_REPLACED));
		mem_free(once);
	}
	mem_free(mem);
	dns_free(dns);
}

static void takes_local_parts_of_some_length(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		char *local = mem_zeroed(mem, LIMIT_LOCAL_PART_BYTES + 2, 1,
					 "local part");
		memset(local, 'l', LIMIT_LOCAL_PART_BYTES + more);
		const char *uri = mem_printf(mem, "mailto:%s@b.test", local);
		const struct text_list uris = {.count = 1, .items = &uri};
		assert_int_equal(
		    destination_list(mem, &uris, 10).addresses.count,
		    more == 0);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_lists),
	    cmocka_unit_test(f9_fifty_addresses_are_capped),
	    cmocka_unit_test(excludes),
	    cmocka_unit_test(f8_authorisation),
	    cmocka_unit_test(takes_local_parts_of_some_length),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
