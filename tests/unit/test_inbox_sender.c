/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_inbox_sender.c - whose word is taken for a mail's DMARC result
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/inbox/sender.h"

#define AR "Authentication-Results: "

static const char *ids[] = {"mx.test", "old.test"};

static const struct {
	const char *mail;
	const char *verdict;
	const char *domain;
} cases[] = {
    {AR "mx.test; dmarc=pass header.from=A.test\r\n\r\n", "pass", "a.test"},
    {AR "old.test; dmarc=fail header.from=a.test\n\n", "fail", "a.test"},
    {AR "mx.test;\n\tspf=fail smtp.mailfrom=b.test;\n\tdmarc="
	"fail (p=reject; sp=none) header.from=a.test\n\n",
     "fail", "a.test"},
    {"Received: x\n" AR "\"mx.test\" 1; dmarc=none\n\n", "none", ""},
    /* the topmost of ours, and nobody else's */
    {AR "mx.test; dmarc=fail header.from=a.test\n" AR
	"mx.test; dmarc=pass header.from=a.test\n\n",
     "fail", "a.test"},
    {AR "other.test; dmarc=pass header.from=a.test\n" AR
	"mx.test; dmarc=fail header.from=a.test\n\n",
     "fail", "a.test"},
    {AR "other.test; dmarc=pass header.from=a.test\n\n", "", ""},
    {AR "sub.mx.test; dmarc=pass header.from=a.test\n\n", "", ""},
    /* no id, or one in a comment or behind the header */
    {AR "dmarc=pass header.from=a.test; mx.test\n\n", "", ""},
    {AR "(mx.test) other.test; dmarc=pass\n\n", "", ""},
    {"Subject: x\n\n" AR "mx.test; dmarc=pass header.from=a.test\n", "", ""},
    {"X-" AR "mx.test; dmarc=pass\n\n", "", ""},
    /* nor behind what is no field */
    {"From x Thu\n" AR "mx.test; dmarc=pass\n\n", "", ""},
    {"From x: y\n" AR "mx.test; dmarc=pass\n\n", "", ""},
    {"Subject: x\nno field\n" AR "mx.test; dmarc=pass\n\n", "", ""},
    {"\n" AR "mx.test; dmarc=pass\n\n", "", ""},
    {"Authentication-Results : mx.test; dmarc=pass\n\n", "", ""},
    /* what is in a comment or a quoted text is no result */
    {AR "mx.test; spf=none (; dmarc=pass)\n\n", "", ""},
    {AR "mx.test; spf=none reason=\"; dmarc=pass\"\n\n", "", ""},
    {AR "mx.test; dmarc=pass (never ends\n\n", "", ""},
    {AR "mx.test; dmarc=pass reason=\"never ends\n\n", "", ""},
    {AR "mx.test; dmarc=good\n\n", "", ""},
    /* of two authors: agreed, or nothing */
    {AR "mx.test; dmarc=pass header.from=a.test; dmarc=pass "
	"header.from=a.test\n\n",
     "pass", "a.test"},
    {AR "mx.test; dmarc=pass header.from=a.test; dmarc=fail "
	"header.from=b.test\n\n",
     "", ""},
    {"{\"policies\":[]}", "", ""},
    {"", "", ""},
};

static void believes_our_topmost_field(void **state)
{
	const struct text_list list = {COUNT_OF(ids), ids};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct inbox_sender sender =
		    inbox_sender_read(mem, span_of(cases[i].mail), &list);
		assert_string_equal(sender.verdict, cases[i].verdict);
		assert_string_equal(sender.domain, cases[i].domain);
		mem_free(mem);
	}
}

static void doubts_what_speaks_for_a_stranger(void **state)
{
	const struct inbox_sender fails = {"a.test", "fail"};

	(void)state;
	assert_string_equal(inbox_sender_doubt(fails).verdict, "fail");
	assert_string_equal(inbox_sender_doubt(fails).domain, "a.test");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct inbox_sender sender = {"a.test", cases[i].verdict};
		if (strcmp(sender.verdict, "fail") == 0)
			continue;
		assert_string_equal(inbox_sender_doubt(sender).verdict, "");
		assert_string_equal(inbox_sender_doubt(sender).domain, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(believes_our_topmost_field),
	    cmocka_unit_test(doubts_what_speaks_for_a_stranger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
