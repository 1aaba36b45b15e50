/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_bounce.c - is a message the bounce of a report, and of which?
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/report/bounce.h"

#define ID "0123456789abcdef0123456789ab0000"
#define FAILED "\nAction: failed\nStatus: 5.1.1\n"

static const struct {
	const char *name;
	const char *text;
	bool is_failure;
	const char *id;
	long position;
	const char *recipient;
	const char *diagnostic;
} cases[] = {
    {"by Message-ID", "Subject: x\n" FAILED "\nMessage-ID: <" ID "@a.test>\n",
     true, ID, -1, NULL, "5.1.1"},
    {"by the address it came to", "To: <r+" ID "-7@a.test>\n" FAILED, true, ID,
     7, NULL, "5.1.1"},
    {"the address goes before the Message-ID",
     "To: r+" ID "-7@a.test\n" FAILED
     "Message-ID: <ffffffffffffffffffffffffffffffff@a.test>\n",
     true, ID, 7, NULL, "5.1.1"},
    {"F10 a delay", "Action: delayed\nStatus: 5.0.0\nMessage-ID: <" ID "@a>\n",
     false, ID, -1, NULL, "5.0.0"},
    {"F10 4xx", "Status: 4.2.2\nMessage-ID: <" ID "@a>\n", false, ID, -1, NULL,
     "4.2.2"},
    {"without Action", "Status: 5.2.1\nMessage-ID: <" ID "@a>\n", true, ID, -1,
     NULL, "5.2.1"},
    {"recipient and words",
     "Final-Recipient: RFC822; x@b.test\nDiagnostic-Code: smtp; 550 no\n"
     "Original-Recipient: rfc822;y@b.test" FAILED,
     true, "", -1, "x@b.test", "550 no"},
    {"a longer run of digits is no id", "Message-ID: <" ID "0@a.test>\n" FAILED,
     true, "", -1, NULL, "5.1.1"},
    {"no number behind", "To: r+" ID "-x@a.test\n" FAILED, true, ID, -1, NULL,
     "5.1.1"},
    {"a huge number", "To: r+" ID "-99999999999999999999@a.test\n" FAILED, true,
     ID, -1, NULL, "5.1.1"},
    {"the id at the very end", "To: r+" ID, false, ID, -1, NULL, ""},
    {"CRLF and upper case names",
     "MESSAGE-ID: <" ID "@a>\r\nACTION: Failed\r\n", true, ID, -1, NULL, ""},
    {"control bytes", "Diagnostic-Code: x; \x1b[31m\n", false, "", -1, NULL,
     "\\x1b[31m"},
};

struct seen {
	TALLOC_CTX *mem;
	size_t count;
	struct bounce bounce;
};

static void keep(void *context, const struct bounce *bounce)
{
	struct seen *seen = context;

	seen->count++;
	seen->bounce = *bounce;
	seen->bounce.diagnostic = mem_strdup(seen->mem, bounce->diagnostic);
	if (bounce->recipient != NULL)
		seen->bounce.recipient =
		    mem_strdup(seen->mem, bounce->recipient);
}

static struct seen read_text(TALLOC_CTX *mem, const char *text, size_t length)
{
	struct seen seen = {.mem = mem};
	struct error err;
	FILE *file = fmemopen((void *)(uintptr_t)text, length, "r");

	assert_non_null(file);
	assert_true(bounce_read(file, keep, &seen, &err));
	assert_int_equal(fclose(file), 0);
	return seen;
}

static void reads(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct seen seen =
		    read_text(mem, cases[i].text, strlen(cases[i].text));
		const struct bounce *got = &seen.bounce;
		if (seen.count != 1 || got->is_failure != cases[i].is_failure ||
		    strcmp(got->report_id, cases[i].id) != 0 ||
		    got->position != cases[i].position ||
		    strcmp(got->diagnostic, cases[i].diagnostic) != 0 ||
		    (got->recipient == NULL) != (cases[i].recipient == NULL))
			fail_msg("%s: %d %s %ld %s", cases[i].name,
				 got->is_failure, got->report_id,
				 (long)got->position, got->diagnostic);
		if (got->recipient != NULL)
			assert_string_equal(got->recipient, cases[i].recipient);
	}
	mem_free(mem);
}

static void an_mbox_is_several(void **state)
{
	static const char text[] =
	    "From a@b Fri May  1 12:00:00 2026\nStatus: 5.0.0\n\nFrom here on: "
	    "1\n\n"
	    "From c@d Fri May  1 12:00:00 2026\nSubject: x\n"
	    "\n>From e\nFrom not after a blank line\n";
	TALLOC_CTX *mem = mem_context(NULL);
	struct seen seen = read_text(mem, text, sizeof text - 1);

	(void)state;
	assert_int_equal(seen.count, 2);
	assert_false(seen.bounce.is_failure);
	mem_free(mem);
}

/* Any cut, and any byte, anywhere. */
static void survives_anything(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *text = cases[2].text;
	size_t length = strlen(text);

	(void)state;
	for (size_t cut = 1; cut <= length; cut++) {
		char *copy = mem_strndup(mem, text, cut);
		(void)read_text(mem, copy, cut);
		copy[cut - 1] = '\0';
		(void)read_text(mem, copy, cut);
		copy[cut - 1] = '\xff';
		(void)read_text(mem, copy, cut);
	}
	char *line = mem_array(mem, char, 100001);
	memset(line, 'f', 100000);
	(void)read_text(mem, line, 100000);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads),
	    cmocka_unit_test(an_mbox_is_several),
	    cmocka_unit_test(survives_anything),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
