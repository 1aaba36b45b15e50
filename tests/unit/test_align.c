/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_align.c - Identifier Alignment, and what it asks
 *
 * "A28" and so on are rows of the catalogue of inputs that broke other
 * implementations; the rest are the examples of RFC 9989 4.4, B.1 and B.4.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/dmarc/align.h"

#define DMARC(name, text) "_dmarc." name " TXT \"v=DMARC1; " text "\"\n"

struct row {
	const char *id;
	enum tree_method method;
	bool is_strict;
	const char *zone;
	const char *author;
	const char *identifier;
	enum alignment want;
	size_t walked; /* questions beyond those of the author's own walk */
};

#define ORG DMARC("example.com", "p=reject") DMARC("example.net", "p=reject")
#define X "x.test TXT \"x\"\n"

static const struct row rows[] = {
    {"4.4", TREE_WALK, false, ORG, "news.example.com", "foo.example.com",
     ALIGNMENT_YES, 1},
    {"4.4", TREE_WALK, true, ORG, "news.example.com", "news.example.com",
     ALIGNMENT_YES, 0},
    {"4.4", TREE_WALK, false, ORG, "news.example.com", "foo.example.net",
     ALIGNMENT_NO, 0},
    {"4.4", TREE_WALK, false, ORG, "example.com", "child.example.com",
     ALIGNMENT_YES, 1},
    {"4.4", TREE_WALK, true, ORG, "example.com", "child.example.com",
     ALIGNMENT_NO, 0},
    {"4.4", TREE_WALK, false, ORG, "child.example.com", "example.com",
     ALIGNMENT_YES, 0},
    {"4.4", TREE_WALK, true, ORG, "child.example.com", "example.com",
     ALIGNMENT_NO, 0},
    {"B.1", TREE_WALK, false,
     DMARC("giant.bank.example", "p=reject")
	 DMARC("bank.example", "p=none; psd=y"),
     "giant.bank.example", "mail.giant.bank.example", ALIGNMENT_YES, 1},
    {"B.1", TREE_WALK, false,
     DMARC("giant.bank.example", "p=reject")
	 DMARC("bank.example", "p=none; psd=y"),
     "giant.bank.example", "mail.mega.bank.example", ALIGNMENT_NO, 0},
    {"B.1", TREE_WALK, false,
     DMARC("example.com", "p=reject") DMARC("signing.example.com", "p=none"),
     "example.com", "signing.example.com", ALIGNMENT_YES, 1},
    {"B.4", TREE_WALK, false, ORG, "a.b.c.d.e.f.g.h.i.j.k.example.com",
     "example.com", ALIGNMENT_YES, 0},
    {"B.4", TREE_WALK, false, ORG DMARC("signing.example.com", "p=none"),
     "a.b.c.d.e.f.g.h.i.j.k.example.com", "signing.example.com", ALIGNMENT_YES,
     1},
    {"guard", TREE_WALK, false, DMARC("example", "p=reject"), "shop.example",
     "evil.example", ALIGNMENT_NO, 0},
    {"guard", TREE_WALK, false,
     DMARC("example", "p=reject") DMARC("shop.example", "p=reject"),
     "shop.example", "evil.example", ALIGNMENT_NO, 0},
    {"guard", TREE_WALK, false,
     DMARC("example", "p=reject") DMARC("shop.example", "p=reject"),
     "shop.example", "mail.shop.example", ALIGNMENT_YES, 1},
    {"guard", TREE_WALK, false, DMARC("example", "p=none; psd=n; sp=reject"),
     "shop.example", "other.example", ALIGNMENT_YES, 1},
    {"PSD", TREE_WALK, false, DMARC("bank", "p=reject; psd=y"), "foo.bank",
     "foo.bank", ALIGNMENT_YES, 0},
    {"PSD", TREE_WALK, false, DMARC("bank", "p=reject; psd=y"), "bank",
     "foo.bank", ALIGNMENT_NO, 1},
    {"PSD", TREE_WALK, false, DMARC("bank", "p=reject; psd=y"), "foo.bank",
     "bank", ALIGNMENT_NO, 0},
    {"A25", TREE_WALK, false, DMARC("bank", "p=reject; psd=y"), "foo.bank",
     "bar.bank", ALIGNMENT_NO, 0},
    {"A26", TREE_WALK, false, DMARC("test", "p=reject"), "a.test", "b.test",
     ALIGNMENT_NO, 0},
    {"A28", TREE_WALK, false, DMARC("x.test", "p=reject"), "x.test",
     "other.test", ALIGNMENT_NO, 0},
    {"A28", TREE_WALK, false, DMARC("x.test", "p=reject"), "x.test", "y.test",
     ALIGNMENT_NO, 0},
    {"A28", TREE_WALK, true, DMARC("x.test", "p=reject"), "x.test",
     "mail.other.test", ALIGNMENT_NO, 0},
    {"A29", TREE_WALK, false, DMARC("x.test", "p=reject"), "other.test",
     "x.test", ALIGNMENT_NO, 0},
    {"A29", TREE_WALK, false, DMARC("d.test", "p=reject"), "d.test",
     "notd.test", ALIGNMENT_NO, 0},
    {"A29", TREE_WALK, false, DMARC("d.test", "p=reject"), "d.test", "xd.test",
     ALIGNMENT_NO, 0},
    {"A29", TREE_WALK, false, DMARC("d.test", "p=reject"), "d.test",
     "d.test.evil.test", ALIGNMENT_NO, 0},
    {"A30", TREE_WALK, true, DMARC("d.test", "p=reject"), "d.test",
     "news.d.test", ALIGNMENT_NO, 0},
    {"A30", TREE_WALK, true, DMARC("d.test", "p=reject"), "news.d.test",
     "d.test", ALIGNMENT_NO, 0},
    {"A31", TREE_WALK, false, DMARC("org.test", "p=reject"), "a.b.org.test",
     "c.org.test", ALIGNMENT_YES, 1},
    {"A32", TREE_PSL, false, X, "shop.co.uk", "co.uk", ALIGNMENT_NO, 0},
    {"A32", TREE_PSL, false, X, "co.uk", "shop.co.uk", ALIGNMENT_NO, 0},
    {"A32", TREE_PSL, false, X, "co.uk", "co.uk", ALIGNMENT_YES, 0},
    {"psl", TREE_PSL, false, X, "a.shop.co.uk", "b.shop.co.uk", ALIGNMENT_YES,
     0},
    {"A34", TREE_WALK, false, ORG, "example.com", "", ALIGNMENT_NO, 0},
    {"A34", TREE_WALK, false, ORG, "example.com", NULL, ALIGNMENT_NO, 0},
    {"psd=n between", TREE_WALK, false,
     DMARC("d.test", "p=reject") DMARC("own.d.test", "p=none; psd=n"), "d.test",
     "a.own.d.test", ALIGNMENT_NO, 2},
    {"psd=y between", TREE_WALK, false,
     DMARC("d.test", "p=reject") DMARC("host.d.test", "p=none; psd=y"),
     "d.test", "a.host.d.test", ALIGNMENT_NO, 2},
    {"author failed", TREE_WALK, false,
     DMARC("d.test", "p=reject") ";!FAIL _dmarc.test TXT SERVFAIL\n", "d.test",
     "a.d.test", ALIGNMENT_UNKNOWN, 0},
    {"author failed", TREE_WALK, false,
     DMARC("d.test", "p=reject") ";!FAIL _dmarc.test TXT SERVFAIL\n", "d.test",
     "evil.example", ALIGNMENT_NO, 0},
    {"author failed", TREE_WALK, false,
     DMARC("d.test", "p=reject") ";!FAIL _dmarc.test TXT SERVFAIL\n", "d.test",
     "d.test", ALIGNMENT_YES, 0},
    {"identifier failed", TREE_WALK, false,
     DMARC("d.test", "p=reject") ";!FAIL _dmarc.a.d.test TXT SERVFAIL\n",
     "d.test", "a.d.test", ALIGNMENT_UNKNOWN, 1},
    {"stranger's DNS is not asked", TREE_WALK, false,
     DMARC("d.test", "p=reject") ";!FAIL _dmarc.evil.test TXT SERVFAIL\n",
     "d.test", "evil.test", ALIGNMENT_NO, 0},
    {"8-label cut", TREE_WALK, false,
     DMARC("a.b.c.d.e.f.g.h.test", "p=reject")
	 DMARC("b.c.d.e.f.g.h.test", "p=none; psd=y"),
     "a.b.c.d.e.f.g.h.test", "x.a.b.c.d.e.f.g.h.test", ALIGNMENT_NO, 1},
};

static void check_row(const struct row *row)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns *dns;
	struct error err;

	assert_true(dns_new_from_text(row->zone, &dns, &err));
	struct dns_session *session = dns_session_new(mem, dns, 20000);
	struct discovery found =
	    tree_discover(mem, session, row->method, row->author);
	size_t before = dns_session_count(session);
	enum alignment got =
	    align_ask(mem, session, row->method, row->author, found.org_domain,
		      row->identifier, row->is_strict);
	size_t walked = dns_session_count(session) - before;
	if (got != row->want || walked != row->walked)
		fail_msg("%s %s %s: %d asking %zu, wanted %d asking %zu",
			 row->id, row->author, row->identifier, (int)got,
			 walked, (int)row->want, row->walked);
	mem_free(mem);
	dns_free(dns);
}

static void aligns(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_row(&rows[i]);
}

/* All combinations of the pure function, against its definition. */
static void compares_organizational_domains(void **state)
{
	static const char *const names[] = {NULL, "", "d.test", "a.d.test"};

	(void)state;
	for (unsigned n = 0; n < 4 * 4 * 4 * 4 * 2; n++) {
		const char *author = names[n % 4];
		const char *author_org = names[n / 4 % 4];
		const char *identifier = names[n / 16 % 4];
		const char *org = names[n / 64 % 4];
		bool is_strict = n / 256 == 1;
		bool are_names = n % 4 > 1 && n / 16 % 4 > 1;
		bool are_orgs = n / 4 % 4 > 1 && n / 64 % 4 > 1;
		bool want = are_names &&
			    (author == identifier ||
			     (!is_strict && are_orgs && author_org == org));
		assert_int_equal(align_domains(author, author_org, identifier,
					       org, is_strict),
				 want);
	}
}

/* A34: one name in several spellings aligns with itself in strict mode. */
static void compares_normalized_names(void **state)
{
	static const char *const spellings[] = {
	    "xn--bcher-kva.test", "XN--BCHER-KVA.Test", "xn--bcher-kva.test.",
	    "b\303\274cher.test"};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
		const char *name = domain_normalize(mem, span_of(spellings[i]));
		assert_true(align_domains("xn--bcher-kva.test", NULL, name,
					  NULL, true));
	}
	assert_null(domain_normalize(mem, span_of(".")));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(aligns),
	    cmocka_unit_test(compares_organizational_domains),
	    cmocka_unit_test(compares_normalized_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
