/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_judge.c - from hand-made evidence to a DMARC result
 *
 * "A33" and so on are rows of the catalogue of inputs that broke other
 * implementations. In the evidence, "body" is a signature that fails over the
 * body while its header still fits.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/eval/judge.h"

#define SIGNATURES_MAX 24

static const char zone[] =
    "_dmarc.d.test TXT \"v=DMARC1; p=reject\"\n"
    "_dmarc.strict.test TXT \"v=DMARC1; p=reject; adkim=s; aspf=s\"\n"
    "_dmarc.none.d.test TXT \"v=DMARC1; p=none; psd=n\"\n"
    "_dmarc.odd.test TXT \"v=DMARC1; p=bogus\"\n"
    ";!FAIL _dmarc.broken.test TXT SERVFAIL\n"
    ";!FAIL _dmarc.deaf.d.test TXT TIMEOUT\n"
    "_dmarc.high.deaf.d.test TXT \"v=DMARC1; p=reject\"\n";

struct row {
	const char *id;
	const char *author;
	const char *spf;  /* "RESULT DOMAIN" */
	const char *dkim; /* "RESULT DOMAIN, RESULT DOMAIN", from the top */
	/* "RESULT dkim=ALIGNED-PASS spf=ALIGNED-PASS MARKS INDIRECT"; one mark
	 * for each signature: y when its domain aligns, n when not */
	const char *want;
};

static const struct row rows[] = {
    {"nothing", "d.test", "none -", "", "fail dkim=0 spf=0 - none"},
    {"SPF", "d.test", "pass d.test", "", "pass dkim=0 spf=1 - none"},
    {"SPF below", "d.test", "pass b.d.test", "", "pass dkim=0 spf=1 - none"},
    {"SPF other", "d.test", "pass e.test", "", "fail dkim=0 spf=0 - none"},
    {"softfail", "d.test", "softfail d.test", "", "fail dkim=0 spf=0 - none"},
    {"neutral", "d.test", "neutral d.test", "", "fail dkim=0 spf=0 - none"},
    {"SPF permerror", "d.test", "permerror d.test", "",
     "fail dkim=0 spf=0 - none"},
    {"SPF strict", "strict.test", "pass b.strict.test", "",
     "fail dkim=0 spf=0 - none"},
    {"DKIM", "d.test", "none -", "pass d.test", "pass dkim=1 spf=0 y none"},
    {"DKIM strict", "strict.test", "none -",
     "pass b.strict.test, pass strict.test", "pass dkim=1 spf=0 ny none"},
    {"both", "d.test", "pass d.test", "pass d.test",
     "pass dkim=1 spf=1 y none"},
    {"policy is no pass", "d.test", "none -", "policy d.test",
     "fail dkim=0 spf=0 y none"},
    {"A33", "d.test", "none -", "pass mail.d.test, fail d.test",
     "pass dkim=1 spf=0 yy none"},
    {"A33 turned", "d.test", "none -", "fail d.test, pass mail.d.test",
     "pass dkim=1 spf=0 yy none"},
    {"A33 false", "d.test", "none -", "fail d.test, pass evil.test",
     "fail dkim=0 spf=0 yn none"},
    {"A33 false, turned", "d.test", "none -", "pass evil.test, fail d.test",
     "fail dkim=0 spf=0 ny none"},
    {"A33 SPF", "d.test", "pass d.test", "fail d.test, pass evil.test",
     "pass dkim=0 spf=1 yn none"},
    {"A34", "d.test", "none -", "pass -", "fail dkim=0 spf=0 n none"},
    {"psd=n between", "d.test", "pass none.d.test", "pass x.none.d.test",
     "fail dkim=0 spf=0 n none"},

    {"body changed", "d.test", "none -", "body d.test",
     "fail dkim=0 spf=0 y body_changed"},
    {"body changed, other", "d.test", "none -", "body e.test, fail d.test",
     "fail dkim=0 spf=0 ny none"},

    {"3.6 SPF aligned", "d.test", "temperror d.test", "",
     "temperror dkim=0 spf=0 - none"},
    {"3.6 SPF of others", "d.test", "temperror e.test", "",
     "fail dkim=0 spf=0 - none"},
    {"3.6 SPF strict", "strict.test", "temperror b.strict.test", "",
     "fail dkim=0 spf=0 - none"},
    {"3.6 key aligned", "d.test", "fail d.test", "temperror b.d.test",
     "temperror dkim=0 spf=0 y none"},
    {"3.6 key of others", "d.test", "fail d.test", "temperror e.test",
     "fail dkim=0 spf=0 n none"},
    {"3.6 a pass decides", "d.test", "temperror d.test",
     "temperror d.test, pass d.test", "pass dkim=1 spf=0 yy none"},
    {"3.6 a pass decides", "d.test", "pass d.test", "temperror d.test",
     "pass dkim=0 spf=1 y none"},
    {"3.6 walk of a pass", "d.test", "none -", "pass deaf.d.test",
     "temperror dkim=0 spf=0 n none"},
    {"3.6 walk of a fail", "d.test", "none -", "fail deaf.d.test",
     "fail dkim=0 spf=0 n none"},
    {"3.6 walk of a temperror", "d.test", "temperror deaf.d.test", "",
     "temperror dkim=0 spf=0 - none"},
    {"3.6 walk, and a pass", "d.test", "none -",
     "pass deaf.d.test, pass d.test", "pass dkim=1 spf=0 ny none"},
    {"3.6 policy", "broken.test", "pass broken.test", "pass broken.test",
     "temperror dkim=0 spf=0 n none"},

    {"no policy", "e.test", "pass e.test", "pass e.test",
     "none dkim=0 spf=0 n none"},
    {"unusable", "odd.test", "pass odd.test", "pass odd.test",
     "permerror dkim=0 spf=0 n none"},
    {"malformed", NULL, "pass d.test", "pass d.test",
     "permerror dkim=0 spf=0 n none"},
};

static enum auth_result result_of(const char *word)
{
	for (int i = AUTH_NONE; i <= AUTH_PERMERROR; i++) {
		if (strcmp(auth_result_text((enum auth_result)i), word) == 0)
			return (enum auth_result)i;
	}
	if (strcmp(word, "body") != 0)
		fail_msg("no result: %s", word);
	return AUTH_FAIL;
}

/* "pass d.test" into its two words; "-" is no domain. */
static const char *read_pair(TALLOC_CTX *mem, struct span text,
			     const char **domain)
{
	struct span word;
	struct span rest;

	(void)span_cut(span_trim(text), ' ', &word, &rest);
	*domain = span_equals(rest, "-")
		      ? NULL
		      : mem_strndup(mem, rest.data, rest.length);
	return mem_strndup(mem, word.data, word.length);
}

static void read_signatures(TALLOC_CTX *mem, const char *text,
			    struct evidence_signatures *dkim)
{
	struct span rest = span_of(text);
	struct span one;

	dkim->items = mem_array(mem, struct evidence_signature, SIGNATURES_MAX);
	while (rest.length > 0) {
		struct evidence_signature *s = &dkim->items[dkim->count++];
		(void)span_cut(rest, ',', &one, &rest);
		const char *word = read_pair(mem, one, &s->domain);
		s->result = result_of(word);
		s->is_body_changed = strcmp(word, "body") == 0;
	}
}

static struct verdict verdict_of(TALLOC_CTX *mem, struct dns_session *session,
				 const struct row *row)
{
	struct verdict verdict = {.author = {.domain = row->author}};
	struct evidence_spf *spf = &verdict.evidence.spf;

	spf->result =
	    result_of(read_pair(mem, span_of(row->spf), &spf->domain));
	read_signatures(mem, row->dkim, &verdict.evidence.dkim);
	if (row->author == NULL)
		verdict.author.error = AUTHOR_SEVERAL_FROM;
	else
		verdict.discovery =
		    tree_discover(mem, session, TREE_WALK, row->author);
	return verdict;
}

static const char *describe(TALLOC_CTX *mem, const struct verdict *verdict)
{
	struct strbuf marks;

	strbuf_init(&marks, mem, 100);
	for (size_t i = 0; i < verdict->evidence.dkim.count; i++)
		strbuf_add_char(&marks, verdict->is_aligned[i] ? 'y' : 'n');
	return mem_printf(
	    mem, "%s dkim=%d spf=%d %s %s", dmarc_result_text(verdict->result),
	    verdict->is_dkim_aligned, verdict->is_spf_aligned,
	    verdict->evidence.dkim.count == 0 ? "-" : strbuf_text(&marks),
	    indirect_text(verdict->input.indirect));
}

struct scene {
	TALLOC_CTX *mem;
	struct dns *dns;
	struct dns_session *session;
};

static struct scene scene_new(const char *text)
{
	struct scene scene = {.mem = mem_context(NULL)};
	struct error err;

	if (!dns_new_from_text(text, &scene.dns, &err))
		fail_msg("%s", err.words);
	scene.session = dns_session_new(scene.mem, scene.dns, 20000);
	return scene;
}

static void scene_free(struct scene *scene)
{
	mem_free(scene->mem);
	dns_free(scene->dns);
}

static void judges(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scene scene = scene_new(zone);
		struct verdict verdict =
		    verdict_of(scene.mem, scene.session, &rows[i]);
		judge_alignment(scene.mem, scene.session, &verdict);
		const char *got = describe(scene.mem, &verdict);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: %s, wanted %s", rows[i].id, got,
				 rows[i].want);
		/* Whatever is not fine has its reason in words. */
		if (verdict.result != DMARC_RESULT_PASS &&
		    verdict.result != DMARC_RESULT_NONE)
			assert_non_null(verdict.reason);
		scene_free(&scene);
	}
}

/* E23: of lookups that stayed open and mattered, the policy's is told, else
 * SPF's, else the key's; and whose it was. */
static void e23_says_what_stayed_open(void **state)
{
	static const struct {
		struct row row;
		enum lookup_kind what;
		const char *domain;
	} cases[] = {
	    {{"", "broken.test", "temperror broken.test",
	      "temperror broken.test", ""},
	     LOOKUP_POLICY,
	     "broken.test"},
	    {{"", "d.test", "temperror b.d.test", "temperror d.test", ""},
	     LOOKUP_SPF,
	     "b.d.test"},
	    {{"", "d.test", "fail d.test",
	      "fail d.test, temperror e.test, temperror b.d.test, "
	      "temperror c.d.test",
	      ""},
	     LOOKUP_KEY,
	     "b.d.test"},
	    {{"", "d.test", "temperror e.test", "temperror d.test", ""},
	     LOOKUP_KEY,
	     "d.test"},
	    /* A stranger's key fails, while what failed is a walk. */
	    {{"", "d.test", "pass deaf.d.test", "temperror e.test", ""},
	     LOOKUP_POLICY,
	     "deaf.d.test"},
	    {{"", "d.test", "temperror d.test", "pass deaf.d.test", ""},
	     LOOKUP_POLICY,
	     "deaf.d.test"},
	    {{"", "d.test", "none -", "temperror b.d.test, pass deaf.d.test",
	      ""},
	     LOOKUP_POLICY,
	     "deaf.d.test"},
	    /* The author's own walk, above its record. */
	    {{"", "high.deaf.d.test", "pass b.high.deaf.d.test", "", ""},
	     LOOKUP_POLICY,
	     "high.deaf.d.test"},
	    /* Nothing that could have changed the outcome. */
	    {{"", "d.test", "temperror e.test", "temperror e.test", ""},
	     LOOKUP_NONE,
	     NULL},
	    {{"", "d.test", "temperror d.test", "temperror d.test, pass d.test",
	      ""},
	     LOOKUP_NONE,
	     NULL},
	    {{"", "d.test", "fail deaf.d.test", "fail deaf.d.test", ""},
	     LOOKUP_NONE,
	     NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct scene scene = scene_new(zone);
		struct verdict verdict =
		    verdict_of(scene.mem, scene.session, &cases[i].row);
		judge_alignment(scene.mem, scene.session, &verdict);
		assert_int_equal(verdict.open.what, cases[i].what);
		assert_int_equal(verdict.result == DMARC_RESULT_TEMPERROR,
				 cases[i].what != LOOKUP_NONE);
		if (cases[i].domain != NULL)
			assert_string_equal(verdict.open.domain,
					    cases[i].domain);
		scene_free(&scene);
	}
}

static void gives_reasons(void **state)
{
	static const struct {
		struct row row;
		const char *want;
	} reasons[] = {
	    {{"", "d.test", "none -", "", ""}, "SPF none, no DKIM signature"},
	    {{"", "d.test", "fail d.test", "fail d.test", ""},
	     "SPF fail, no valid DKIM signature"},
	    {{"", "d.test", "pass e.test", "pass e.test", ""},
	     "SPF pass for e.test is not aligned (relaxed), DKIM pass for "
	     "e.test is not aligned (relaxed)"},
	    {{"", "strict.test", "pass b.strict.test", "pass b.strict.test",
	      ""},
	     "SPF pass for b.strict.test is not aligned (strict), DKIM pass "
	     "for b.strict.test is not aligned (strict)"},
	    {{"", "d.test", "none -", "body d.test", ""},
	     "SPF none, no valid DKIM signature, an aligned signature fits "
	     "the header but not the body"},
	    {{"", "d.test", "temperror d.test", "", ""},
	     "a lookup for an identifier that could have aligned did not "
	     "complete"},
	    {{"", "broken.test", "none -", "", ""},
	     "the policy lookup did not complete"},
	    {{"", "odd.test", "none -", "", ""}, "p invalid"},
	    {{"", NULL, "none -", "", ""}, "several From fields"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		struct scene scene = scene_new(zone);
		struct verdict verdict =
		    verdict_of(scene.mem, scene.session, &reasons[i].row);
		judge_alignment(scene.mem, scene.session, &verdict);
		assert_string_equal(verdict.reason, reasons[i].want);
		scene_free(&scene);
	}
}

/* RFC 8601 2.2: the comment tells whoever reads the header. */
static void says_that_from_is_malformed(void **state)
{
	static const struct {
		struct row row;
		const char *want;
	} reasons[] = {
	    {{"", "d.test", "pass d.test", "", ""},
	     "From is malformed: specials outside quotes"},
	    {{"", "d.test", "fail d.test", "", ""},
	     "From is malformed: specials outside quotes; SPF fail, no DKIM "
	     "signature"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		struct scene scene = scene_new(zone);
		struct verdict verdict =
		    verdict_of(scene.mem, scene.session, &reasons[i].row);
		verdict.author.is_malformed = true;
		judge_alignment(scene.mem, scene.session, &verdict);
		assert_string_equal(verdict.reason, reasons[i].want);
		scene_free(&scene);
	}
}

/* `count` signatures of distinct subdomains, each needing a walk, and one
 * more behind them. */
static struct verdict crowd(struct scene *scene, size_t count,
			    enum auth_result result, const char *last)
{
	struct row row = {.author = "d.test", .spf = "none -", .dkim = ""};
	struct verdict verdict = verdict_of(scene->mem, scene->session, &row);
	struct evidence_signatures *dkim = &verdict.evidence.dkim;

	for (size_t i = 0; i < count; i++)
		dkim->items[dkim->count++] = (struct evidence_signature){
		    .domain = mem_printf(scene->mem, "s%zu.d.test", i),
		    .result = result,
		};
	dkim->items[dkim->count++] =
	    (struct evidence_signature){.domain = last, .result = AUTH_PASS};
	judge_alignment(scene->mem, scene->session, &verdict);
	return verdict;
}

/* A pile of broken signatures never uses up the walks of a good one. */
static void walks_those_that_matter_first(void **state)
{
	struct scene scene = scene_new(zone);
	struct verdict verdict = crowd(&scene, 20, AUTH_FAIL, "last.d.test");

	(void)state;
	assert_int_equal(verdict.result, DMARC_RESULT_PASS);
	assert_true(verdict.is_aligned[20]);
	/* The good one's walk, and as many of the others' as are left. */
	for (size_t i = 0; i < 20; i++)
		assert_int_equal(verdict.is_aligned[i],
				 i < LIMIT_IDENTIFIERS_WALKED - 1);
	scene_free(&scene);
}

/* Past the limit a name that needs no walk still aligns. */
static void needs_no_walk_for_equal_names(void **state)
{
	struct scene scene = scene_new(zone);
	size_t asked;

	(void)state;
	struct verdict verdict = crowd(&scene, 20, AUTH_FAIL, "d.test");
	assert_int_equal(verdict.result, DMARC_RESULT_PASS);
	asked = dns_session_count(scene.session);
	/* _dmarc.d.test and _dmarc.test; each walk asks one name. */
	assert_int_equal(asked, 2 + LIMIT_IDENTIFIERS_WALKED);
	scene_free(&scene);

	scene = scene_new("_dmarc.d.test TXT \"v=DMARC1; p=reject\"\n"
			  ";!FAIL _dmarc.s0.d.test TXT SERVFAIL\n");
	verdict = crowd(&scene, 20, AUTH_TEMPERROR, "d.test");
	assert_int_equal(verdict.result, DMARC_RESULT_PASS);
	assert_true(verdict.is_aligned[20]);
	scene_free(&scene);
}

/* The same domain again and again is one walk. */
static void walks_a_domain_once(void **state)
{
	struct scene scene = scene_new(zone);
	struct row row = {.author = "d.test",
			  .spf = "none -",
			  .dkim = "fail a.d.test, fail a.d.test, "
				  "fail a.d.test, fail a.d.test, "
				  "fail a.d.test, fail a.d.test, "
				  "fail a.d.test, fail a.d.test, "
				  "fail a.d.test, fail a.d.test, "
				  "fail a.d.test, fail b.d.test"};
	struct verdict verdict = verdict_of(scene.mem, scene.session, &row);

	(void)state;
	judge_alignment(scene.mem, scene.session, &verdict);
	assert_string_equal(describe(scene.mem, &verdict),
			    "fail dkim=0 spf=0 yyyyyyyyyyyy none");
	scene_free(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(judges),
	    cmocka_unit_test(e23_says_what_stayed_open),
	    cmocka_unit_test(gives_reasons),
	    cmocka_unit_test(says_that_from_is_malformed),
	    cmocka_unit_test(walks_those_that_matter_first),
	    cmocka_unit_test(needs_no_walk_for_equal_names),
	    cmocka_unit_test(walks_a_domain_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
