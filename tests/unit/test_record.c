/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_record.c - the DMARC Policy Record
 *
 * "A5" and so on are rows of the catalogue of inputs that broke other
 * implementations; what is owed to each is in docs/TESTING.md.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/dmarc/record.h"

#define RUA "; rua=mailto:a@d.test"

static const char *or_dash(const char *text)
{
	return text == NULL ? "-" : text;
}

/* "p sp np adkim aspf t psd pct fo rua ruf", lists as counts; a record that
 * cannot be used shows its psd only. */
static const char *describe(TALLOC_CTX *mem, const struct record *r)
{
	if (!r->is_usable)
		return mem_printf(mem, "permerror %s", psd_text(r->psd));
	return mem_printf(
	    mem, "%s %s %s %c%c %c %s %d %s %zu %zu", request_text(r->p),
	    or_dash(request_text(r->sp)), or_dash(request_text(r->np)),
	    r->is_adkim_strict ? 's' : 'r', r->is_aspf_strict ? 's' : 'r',
	    r->is_test_mode ? 'y' : 'n', psd_text(r->psd), r->pct, r->fo,
	    r->rua.count, r->ruf.count);
}

static void knows_its_version(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
	    {"v=DMARC1", true}, /* A8 */
	    {"v=DMARC1;", true},
	    {"V=DMARC1; p=none", true},
	    {"v = DMARC1 ; p = Reject", true}, /* A6 */
	    {"v\t=\tDMARC1\t;p=none", true},
	    {"v=DMARC1 ", true},
	    {"p=reject; v=DMARC1", false}, /* A5, to the end */
	    {"p=reject", false},
	    {" v=DMARC1; p=reject", false},
	    {"\tv=DMARC1; p=reject", false},
	    {"xv=DMARC1; p=reject", false},
	    {"v=dmarc1; p=reject", false},
	    {"v=DMARC10; p=reject", false},
	    {"v=DMARC1 p=reject", false},
	    {"v=DMARC1\r\n; p=reject", false},
	    {"\"v=DMARC1; p=reject\"", false},
	    {"v=DMARC", false},
	    {"v", false},
	    {"", false},
	    {"google-site-verification=x", false},
	    {"v=spf1 -all", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(record_has_version(span_of(rows[i].text)),
				 rows[i].want);
}

/* Every text has "v=DMARC1" in front. */
static const struct row {
	const char *id;
	const char *text;
	const char *want;
} rows[] = {
    {"A6", " ; p = Reject", "reject - - rr n u -1 0 0 0"},
    {"A6", "; P=reject", "reject - - rr n u -1 0 0 0"},
    {"A6", ";p=none", "none - - rr n u -1 0 0 0"},
    {"A6", "\t;\tp\t\t=\t\treject\t;", "reject - - rr n u -1 0 0 0"},
    {"A7", "; p=rejekt" RUA, "none - - rr n u -1 0 1 0"},
    {"A7", "; p=" RUA, "none - - rr n u -1 0 1 0"},
    {"A7", RUA, "none - - rr n u -1 0 1 0"},
    {"A8", "", "none - - rr n u -1 0 0 0"},
    {"A8", ";", "none - - rr n u -1 0 0 0"},
    {"A9", "; p=rejekt", "permerror u"},
    {"A9", "; p=", "permerror u"},
    {"A9", "; p=rejekt; rua=nonsense", "permerror u"},
    {"A9", "; p=rejekt; psd=y", "permerror y"},
    {"A9", "; p", "permerror u"},
    {"A10", "; p=reject; sp=rejct" RUA, "none - - rr n u -1 0 1 0"},
    {"A10", "; p=reject; sp=rejct", "permerror u"},
    {"A10", "; p=reject; sp=none; np=x" RUA, "none - - rr n u -1 0 1 0"},
    {"A10", "; p=reject; np=x", "permerror u"},
    {"A11", "; p=r" RUA, "none - - rr n u -1 0 1 0"},
    {"A11", "; p=r", "permerror u"},
    {"A11", "; p=quar", "permerror u"},
    {"A11", "; p=re ject", "permerror u"},
    {"A11", "; p=rejectx", "permerror u"},
    {"A11", "; p=reject; sp=q", "permerror u"},
    {"A12", "; p=none; p=reject" RUA, "none - - rr n u -1 0 1 0"},
    {"A12", "; p=none; p=reject", "permerror u"},
    {"A12", "; p=reject; p=reject", "permerror u"},
    {"A12", "; p=reject; P=reject" RUA, "none - - rr n u -1 0 1 0"},
    {"A12", "; p=reject; sp=none; sp=none", "permerror u"},
    {"A12", "; p=reject; np=none; np=reject", "permerror u"},
    {"A12", "; p=reject; psd=y; psd=n", "reject - - rr n u -1 0 0 0"},
    {"A12", "; p=reject; psd=y; psd=y", "reject - - rr n u -1 0 0 0"},
    {"A12", "; p=reject; t=y; t=n", "reject - - rr n u -1 0 0 0"},
    {"A12", "; p=none" RUA "; rua=mailto:b@d.test,mailto:c@d.test",
     "none - - rr n u -1 0 1 0"},
    {"A12", "; p=none; adkim=s; adkim=r", "none - - sr n u -1 0 0 0"},
    {"A12", "; p=none; adkim=x; adkim=s", "none - - rr n u -1 0 0 0"},
    {"A13", "; p=reject; adkim=x", "reject - - rr n u -1 0 0 0"},
    {"A13", "; p=reject; adkim=strict", "reject - - rr n u -1 0 0 0"},
    {"A13", "; p=reject; aspf=", "reject - - rr n u -1 0 0 0"},
    {"A13", "; p=reject; fo=9", "reject - - rr n u -1 0 0 0"},
    {"A13", "; p=reject; ri=x; nonsense=1", "reject - - rr n u -1 0 0 0"},
    {"A13", "; p=reject; t=yes; psd=1", "reject - - rr n u -1 0 0 0"},
    {"A14", "; p=reject; rf=iodef; aspf=r", "reject - - rr n u -1 0 0 0"},
    {"A14", "; p=reject; rf=mailto:x@d.test; ri=86400",
     "reject - - rr n u -1 0 0 0"},
    {"A14", "; p=reject; rf=afrf:iodef; aspf=s", "reject - - rs n u -1 0 0 0"},
    {"A15", "; p=reject; pct=0", "reject - - rr n u 0 0 0 0"},
    {"A16", "; p=reject; pct=50", "reject - - rr n u 50 0 0 0"},
    {"A16", "; p=reject; pct=100", "reject - - rr n u 100 0 0 0"},
    {"A16", "; p=reject; pct=050", "reject - - rr n u 50 0 0 0"},
    {"A17", "; p=reject; pct=abc", "reject - - rr n u -1 0 0 0"},
    {"A17", "; p=reject; pct=50%", "reject - - rr n u -1 0 0 0"},
    {"A17", "; p=reject; pct=50abc", "reject - - rr n u -1 0 0 0"},
    {"A17", "; p=reject; pct=101", "reject - - rr n u -1 0 0 0"},
    {"A17", "; p=reject; pct=-1", "reject - - rr n u -1 0 0 0"},
    {"A17", "; p=reject; pct=", "reject - - rr n u -1 0 0 0"},
    {"A17", "; p=reject; pct=0000", "reject - - rr n u -1 0 0 0"},
    {"A17", "; p=reject; pct=99999999999999999999",
     "reject - - rr n u -1 0 0 0"},
    {"A19", "; p=none; rua=mailto:a@d.test,,mailto:b@d.test!10m",
     "none - - rr n u -1 0 2 0"},
    {"all",
     "; p=none; sp=quarantine; np=reject; adkim=S; aspf=S; t=Y; psd=N"
     "; fo=1:d:S; pct=7; rua=mailto:a@d.test; ruf=mailto:b@d.test",
     "none quarantine reject ss y n 7 1:d:s 1 1"},
    {"no p", "; sp=reject", "none reject - rr n u -1 0 0 0"},
    {"end", "; p=reject\r\n", "permerror u"},
    {"8 bit", "; p=reject\xc2\xa0", "permerror u"},
    {"no name", "; =reject; p=none", "none - - rr n u -1 0 0 0"},
    {"no name", "; p1=reject; p-x=reject", "none - - rr n u -1 0 0 0"},
    {"no name", "; x x; p=none", "none - - rr n u -1 0 0 0"},
    {"empty", ";; ; p=reject ;;", "reject - - rr n u -1 0 0 0"},
    {"v twice", "; p=reject; v=DMARC1", "reject - - rr n u -1 0 0 0"},
};

static void parses(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *text = mem_printf(mem, "v=DMARC1%s", rows[i].text);
		assert_true(record_has_version(span_of(text)));
		const char *got =
		    describe(mem, record_parse(mem, span_of(text)));
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s %s: %s, wanted %s", rows[i].id, text, got,
				 rows[i].want);
	}
	mem_free(mem);
}

static void reads_fo(void **state)
{
	static const struct {
		const char *fo;
		const char *want;
	} fo_rows[] = {
	    {"0", "0"},		{"1", "1"},	  {"d", "d"},
	    {"s", "s"},		{"0:d", "0:d"},	  {"1:s:d", "1:s:d"},
	    {"d:s", "d:s"},	{"s:d", "s:d"},	  {"D:0:S", "d:0:s"},
	    {"d:s:1", "d:s:1"}, {"0:1", "0"},	  {"d:d", "0"},
	    {"d:", "0"},	{":d", "0"},	  {"1;", "1"},
	    {"1d", "0"},	{"1:d:s:0", "0"}, {"1 : d", "0"},
	    {"", "0"},		{"x", "0"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof fo_rows / sizeof fo_rows[0]; i++) {
		const char *text =
		    mem_printf(mem, "v=DMARC1; p=none; fo=%s", fo_rows[i].fo);
		assert_string_equal(record_parse(mem, span_of(text))->fo,
				    fo_rows[i].want);
	}
	mem_free(mem);
}

static void reads_uris(void **state)
{
	static const struct {
		const char *list;
		const char *want; /* joined with blanks */
	} uri_rows[] = {
	    {"mailto:a@d.test", "mailto:a@d.test"},
	    {"MAILTO:A@D.test", "MAILTO:A@D.test"},
	    {"mailto:a@d.test , mailto:b@d.test!10m",
	     "mailto:a@d.test mailto:b@d.test"},
	    {"mailto:a@d.test!1,mailto:b@d.test!2K,mailto:c@d.test!3T",
	     "mailto:a@d.test mailto:b@d.test mailto:c@d.test"},
	    {",,mailto:a@d.test,", "mailto:a@d.test"},
	    {"mailto:a%2Cb%21@d.test?subject=x",
	     "mailto:a%2Cb%21@d.test?subject=x"},
	    {"https://d.test/report", "https://d.test/report"},
	    {"x-y+z.1:rest", "x-y+z.1:rest"},
	    {"nonsense, mailto:b@d.test", "mailto:b@d.test"},
	    {"mailto:a@d.test!", ""},
	    {"mailto:a@d.test!k", ""},
	    {"mailto:a@d.test!10mb", ""},
	    {"mailto:a@d.test!1 m", ""},
	    {"mailto:", ""},
	    {"mailto:a", ""},
	    {"mailto:@d.test", ""},
	    {"mailto:a@", ""},
	    {"mailto:a@b@d.test", ""},
	    {"mailto:a@d..test", ""},
	    {"mailto:a b@d.test", ""},
	    {"mailto:a%2@d.test", ""},
	    {"mailto:a%2", ""},
	    {"mailto:a%2g@d.test", ""},
	    {"mailto:a%g2@d.test", ""},
	    {"mailto:<a@d.test>", ""},
	    {"mailto:\xc3\xa4@d.test", ""},
	    {"mailto://abuse.test", ""},
	    {"mailto://a@d.test", ""},
	    {"mailto:a/b@d.test", ""},
	    {"mailto:a%2Fb@d.test", "mailto:a%2Fb@d.test"},
	    {"mailto:..@d.test", ""},
	    {"mailto:.a@d.test", ""},
	    {"mailto:a.@d.test", ""},
	    {"mailto:a..b@d.test", ""},
	    {"mailto:a%2e.b@d.test", ""},
	    {"mailto:%2Ea@d.test", ""},
	    {"mailto:a.b.c@d.test", "mailto:a.b.c@d.test"},
	    {"mailto:%22a..b%22@d.test", "mailto:%22a..b%22@d.test"},
	    {"a@d.test", ""},
	    {":a@d.test", ""},
	    {"1a:b", ""},
	    {"a_b:c", ""},
	    {"", ""},
	    {",", ""},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof uri_rows / sizeof uri_rows[0]; i++) {
		const struct record *record = record_parse(
		    mem, span_of(mem_printf(mem, "v=DMARC1; p=none; ruf=%s",
					    uri_rows[i].list)));
		struct strbuf got;
		strbuf_init(&got, mem, 1000);
		for (size_t k = 0; k < record->ruf.count; k++)
			strbuf_printf(&got, "%s%s", k == 0 ? "" : " ",
				      record->ruf.items[k]);
		assert_string_equal(strbuf_text(&got), uri_rows[i].want);
	}
	mem_free(mem);
}

/* A18: long records are read whole; past the limit nothing of them counts. */
static void reads_long_records(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf text;

	(void)state;
	strbuf_init(&text, mem, (size_t)2 * LIMIT_RECORD_BYTES);
	strbuf_add_text(&text, "v=DMARC1; rua=mailto:a0@d.test");
	for (int i = 1; i < 50; i++)
		strbuf_printf(&text, ",mailto:%070d@d.test", i);
	strbuf_add_text(&text, "; x=");
	for (int i = 0; i < 600; i++)
		strbuf_add_char(&text, 'x');
	strbuf_add_text(&text, "; p=reject");
	assert_true(text.length > 4096);
	assert_string_equal(
	    describe(mem, record_parse(mem, span_of(strbuf_text(&text)))),
	    "reject - - rr n u -1 0 50 0");

	while (text.length < LIMIT_RECORD_BYTES - 10)
		strbuf_add_text(&text, "; a=b");
	strbuf_add_text(&text, ";pct=0;sp=none");
	assert_true(text.length > LIMIT_RECORD_BYTES);
	const struct record *record =
	    record_parse(mem, span_of(strbuf_text(&text)));
	assert_string_equal(describe(mem, record), "permerror u");
	assert_string_equal(record->problem, "record too long");
	mem_free(mem);
}

/* A doubled p is broken however many tags stand in between. */
static void counts_all_tags_and_caps_uris(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf text;

	(void)state;
	strbuf_init(&text, mem, LIMIT_RECORD_BYTES);
	strbuf_add_text(&text, "v=DMARC1; p=reject");
	for (int i = 0; i < 500; i++)
		strbuf_add_text(&text, "; a=b");
	strbuf_add_text(&text, "; p=none");
	assert_false(record_parse(mem, span_of(strbuf_text(&text)))->is_usable);

	strbuf_clear(&text);
	strbuf_add_text(&text, "v=DMARC1; p=reject; rua=");
	for (int i = 0; i < LIMIT_REPORT_URIS + 5; i++)
		strbuf_add_text(&text, "mailto:a@d.test,");
	assert_int_equal(
	    record_parse(mem, span_of(strbuf_text(&text)))->rua.count,
	    LIMIT_REPORT_URIS);
	mem_free(mem);
}

static void says_what_was_wrong(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} problem_rows[] = {
	    {"v=DMARC1; p=none", NULL},
	    {"v=DMARC1; p=none; foo=bar; rf=x; ri=y", NULL},
	    {"v=DMARC1", "p missing"},
	    {"v=DMARC1; p=x", "p invalid"},
	    {"v=DMARC1; p=none; p=none", "p given twice"},
	    {"v=DMARC1; p=none; aspf=x; aspf=x",
	     "aspf given twice, aspf invalid"},
	    {"v=DMARC1; p=none; pct=x; fo=x", "pct invalid, fo invalid"},
	    {"v=DMARC1; p=none; rua=; ruf=a@b",
	     "rua has an invalid URI, ruf has an invalid URI"},
	    {"v=DMARC1; p=none, x", "p invalid"},
	    {"v=DMARC1; p=none; r\xffua=x", "text that is no tag"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof problem_rows / sizeof problem_rows[0];
	     i++) {
		const char *got =
		    record_parse(mem, span_of(problem_rows[i].text))->problem;
		assert_string_equal(or_dash(got),
				    or_dash(problem_rows[i].want));
	}
	mem_free(mem);
}

static void survives_any_byte(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char text[] = "v=DMARC1; p=reject\0; sp=none";
	const char uri[] =
	    "v=DMARC1; p=none; rua=a\0b:c,a:\0,mailto:a\0@d.test";

	(void)state;
	const struct record *record =
	    record_parse(mem, span_make(text, sizeof text - 1));
	assert_false(record->is_usable);
	assert_string_equal(record->text, "v=DMARC1; p=reject\\x00; sp=none");
	record = record_parse(mem, span_make(uri, sizeof uri - 1));
	assert_int_equal(record->rua.count, 0);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_its_version),
	    cmocka_unit_test(parses),
	    cmocka_unit_test(reads_fo),
	    cmocka_unit_test(reads_uris),
	    cmocka_unit_test(reads_long_records),
	    cmocka_unit_test(counts_all_tags_and_caps_uris),
	    cmocka_unit_test(says_what_was_wrong),
	    cmocka_unit_test(survives_any_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
