/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_tree.c - tree walk, Organizational Domain, policy discovery
 *
 * The rows with a section number are the examples of RFC 9989; "A3" and so on
 * are rows of the catalogue of inputs that broke other implementations. Every
 * row says which questions are asked, in which order.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/dmarc/tree.h"

#define DMARC(name, text) "_dmarc." name " TXT \"v=DMARC1; " text "\"\n"
#define EXISTS(name) name " TXT \"here\"\n"
#define FAILS(name, type) ";!FAIL " name " " type " SERVFAIL\n"

struct row {
	const char *id;
	enum tree_method method;
	const char *zone;
	const char *author;
	/* "ORG POLICY-DOMAIN POLICY", "-" for none; or "incomplete ORG" */
	const char *want;
	const char
	    *questions; /* "_dmarc." as "~"; other types than TXT shown */
};

struct scene {
	TALLOC_CTX *mem;
	struct dns *dns;
	struct dns_session *session;
};

static struct scene scene_new(const char *zone)
{
	struct scene scene = {.mem = mem_context(NULL)};
	struct error err = {0};

	if (!dns_new_from_text(zone, &scene.dns, &err))
		fail_msg("%s\n%s", err.words, zone);
	scene.session = dns_session_new(scene.mem, scene.dns, 20000);
	return scene;
}

static void scene_free(struct scene *scene)
{
	mem_free(scene->mem);
	dns_free(scene->dns);
}

static const char *questions_of(struct scene *scene)
{
	struct strbuf text;

	strbuf_init(&text, scene->mem, 4000);
	for (size_t i = 0; i < dns_session_count(scene->session); i++) {
		const struct dns_question *question =
		    dns_session_question(scene->session, i);
		const char *name = question->name;
		if (i > 0)
			strbuf_add_char(&text, ' ');
		if (strncmp(name, "_dmarc.", 7) == 0)
			strbuf_printf(&text, "~%s", name + 7);
		else
			strbuf_add_text(&text, name);
		if (question->type != DNS_TXT)
			strbuf_printf(&text, "/%s",
				      dns_type_text(question->type));
	}
	return strbuf_text(&text);
}

static const char *or_dash(const char *text)
{
	return text == NULL ? "-" : text;
}

static const char *describe(TALLOC_CTX *mem, const struct discovery *found,
			    const char *author)
{
	if (!found->is_complete)
		return mem_printf(mem, "incomplete %s",
				  or_dash(found->org_domain));
	if (found->record != NULL && !found->record->is_usable)
		return mem_printf(mem, "%s %s permerror",
				  or_dash(found->org_domain),
				  found->policy_domain);
	return mem_printf(mem, "%s %s %s", or_dash(found->org_domain),
			  or_dash(found->policy_domain),
			  or_dash(request_text(tree_policy(found, author))));
}

static void check_row(const struct row *row)
{
	struct scene scene = scene_new(row->zone);
	struct discovery found =
	    tree_discover(scene.mem, scene.session, row->method, row->author);
	const char *got = describe(scene.mem, &found, row->author);
	const char *asked = questions_of(&scene);

	if (strcmp(got, row->want) != 0)
		fail_msg("%s %s: %s, wanted %s", row->id, row->author, got,
			 row->want);
	if (strcmp(asked, row->questions) != 0)
		fail_msg("%s %s: asked %s, wanted %s", row->id, row->author,
			 asked, row->questions);
	scene_free(&scene);
}

#define LONG_CUT                                                               \
	" ~g.h.i.j.mail.example.com ~h.i.j.mail.example.com"                   \
	" ~i.j.mail.example.com ~j.mail.example.com ~mail.example.com"         \
	" ~example.com ~com"

static const struct row walk_rows[] = {
    {"4.10.2", TREE_WALK,
     DMARC("mail.example.com", "p=none") DMARC("example.com", "p=reject"),
     "a.mail.example.com", "example.com example.com reject",
     "~a.mail.example.com ~mail.example.com ~example.com ~com"},
    {"4.10.2", TREE_WALK, DMARC("mail.example.com", "p=reject; psd=n"),
     "a.mail.example.com", "mail.example.com mail.example.com reject",
     "~a.mail.example.com ~mail.example.com"},
    {"4.10.2", TREE_WALK, DMARC("com", "p=none; psd=y"), "a.mail.example.com",
     "example.com com none",
     "~a.mail.example.com ~mail.example.com ~example.com ~com"},
    {"4.10.2", TREE_WALK, DMARC("example.com", "p=quarantine; psd=y"),
     "mail.example.com", "mail.example.com example.com quarantine",
     "~mail.example.com ~example.com"},
    {"B.1", TREE_WALK,
     DMARC("giant.bank.example", "p=reject")
	 DMARC("bank.example", "p=none; psd=y"),
     "giant.bank.example", "giant.bank.example giant.bank.example reject",
     "~giant.bank.example ~bank.example"},
    {"B.1", TREE_WALK,
     DMARC("giant.bank.example", "p=reject")
	 DMARC("bank.example", "p=none; psd=y"),
     "mail.mega.bank.example", "mega.bank.example bank.example none",
     "~mail.mega.bank.example ~mega.bank.example ~bank.example"},
    {"B.4", TREE_WALK,
     DMARC("example.com", "p=reject") DMARC("signing.example.com", "p=none"),
     "a.b.c.d.e.f.g.h.i.j.k.example.com", "example.com example.com reject",
     "~a.b.c.d.e.f.g.h.i.j.k.example.com ~g.h.i.j.k.example.com"
     " ~h.i.j.k.example.com ~i.j.k.example.com ~j.k.example.com"
     " ~k.example.com ~example.com ~com"},
    {"5.1.8", TREE_WALK,
     DMARC("b.c.d.e.f.g.example.com", "p=none; psd=n")
	 DMARC("example.com", "p=reject"),
     "mail.a.b.c.d.e.f.g.example.com", "example.com example.com reject",
     "~mail.a.b.c.d.e.f.g.example.com ~c.d.e.f.g.example.com"
     " ~d.e.f.g.example.com ~e.f.g.example.com ~f.g.example.com"
     " ~g.example.com ~example.com ~com"},
    {"4.10", TREE_WALK, EXISTS("x.test"),
     "a.b.c.d.e.f.g.h.i.j.mail.example.com",
     "a.b.c.d.e.f.g.h.i.j.mail.example.com - -",
     "~a.b.c.d.e.f.g.h.i.j.mail.example.com" LONG_CUT},
    {"4.10: 8 labels", TREE_WALK, EXISTS("x.test"), "a.b.c.d.e.f.g.test",
     "a.b.c.d.e.f.g.test - -",
     "~a.b.c.d.e.f.g.test ~b.c.d.e.f.g.test ~c.d.e.f.g.test ~d.e.f.g.test"
     " ~e.f.g.test ~f.g.test ~g.test ~test"},
    {"4.10: 7 labels", TREE_WALK, EXISTS("x.test"), "b.c.d.e.f.g.test",
     "b.c.d.e.f.g.test - -",
     "~b.c.d.e.f.g.test ~c.d.e.f.g.test ~d.e.f.g.test ~e.f.g.test ~f.g.test"
     " ~g.test ~test"},
    {"4.10.2: skipped", TREE_WALK, DMARC("c.d.e.f.g.h.test", "p=none; psd=y"),
     "y.x.a.b.c.d.e.f.g.h.test", "b.c.d.e.f.g.h.test c.d.e.f.g.h.test none",
     "~y.x.a.b.c.d.e.f.g.h.test ~c.d.e.f.g.h.test"},
    {"guard", TREE_WALK, DMARC("example", "p=reject"), "shop.example",
     "shop.example - -", "~shop.example ~example"},
    {"guard", TREE_WALK,
     DMARC("example", "p=reject") DMARC("shop.example", "p=reject"),
     "shop.example", "shop.example shop.example reject",
     "~shop.example ~example"},
    {"guard", TREE_WALK,
     DMARC("example", "p=none; psd=n; sp=reject") EXISTS("shop.example"),
     "shop.example", "example example reject", "~shop.example ~example"},
    {"guard", TREE_WALK, DMARC("example", "p=reject"), "example",
     "example example reject", "~example"},
    {"PSD", TREE_WALK, DMARC("bank", "p=reject; psd=y") EXISTS("foo.bank"),
     "foo.bank", "foo.bank bank reject", "~foo.bank ~bank"},
    {"PSD", TREE_WALK, DMARC("bank", "p=none; psd=y; np=reject"), "nx.bank",
     "nx.bank bank reject", "~nx.bank ~bank nx.bank/A"},
    {"PSD", TREE_WALK, DMARC("bank", "p=reject; psd=y"), "bank",
     "bank bank reject", "~bank"},
    {"A23", TREE_WALK,
     DMARC("b.example.com", "p=none")
	 DMARC("example.com", "p=reject; sp=quarantine"),
     "a.b.example.com", "example.com example.com quarantine",
     "~a.b.example.com ~b.example.com ~example.com ~com"},
    {"A23", TREE_WALK,
     DMARC("a.org.test", "p=none") DMARC("org.test", "p=reject"),
     "x.a.org.test", "org.test org.test reject",
     "~x.a.org.test ~a.org.test ~org.test ~test"},
    {"A1", TREE_WALK,
     "_dmarc.d.test TXT \"google-site-verification=x\"\n" DMARC("d.test",
								"p=reject"),
     "d.test", "d.test d.test reject", "~d.test ~test"},
    {"A1", TREE_WALK, DMARC("d.test", "p=reject") "_dmarc.d.test TXT \"zzz\"\n",
     "d.test", "d.test d.test reject", "~d.test ~test"},
    {"A2", TREE_WALK,
     "_dmarc.d.test CNAME apex.d.test\napex.d.test TXT \"v=spf1 -all\"\n"
     "apex.d.test TXT \"token\"\napex.d.test TXT \"v=DMARC1; p=re\" \"ject\"\n",
     "d.test", "d.test d.test reject", "~d.test ~test"},
    {"A3", TREE_WALK, DMARC("d.test", "p=none") DMARC("d.test", "p=reject"),
     "d.test", "d.test - -", "~d.test ~test"},
    {"A3", TREE_WALK,
     DMARC("a.d.test", "p=none") DMARC("a.d.test", "p=reject; psd=n")
	 DMARC("d.test", "p=quarantine"),
     "a.d.test", "d.test d.test quarantine", "~a.d.test ~d.test ~test"},
    {"A5", TREE_WALK, "_dmarc.d.test TXT \"v=DMARC10; p=reject\"\n", "d.test",
     "d.test - -", "~d.test ~test"},
    {"A9", TREE_WALK, DMARC("a.d.test", "p=rejekt") DMARC("d.test", "p=reject"),
     "a.d.test", "d.test a.d.test permerror", "~a.d.test ~d.test ~test"},
    {"A9: at the OD", TREE_WALK,
     DMARC("d.bank", "p=rejekt; np=none") DMARC("bank", "p=reject; psd=y"),
     "a.d.bank", "d.bank d.bank permerror", "~a.d.bank ~d.bank ~bank"},
    {"A20", TREE_WALK, DMARC("d.test", "p=none; sp=reject"), "d.test",
     "d.test d.test none", "~d.test ~test"},
    {"A21", TREE_WALK, DMARC("org.test", "p=reject; sp=none; np=reject; t=y"),
     "nx.sub.org.test", "org.test org.test reject",
     "~nx.sub.org.test ~sub.org.test ~org.test ~test nx.sub.org.test/A"},
    {"A22", TREE_WALK,
     DMARC("org.test", "p=reject; sp=none; np=reject; t=y")
	 EXISTS("nx.sub.org.test"),
     "nx.sub.org.test", "org.test org.test none",
     "~nx.sub.org.test ~sub.org.test ~org.test ~test nx.sub.org.test/A"},
    {"A22: below", TREE_WALK,
     DMARC("org.test", "p=reject; np=none") EXISTS("x.nx.org.test"),
     "nx.org.test", "org.test org.test reject",
     "~nx.org.test ~org.test ~test nx.org.test/A"},
    {"A22: implied", TREE_WALK,
     DMARC("org.test", "p=reject; np=none") "_dmarc.a.org.test A 192.0.2.1\n",
     "a.org.test", "org.test org.test reject", "~a.org.test ~org.test ~test"},
    {"np at the author", TREE_WALK, DMARC("d.test", "p=none; np=reject"),
     "d.test", "d.test d.test none", "~d.test ~test"},
    {"np = sp", TREE_WALK, DMARC("org.test", "p=none; sp=reject; np=reject"),
     "nx.org.test", "org.test org.test reject", "~nx.org.test ~org.test ~test"},
    {"np = p", TREE_WALK, DMARC("org.test", "p=none; np=none"), "nx.org.test",
     "org.test org.test none", "~nx.org.test ~org.test ~test"},
    {"no np", TREE_WALK, DMARC("org.test", "p=none; sp=reject"), "nx.org.test",
     "org.test org.test reject", "~nx.org.test ~org.test ~test"},
    {"A24", TREE_WALK,
     DMARC("gov.test", "p=reject; psd=y") DMARC("agency.gov.test", "p=none"),
     "agency.gov.test", "agency.gov.test agency.gov.test none",
     "~agency.gov.test ~gov.test"},
    {"A24", TREE_WALK, DMARC("gov.test", "p=reject; psd=y"),
     "a.agency.gov.test", "agency.gov.test gov.test reject",
     "~a.agency.gov.test ~agency.gov.test ~gov.test"},
    {"A24", TREE_WALK,
     DMARC("d.test", "p=none; psd=n") DMARC("test", "p=reject; psd=y"),
     "a.d.test", "d.test d.test none", "~a.d.test ~d.test"},
    {"A24", TREE_WALK, DMARC("example.com", "p=reject"),
     "a.b.c.d.e.f.g.h.i.j.mail.example.com", "example.com example.com reject",
     "~a.b.c.d.e.f.g.h.i.j.mail.example.com" LONG_CUT},
    {"A25", TREE_WALK, DMARC("bank", "p=reject; psd=y"), "foo.bank",
     "foo.bank bank reject", "~foo.bank ~bank"},
    {"A26", TREE_WALK, DMARC("test", "p=reject"), "a.test", "a.test - -",
     "~a.test ~test"},
    {"psd=y without policy", TREE_WALK, DMARC("bank", "p=x; psd=y"), "foo.bank",
     "foo.bank bank permerror", "~foo.bank ~bank"},
};

static const struct row failure_rows[] = {
    {"A4", TREE_WALK, FAILS("_dmarc.d.test", "TXT"), "d.test", "incomplete -",
     "~d.test"},
    {"A4: refused", TREE_WALK, ";!FAIL _dmarc.d.test TXT REFUSED\n", "d.test",
     "incomplete -", "~d.test"},
    {"A4: timeout", TREE_WALK, ";!FAIL _dmarc.d.test TXT TIMEOUT\n", "d.test",
     "incomplete -", "~d.test"},
    {"A4: bogus", TREE_WALK, ";!FAIL _dmarc.d.test TXT BOGUS\n", "d.test",
     "incomplete -", "~d.test"},
    {"in between", TREE_WALK,
     DMARC("d.test", "p=reject") FAILS("_dmarc.b.d.test", "TXT"), "a.b.d.test",
     "incomplete -", "~a.b.d.test ~b.d.test"},
    {"above, unneeded", TREE_WALK,
     DMARC("d.test", "p=reject") FAILS("_dmarc.test", "TXT"), "d.test",
     "- d.test reject", "~d.test ~test"},
    {"above, needed", TREE_WALK,
     DMARC("d.test", "p=reject") FAILS("_dmarc.test", "TXT"), "a.d.test",
     "incomplete -", "~a.d.test ~d.test ~test"},
    {"above psd=n", TREE_WALK,
     DMARC("d.test", "p=reject; psd=n") FAILS("_dmarc.test", "TXT"), "a.d.test",
     "d.test d.test reject", "~a.d.test ~d.test"},
    {"existence", TREE_WALK,
     DMARC("d.test", "p=reject; np=none") FAILS("a.d.test", "A"), "a.d.test",
     "incomplete d.test", "~a.d.test ~d.test ~test a.d.test/A"},
    {"existence, bogus", TREE_WALK,
     DMARC("d.test", "p=reject; np=none") ";!FAIL a.d.test A BOGUS\n",
     "a.d.test", "incomplete d.test", "~a.d.test ~d.test ~test a.d.test/A"},
    {"existence unneeded", TREE_WALK,
     DMARC("d.test", "p=reject") FAILS("a.d.test", "A"), "a.d.test",
     "d.test d.test reject", "~a.d.test ~d.test ~test"},
    {"psl, author", TREE_PSL, FAILS("_dmarc.a.example.com", "TXT"),
     "a.example.com", "incomplete example.com", "~a.example.com"},
    {"psl, OD", TREE_PSL, FAILS("_dmarc.example.com", "TXT"), "a.example.com",
     "incomplete example.com", "~a.example.com ~example.com"},
    {"psl, unneeded", TREE_PSL,
     DMARC("a.example.com", "p=reject") FAILS("_dmarc.example.com", "TXT"),
     "a.example.com", "example.com a.example.com reject", "~a.example.com"},
};

static const struct row psl_rows[] = {
    {"A27", TREE_PSL, DMARC("plain.newtld", "p=reject"), "sub.plain.newtld",
     "plain.newtld plain.newtld reject", "~sub.plain.newtld ~plain.newtld"},
    {"A27", TREE_PSL, DMARC("foo.bar.ck", "p=reject; sp=none"), "a.foo.bar.ck",
     "foo.bar.ck foo.bar.ck none", "~a.foo.bar.ck ~foo.bar.ck"},
    {"A27", TREE_PSL, DMARC("www.ck", "p=reject"), "mail.www.ck",
     "www.ck www.ck reject", "~mail.www.ck ~www.ck"},
    {"A32", TREE_PSL, DMARC("co.uk", "p=reject"), "shop.co.uk",
     "shop.co.uk - -", "~shop.co.uk"},
    {"A32", TREE_PSL, DMARC("co.uk", "p=reject"), "co.uk", "co.uk co.uk reject",
     "~co.uk"},
    {"psl: no names between", TREE_PSL,
     DMARC("b.example.com", "p=none; psd=n") DMARC("example.com", "p=reject"),
     "a.b.example.com", "example.com example.com reject",
     "~a.b.example.com ~example.com"},
    {"psl: np", TREE_PSL, DMARC("example.com", "p=reject; np=none"),
     "nx.example.com", "example.com example.com none",
     "~nx.example.com ~example.com nx.example.com/A"},
    {"psl: none", TREE_PSL, EXISTS("example.com"), "a.example.com",
     "example.com - -", "~a.example.com ~example.com"},
};

static void walks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof walk_rows / sizeof walk_rows[0]; i++)
		check_row(&walk_rows[i]);
}

static void meets_failures(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof failure_rows / sizeof failure_rows[0];
	     i++)
		check_row(&failure_rows[i]);
}

static void follows_the_list(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof psl_rows / sizeof psl_rows[0]; i++)
		check_row(&psl_rows[i]);
}

static void comments(void **state)
{
	static const struct {
		const char *author;
		const char *zone;
		const char *want;
	} rows[] = {
	    {"d.test", DMARC("d.test", "p=none"), "-"},
	    {"d.test", DMARC("d.test", "p=none") DMARC("d.test", "p=reject"),
	     "several records at _dmarc.d.test"},
	    {"d.test", DMARC("test", "p=none"),
	     "not used: the record at the top-level domain test"},
	    {"d.test", FAILS("_dmarc.test", "TXT"),
	     "no answer for _dmarc.test"},
	    {"d.test",
	     DMARC("d.test", "p=none") DMARC("d.test", "p=reject")
		 DMARC("test", "p=none"),
	     "several records at _dmarc.d.test, not used: the record at the "
	     "top-level domain test"},
	    {"test", DMARC("test", "p=none"), "-"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scene scene = scene_new(rows[i].zone);
		struct discovery found = tree_discover(
		    scene.mem, scene.session, TREE_WALK, rows[i].author);
		assert_string_equal(or_dash(found.comment), rows[i].want);
		scene_free(&scene);
	}
}

/* Each identifier has a walk of its own, and both agree on the way. */
static void finds_org_domains(void **state)
{
	struct scene scene = scene_new(DMARC("example.com", "p=none")
					   FAILS("_dmarc.bad.test", "TXT"));

	(void)state;
	assert_string_equal(tree_org_domain(scene.mem, scene.session, TREE_WALK,
					    "a.b.example.com"),
			    "example.com");
	assert_string_equal(tree_org_domain(scene.mem, scene.session, TREE_PSL,
					    "a.b.example.co.uk"),
			    "example.co.uk");
	assert_null(
	    tree_org_domain(scene.mem, scene.session, TREE_WALK, "a.bad.test"));
	scene_free(&scene);
}

/* What is asked ahead is what the walk asks, and is not listed as asked. */
static void asks_ahead(void **state)
{
	struct scene scene = scene_new(DMARC("example.com", "p=none"));

	(void)state;
	tree_ask_ahead(scene.session, TREE_WALK,
		       "a.b.c.d.e.f.g.h.i.j.example.com");
	assert_int_equal(dns_session_count(scene.session), 0);
	(void)tree_discover(scene.mem, scene.session, TREE_WALK,
			    "a.b.c.d.e.f.g.h.i.j.example.com");
	assert_int_equal(dns_session_count(scene.session), 8);
	scene_free(&scene);
}

/* Which of p, sp and np is in force, for facts however they were found. */
static void picks_the_policy(void **state)
{
	static const struct {
		const char *author;
		enum existence exists;
		enum request sp;
		enum request np;
		enum request want;
	} rows[] = {
	    {"d.test", EXISTENCE_NO, REQUEST_NONE, REQUEST_NONE,
	     REQUEST_REJECT},
	    {"a.d.test", EXISTENCE_NO, REQUEST_QUARANTINE, REQUEST_NONE,
	     REQUEST_NONE},
	    {"a.d.test", EXISTENCE_YES, REQUEST_QUARANTINE, REQUEST_NONE,
	     REQUEST_QUARANTINE},
	    {"a.d.test", EXISTENCE_UNASKED, REQUEST_ABSENT, REQUEST_NONE,
	     REQUEST_REJECT},
	    {"a.d.test", EXISTENCE_NO, REQUEST_QUARANTINE, REQUEST_ABSENT,
	     REQUEST_QUARANTINE},
	    {"a.d.test", EXISTENCE_NO, REQUEST_ABSENT, REQUEST_ABSENT,
	     REQUEST_REJECT},
	};
	struct discovery none = {0};

	(void)state;
	assert_int_equal(tree_policy(&none, "d.test"), REQUEST_ABSENT);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct record record = {.is_usable = true,
					.p = REQUEST_REJECT,
					.sp = rows[i].sp,
					.np = rows[i].np};
		struct discovery found = {.policy_domain = "d.test",
					  .record = &record,
					  .author_exists = rows[i].exists};
		assert_int_equal(tree_policy(&found, rows[i].author),
				 rows[i].want);
		record.is_usable = false;
		assert_int_equal(tree_policy(&found, rows[i].author),
				 REQUEST_ABSENT);
	}
}

static void has_words(void **state)
{
	(void)state;
	assert_string_equal(tree_method_text(TREE_WALK), "treewalk");
	assert_string_equal(tree_method_text(TREE_PSL), "psl");
}

static void asks_so_many_questions(void **state)
{
	char name[] = "l.l.l.l.l.l.l.l.l.l.l.l.l.l.l.l.l.l.l.l.test";

	(void)state;
	for (size_t labels = LIMIT_TREE_QUERIES - 1;
	     labels < LIMIT_TREE_QUERIES + 10; labels++) {
		struct scene scene = scene_new(EXISTS("x.test"));
		const char *author = domain_suffix(name, labels);
		(void)tree_discover(scene.mem, scene.session, TREE_WALK,
				    author);
		assert_int_equal(
		    dns_session_count(scene.session),
		    labels < LIMIT_TREE_QUERIES ? labels : LIMIT_TREE_QUERIES);
		scene_free(&scene);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(walks),
	    cmocka_unit_test(meets_failures),
	    cmocka_unit_test(follows_the_list),
	    cmocka_unit_test(comments),
	    cmocka_unit_test(finds_org_domains),
	    cmocka_unit_test(asks_ahead),
	    cmocka_unit_test(picks_the_policy),
	    cmocka_unit_test(has_words),
	    cmocka_unit_test(asks_so_many_questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
