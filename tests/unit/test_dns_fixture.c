/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dns_fixture.c - a zone file answers like an authoritative server
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/dns/dns.h"

static const char zone[] =
    "$ORIGIN .\n"
    "$TTL 600\n"
    "; plain records, with and without the last dot\n"
    "example.test. SOA ns.example.test. h.example.test. 1 2 3 4 5\n"
    "example.test IN TXT \"v=spf1 -all\" ; a comment behind quotes\n"
    "a.example.test. A 192.0.2.1\n"
    "a.example.test. 60 A 192.0.2.2\n"
    "a.example.test. A 192.0.2.1\n"
    "A6.Example.TEST. AAAA 2001:db8::1\n"
    "mx.example.test. MX 10 A.example.test.\n"
    "mx.example.test. MX 20 bad\\.label.test.\n"
    "null.example.test. MX 0 .\n"
    "1.2.0.192.in-addr.arpa. PTR host.example.test.\n"
    "deep.under.ent.test. TXT \"x\"\n"
    "_dmarc.d.test. TXT ( \"v=DMARC1; p=reject;\"\n"
    "    \" rua=mailto:r@d.test\" )\n"
    "d.test. TXT \"first\"\n"
    "d.test. TXT second\n"
    "same.test. TXT \"aaa\"\n"
    "same.test. TXT \"bbb\"\n"
    "same.test. 90 TXT \"aaa\"\n"
    "2.2.0.192.in-addr.arpa. PTR one.example.test.\n"
    "2.2.0.192.in-addr.arpa. PTR two.example.test.\n"
    "nul.test. TXT \"a\\000b\\255\"\n"
    "esc.test. TXT \"say \\\"hi\\\"; bye\"\n"
    "; RFC 4592 2.2.1\n"
    "*.wild.test. TXT \"wildcard\"\n"
    "*.wild.test. MX 10 host1.wild.test.\n"
    "sub.*.wild.test. TXT \"below a star\"\n"
    "host1.wild.test. A 192.0.2.1\n"
    "_ssh._tcp.host1.wild.test. SRV 0 0 22 host1.wild.test.\n"
    "*.onlybelow.x.test. A 192.0.2.9\n"
    "*.cw.test. CNAME a.example.test.\n"
    "alias.test. 30 CNAME alias2.test.\n"
    "alias2.test. CNAME a.example.test.\n"
    "dangling.test. CNAME nowhere.test.\n"
    "nodata.test. CNAME mx.example.test.\n"
    "loop1.test. CNAME loop2.test.\n"
    "loop2.test. CNAME loop1.test.\n"
    "self.test. CNAME self.test.\n"
    "oddtarget.test. CNAME a\\.b.test.\n"
    "tofail.test. CNAME broken.test.\n"
    "odd\\.owner.odd.test. A 192.0.2.1\n"
    "\\097bc.test. A 192.0.2.7\n"
    ";!FAIL broken.test TXT SERVFAIL\n"
    ";!FAIL Refused.Test. MX REFUSED\r\n"
    "  ;!FAIL slow.test * TIMEOUT\n"
    ";!fail forged.test txt bogus\n"
    "broken.test. A 192.0.2.3\n"
    "broken.test. TXT \"never seen\"\n";

static struct dns *load(const char *text)
{
	struct dns *dns = NULL;
	struct error err = {0};

	if (!dns_new_from_text(text, &dns, &err))
		fail_msg("%s", err.words);
	return dns;
}

/* The types that describe a domain, an alias as it stands, and marks. */
static void describing_types(void **state)
{
	static const char described[] =
	    "d.test. NS ns1.d.test.\n"
	    "d.test. SOA ns1.d.test. root.d.test. 1 2 3 4 5\n"
	    "d.test. DS 4711 8 2 0a0b\n"
	    "_25._tcp.mx.d.test. TLSA 3 1 1 0c0d0e\n"
	    "alias.d.test. CNAME d.test.\n"
	    "alias2.d.test. CNAME gone.test.\n"
	    ";!SECURE d.test *\n"
	    ";!SECURE alias.d.test NS\n"
	    ";!SECURE none.d.test A\n"
	    ";!SECURE bad.d.test A\n"
	    ";!FAIL bad.d.test A BOGUS\n";
	static const struct {
		const char *name;
		enum dns_type type;
		enum dns_status want;
		bool is_secure;
		const char *target;
		const char *data;
		size_t length;
	} rows[] = {
	    {"d.test", DNS_NS, DNS_OK, true, "ns1.d.test", NULL, 0},
	    {"d.test", DNS_SOA, DNS_OK, true, "ns1.d.test", NULL, 0},
	    {"d.test", DNS_DS, DNS_OK, true, NULL, "\x12\x67\x08\x02\n\v", 6},
	    {"_25._tcp.mx.d.test", DNS_TLSA, DNS_OK, false, NULL,
	     "\3\1\1\f\r\016", 6},
	    {"alias.d.test", DNS_CNAME, DNS_OK, false, "d.test", NULL, 0},
	    {"alias.d.test", DNS_NS, DNS_OK, true, "ns1.d.test", NULL, 0},
	    {"alias.d.test", DNS_SOA, DNS_OK, false, "ns1.d.test", NULL, 0},
	    {"alias2.d.test", DNS_CNAME, DNS_OK, false, "gone.test", NULL, 0},
	    {"alias2.d.test", DNS_NS, DNS_NXDOMAIN, false, NULL, NULL, 0},
	    {"d.test", DNS_CNAME, DNS_NODATA, true, NULL, NULL, 0},
	    {"none.d.test", DNS_A, DNS_NXDOMAIN, true, NULL, NULL, 0},
	    {"bad.d.test", DNS_A, DNS_BOGUS, false, NULL, NULL, 0},
	};
	struct dns *dns = load(described);
	struct dns_session *session = dns_session_new(NULL, dns, 1000);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct dns_answer *answer =
		    dns_session_ask(session, rows[i].name, rows[i].type);
		assert_int_equal(answer->status, rows[i].want);
		assert_int_equal(answer->is_secure, rows[i].is_secure);
		if (rows[i].target != NULL)
			assert_string_equal(answer->records[0].name,
					    rows[i].target);
		if (rows[i].data == NULL)
			continue;
		assert_int_equal(answer->records[0].length, rows[i].length);
		assert_memory_equal(answer->records[0].text, rows[i].data,
				    rows[i].length);
	}
	mem_free(session);
	dns_free(dns);
}

static void answers(void **state)
{
	static const struct {
		const char *name;
		enum dns_type type;
		enum dns_status want;
		size_t count;
		uint32_t ttl_s; /* 0: not looked at */
	} rows[] = {
	    {"example.test", DNS_TXT, DNS_OK, 1, 600},
	    {"example.test", DNS_A, DNS_NODATA, 0, 0},
	    {"a.example.test", DNS_A, DNS_OK, 2, 60}, /* one stands twice */
	    {"a6.example.test", DNS_AAAA, DNS_OK, 1, 600},
	    {"mx.example.test", DNS_MX, DNS_OK, 1, 600},
	    {"null.example.test", DNS_MX, DNS_OK, 1, 600},
	    {"1.2.0.192.in-addr.arpa", DNS_PTR, DNS_OK, 1, 600},
	    {"nowhere.example.test", DNS_TXT, DNS_NXDOMAIN, 0, 0},
	    {"d.test", DNS_TXT, DNS_OK, 2, 600},
	    {"same.test", DNS_TXT, DNS_OK, 2, 90},
	    {"2.2.0.192.in-addr.arpa", DNS_PTR, DNS_OK, 2, 600},
	    /* empty non-terminals (RFC 8020) */
	    {"test", DNS_TXT, DNS_NODATA, 0, 0},
	    {"ent.test", DNS_TXT, DNS_NODATA, 0, 0},
	    {"under.ent.test", DNS_MX, DNS_NODATA, 0, 0},
	    {"other.ent.test", DNS_TXT, DNS_NXDOMAIN, 0, 0},
	    {"in-addr.arpa", DNS_PTR, DNS_NODATA, 0, 0},
	    {"com", DNS_TXT, DNS_NXDOMAIN, 0, 0},
	    /* RFC 4592 2.2.1 */
	    {"host3.wild.test", DNS_MX, DNS_OK, 1, 600},
	    {"host3.wild.test", DNS_A, DNS_NODATA, 0, 0},
	    {"foo.bar.wild.test", DNS_TXT, DNS_OK, 1, 600},
	    {"host1.wild.test", DNS_MX, DNS_NODATA, 0, 0},
	    {"_telnet._tcp.host1.wild.test", DNS_TXT, DNS_NXDOMAIN, 0, 0},
	    {"_tcp.host1.wild.test", DNS_TXT, DNS_NODATA, 0, 0},
	    {"wild.test", DNS_TXT, DNS_NODATA, 0, 0},
	    {"x.x.test", DNS_A, DNS_NXDOMAIN, 0, 0},
	    {"y.onlybelow.x.test", DNS_A, DNS_OK, 1, 600},
	    {"any.cw.test", DNS_A, DNS_OK, 2, 60},
	    /* CNAME */
	    {"alias.test", DNS_A, DNS_OK, 2, 30},
	    {"dangling.test", DNS_A, DNS_NXDOMAIN, 0, 0},
	    {"nodata.test", DNS_A, DNS_NODATA, 0, 0},
	    {"loop1.test", DNS_A, DNS_TEMPORARY, 0, 0},
	    {"self.test", DNS_TXT, DNS_TEMPORARY, 0, 0},
	    {"oddtarget.test", DNS_A, DNS_NXDOMAIN, 0, 0},
	    {"tofail.test", DNS_TXT, DNS_TEMPORARY, 0, 0},
	    {"tofail.test", DNS_A, DNS_OK, 1, 600},
	    /* names outside the inner form */
	    {"odd.test", DNS_A, DNS_NODATA, 0, 0},
	    {"abc.test", DNS_A, DNS_OK, 1, 600},
	    {"odd\\.owner.odd.test", DNS_A, DNS_NXDOMAIN, 0, 0},
	    {"*.wild.test", DNS_TXT, DNS_NXDOMAIN, 0, 0},
	    {"", DNS_TXT, DNS_NXDOMAIN, 0, 0},
	    {"Example.test", DNS_TXT, DNS_NXDOMAIN, 0, 0},
	    /* failures */
	    {"broken.test", DNS_TXT, DNS_TEMPORARY, 0, 0},
	    {"broken.test", DNS_A, DNS_OK, 1, 600},
	    {"refused.test", DNS_MX, DNS_TEMPORARY, 0, 0},
	    {"refused.test", DNS_TXT, DNS_NXDOMAIN, 0, 0},
	    {"slow.test", DNS_AAAA, DNS_TEMPORARY, 0, 0},
	    {"slow.test", DNS_TXT, DNS_TEMPORARY, 0, 0},
	    {"forged.test", DNS_TXT, DNS_BOGUS, 0, 0},
	};
	struct dns *dns = load(zone);
	struct dns_session *session = dns_session_new(NULL, dns, 20000);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct dns_answer *got =
		    dns_session_ask(session, rows[i].name, rows[i].type);
		if (got->status != rows[i].want || got->count != rows[i].count)
			fail_msg("%s %s: %s, %zu records", rows[i].name,
				 dns_type_text(rows[i].type),
				 dns_status_text(got->status), got->count);
		if (rows[i].ttl_s != 0)
			assert_int_equal(got->ttl_s, rows[i].ttl_s);
	}
	mem_free(session);
	dns_free(dns);
}

/* c0 is an alias of c1, and so on; the last one has an address. */
static void follows_so_many_aliases(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf text;

	(void)state;
	strbuf_init(&text, mem, 8192);
	strbuf_add_text(&text, "$ORIGIN .\n$TTL 600\n");
	for (int i = 0; i <= LIMIT_CNAME_CHAIN; i++)
		strbuf_printf(&text, "c%d.test. CNAME c%d.test.\n", i, i + 1);
	strbuf_printf(&text, "c%d.test. A 192.0.2.1\n", LIMIT_CNAME_CHAIN + 1);
	struct dns *dns = load(strbuf_text(&text));
	struct dns_session *session = dns_session_new(NULL, dns, 20000);
	assert_int_equal(dns_session_ask(session, "c1.test", DNS_A)->status,
			 DNS_OK);
	assert_int_equal(dns_session_ask(session, "c0.test", DNS_A)->status,
			 DNS_TEMPORARY);
	mem_free(session);
	dns_free(dns);
	mem_free(mem);
}

static const struct dns_record *only(struct dns_session *session,
				     const char *name, enum dns_type type)
{
	const struct dns_answer *answer = dns_session_ask(session, name, type);

	assert_int_equal(answer->status, DNS_OK);
	assert_int_equal(answer->count, 1);
	return &answer->records[0];
}

static void gives_the_data(void **state)
{
	static const uint8_t six[16] = {0x20, 1, 0x0d, 0xb8, [15] = 1};
	struct dns *dns = load(zone);
	struct dns_session *session = dns_session_new(NULL, dns, 20000);
	const struct dns_record *record;

	(void)state;
	record = only(session, "a6.example.test", DNS_AAAA);
	assert_memory_equal(record->address, six, 16);
	record = only(session, "broken.test", DNS_A);
	assert_memory_equal(record->address, "\xc0\x00\x02\x03", 4);
	record = only(session, "mx.example.test", DNS_MX);
	assert_int_equal(record->preference, 10);
	assert_string_equal(record->name, "a.example.test");
	record = only(session, "null.example.test", DNS_MX);
	assert_string_equal(record->name, "");
	record = only(session, "1.2.0.192.in-addr.arpa", DNS_PTR);
	assert_string_equal(record->name, "host.example.test");
	record = only(session, "_dmarc.d.test", DNS_TXT);
	assert_string_equal(record->text,
			    "v=DMARC1; p=reject; rua=mailto:r@d.test");
	assert_int_equal(record->length, strlen(record->text));
	record = only(session, "nul.test", DNS_TXT);
	assert_int_equal(record->length, 4);
	assert_memory_equal(record->text, "a\0b\xff", 5);
	record = only(session, "esc.test", DNS_TXT);
	assert_string_equal(record->text, "say \"hi\"; bye");
	mem_free(session);
	dns_free(dns);
}

static void refuses_bad_zones(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
	    {"a.test. A 192.0.2.1\n_dmarc.a.test. TXT v=DMARC1; p=none\n",
	     "zone:2: an unquoted ; in a TXT record"},
	    {"a.test. TXT \"quoted\" bare ; comment\n", "zone:1: an unquoted"},
	    {"a.test. TXT ( \"quoted\"\n bare; p=none )\n", "zone:2: an unq"},
	    {"\n\na.test. 60 IN TXT \"v=DMARC1; p=none\n",
	     "zone:3: a missing quote"},
	    {"a.test. A 192.0.2.1\nb.test. A 192.0.2\n", "zone:2: "},
	    {"a.test. A 192.0.2.1\n\nb.test. NOSUCHTYPE x\n", "zone:3: "},
	    {"$INCLUDE other\n", "zone:1: $INCLUDE is not supported"},
	    {"a.test. 1h in txt v=DMARC1; p=none\n", "zone:1: an unquoted"},
	    {"a.test. A 192.0.2.1\n\t60 TXT v=DMARC1; p=none\n",
	     "zone:2: an unquoted"},
	    {"; one\n\n; two\nb.test. A 192.0.2\n\n", "zone:4: "},
	    {";!FAIL\n", "zone:1: want \";!FAIL name type status\""},
	    {"\n;!FAIL a.test TXT\n", "zone:2: want"},
	    {"\n;!FAIL a..test TXT SERVFAIL\n", "zone:2: want"},
	    {"\n;!FAIL a.test SPF SERVFAIL\n", "zone:2: want"},
	    {";!SECURE\n", "zone:1: want \";!SECURE name type\""},
	    {"\n;!SECURE a.test SPF\n", "zone:2: want"},
	    {"\n;!SECURE a.test TXT OK\n", "zone:2: want"},
	    {"\n;!FAIL a.test TXT LATE\n", "zone:2: want"},
	    {"\n;!FAIL a.test TXT BOGUS ever\n", "zone:2: want"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dns *dns = NULL;
		struct error err = {0};
		assert_false(dns_new_from_text(rows[i].text, &dns, &err));
		assert_null(dns);
		if (strncmp(err.words, rows[i].want, strlen(rows[i].want)) != 0)
			fail_msg("row %zu: %s", i, err.words);
	}
}

/* A string has one byte for its length; an escape is one byte of it. */
static void names_a_string_that_is_too_long(void **state)
{
	static const struct {
		const char *before;
		int bytes; /* of a run of x in between */
		const char *behind;
		const char *want; /* NULL: it is fine */
	} rows[] = {
	    {"a.test. TXT \"ok\" \"", 255, "\"\n", NULL},
	    {"a.test. TXT \"ok\" \"", 256, "\"\n",
	     "zone:1: the string that begins xxxxxxxxxxxxxxxxxxxxx... has 256 "
	     "bytes, at most 255 fit"},
	    {"\na.test. TXT ( \"v=1; \"\n \"k=", 254, "\" )\n",
	     "zone:3: the string that begins k=xxx"},
	    {"a.test. TXT ", 256, "\n", "zone:1: the string that begins xxx"},
	    {"a.test. TXT \"\\065\\\"", 253, "\"\n", NULL},
	    {"a.test. TXT \"\\065\\\"", 254, "\"\n",
	     "zone:1: the string that begins "},
	    {"a.test. TXT \"ok\" ; ", 300, "\n", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char run[301];
		char text[400];
		struct dns *dns = NULL;
		struct error err = {0};
		memset(run, 'x', sizeof run);
		run[rows[i].bytes] = '\0';
		(void)snprintf(text, sizeof text, "%s%s%s", rows[i].before, run,
			       rows[i].behind);
		bool is_fine = dns_new_from_text(text, &dns, &err);
		if (is_fine != (rows[i].want == NULL) ||
		    (!is_fine && strncmp(err.words, rows[i].want,
					 strlen(rows[i].want)) != 0))
			fail_msg("row %zu: %s", i, err.words);
		if (is_fine)
			dns_free(dns);
	}
}

static void accepts_odd_zones(void **state)
{
	static const char *const texts[] = {
	    "",
	    "\n",
	    "; only a comment",
	    ";! not for us\n",
	    "a.test. A 192.0.2.1",
	    "a.test. A 192.0.2.1\r\n",
	    "txt. A 192.0.2.1 ; the owner is no type\n",
	    "a.test. NSEC b.test. A TXT AAAA ; nor is this\n",
	    "a.test. HINFO cpu os ; fine\n",
	    /* records without data, in RFC 3597's spelling */
	    "TYPE CNAME \\# CNAME2",
	    "a.test. CNAME \\# 0\n",
	    "a.test. TXT \\# 0\n",
	    "a.test. A \\# 0\n",
	    "a.test. MX \\# 0\n",
	    "a.test. PTR \\# 0\n",
	    "a.test. TXT bare\n",
	    "a.test. TXT \"x\" ; comment; with another\n",
	    "a.test. A 192.0.2.1 ; say \"hi\n",
	    "\\000\\001\\255.test. TXT \"x\"\n",
	    ". TXT \"the root\"\n",
	    "*. TXT \"everything\"\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		dns_free(load(texts[i]));
}

static void reads_relative_names(void **state)
{
	struct dns *dns = load("nodot.test MX 10 mx.nodot.test\n"
			       "$ORIGIN rel.test.\n"
			       "www 60 A 192.0.2.1\n"
			       "    TXT \"same owner\"\n"
			       "@ MX 5 www\n"
			       "abs.test. A 192.0.2.2\n");
	struct dns_session *session = dns_session_new(NULL, dns, 20000);

	(void)state;
	assert_string_equal(only(session, "nodot.test", DNS_MX)->name,
			    "mx.nodot.test");
	assert_string_equal(only(session, "www.rel.test", DNS_TXT)->text,
			    "same owner");
	assert_string_equal(only(session, "rel.test", DNS_MX)->name,
			    "www.rel.test");
	(void)only(session, "abs.test", DNS_A);
	mem_free(session);
	dns_free(dns);
}

/* Loads a file of these bytes; the words of the error, "" when it is fine. */
static struct error load_file(const char *bytes, size_t length)
{
	char path[] = "zone.XXXXXX";
	int fd = mkstemp(path);
	const struct dns_settings settings = {.fixture = path};
	struct dns *dns = NULL;
	struct error err = {0};

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), length);
	(void)close(fd);
	if (dns_new(&settings, &dns, &err))
		dns_free(dns);
	else
		assert_null(dns);
	(void)unlink(path);
	return err;
}

static void reads_files(void **state)
{
	static const char good[] = "a.test. A 192.0.2.1\n";
	static const char bad[] = "a.test. A 192.0.2.1\nb.test. TXT x; y\n";
	static const char nul[] = "a.test. A 192.0.2.1\n\0b";

	(void)state;
	assert_string_equal(load_file(good, sizeof good - 1).words, "");
	struct error err = load_file(bad, sizeof bad - 1);
	assert_int_equal(strncmp(err.words, "zone.", 5), 0);
	assert_non_null(strstr(err.words, ":2: an unquoted ;"));
	err = load_file(nul, sizeof nul - 1);
	assert_non_null(strstr(err.words, "holds a NUL byte"));
}

static void keeps_one_answer_and_the_order(void **state)
{
	struct dns *dns = load(zone);
	struct dns_session *session = dns_session_new(NULL, dns, 20000);

	(void)state;
	dns_session_ask_ahead(session, "d.test", DNS_TXT);
	assert_int_equal(dns_session_count(session), 0);
	const struct dns_answer *first =
	    dns_session_ask(session, "example.test", DNS_TXT);
	(void)dns_session_ask(session, "d.test", DNS_TXT);
	(void)dns_session_ask(session, "example.test", DNS_A);
	(void)dns_session_ask(session, "no\\name", DNS_TXT);
	assert_ptr_equal(dns_session_ask(session, "example.test", DNS_TXT),
			 first);
	assert_int_equal(dns_session_count(session), 3);
	assert_string_equal(dns_session_question(session, 0)->name,
			    "example.test");
	assert_ptr_equal(dns_session_question(session, 0)->answer, first);
	assert_string_equal(dns_session_question(session, 1)->name, "d.test");
	assert_int_equal(dns_session_question(session, 2)->type, DNS_A);

	struct dns_statistics statistics;
	dns_get_statistics(dns, &statistics);
	assert_int_equal(statistics.asked, 3);
	mem_free(session);
	dns_free(dns);
}

static void has_words(void **state)
{
	(void)state;
	assert_string_equal(dns_status_text(DNS_OK), "ok");
	assert_string_equal(dns_status_text(DNS_NODATA), "nodata");
	assert_string_equal(dns_status_text(DNS_NXDOMAIN), "nxdomain");
	assert_string_equal(dns_status_text(DNS_TEMPORARY), "temporary");
	assert_string_equal(dns_status_text(DNS_BOGUS), "bogus");
	assert_string_equal(dns_type_text(DNS_AAAA), "AAAA");
}

static void bounds_the_questions(void **state)
{
	struct dns *dns = load("*.many.test. TXT \"x\"\n");
	struct dns_session *session = dns_session_new(NULL, dns, 20000);

	(void)state;
	for (unsigned i = 0; i < 301; i++) {
		char name[32];
		(void)snprintf(name, sizeof name, "n%u.many.test", i);
		const struct dns_answer *answer =
		    dns_session_ask(session, name, DNS_TXT);
		assert_int_equal(answer->status,
				 i < 300 ? DNS_OK : DNS_TEMPORARY);
	}
	assert_int_equal(dns_session_count(session), 300);
	assert_int_equal(
	    dns_session_ask(session, "n0.many.test", DNS_TXT)->status, DNS_OK);
	mem_free(session);
	dns_free(dns);
}

/* Searching by halves: a scan of 100,000 records for each would take minutes.
 */
static void stays_fast_when_large(void **state)
{
	enum { NAMES = 100000, ASKED = 300 };
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf text;

	(void)state;
	strbuf_init(&text, mem, 16 * 1024 * 1024);
	for (unsigned i = 0; i < NAMES; i++)
		strbuf_printf(&text, "n%u.large.test. TXT \"%u\"\n", i, i);
	struct dns *dns = load(strbuf_text(&text));
	for (unsigned round = 0; round < NAMES / ASKED; round++) {
		struct dns_session *session = dns_session_new(mem, dns, 20000);
		for (unsigned i = 0; i < ASKED; i++) {
			char name[32];
			unsigned number = (round * ASKED + i) * 7 % NAMES;
			(void)snprintf(name, sizeof name, "n%u.large.test",
				       number);
			const struct dns_record *record =
			    only(session, name, DNS_TXT);
			assert_int_equal(strtoul(record->text, NULL, 10),
					 number);
		}
		mem_free(session);
	}
	dns_free(dns);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers),
	    cmocka_unit_test(describing_types),
	    cmocka_unit_test(follows_so_many_aliases),
	    cmocka_unit_test(gives_the_data),
	    cmocka_unit_test(refuses_bad_zones),
	    cmocka_unit_test(names_a_string_that_is_too_long),
	    cmocka_unit_test(accepts_odd_zones),
	    cmocka_unit_test(reads_relative_names),
	    cmocka_unit_test(reads_files),
	    cmocka_unit_test(keeps_one_answer_and_the_order),
	    cmocka_unit_test(has_words),
	    cmocka_unit_test(bounds_the_questions),
	    cmocka_unit_test(stays_fast_when_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
