/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_mark.c - our own field, known again when mail comes back (hazard E16)
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/keyed_digest.h"
#include "lib/base/limits.h"
#include "lib/eval/mark.h"

#define NOW_S 1764510000
#define DAY_S 86400
#define KEY_A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KEY_B "a00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define NO_KEY                                                                 \
	"g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define VALUE                                                                  \
	" mx.test;\n\tdmarc=pass header.from=d.test;\n\tspf=none "             \
	"smtp.mailfrom=d.test"

struct letter {
	const char *fields[8]; /* name, value, ...; NULL ends them */
	const char *body;
};

static const struct letter letter = {{"From", " Ann <a@d.test>", "Date",
				      " Mon, 1 Dec 2025 10:00:00 +0000",
				      "Message-ID", " <1@d.test>", NULL},
				     "hello"};

static struct mark_keys *keys_of(TALLOC_CTX *mem, const char *text)
{
	struct mark_keys *keys;
	struct error err;

	assert_true(mark_keys_read(mem, span_of(text), "key", &keys, &err));
	return keys;
}

static const struct mark_content *content_of(TALLOC_CTX *mem,
					     const struct mark_keys *keys,
					     const struct letter *of)
{
	struct field_list fields = {0};

	for (size_t i = 0; of->fields[i] != NULL; i += 2)
		field_list_add(mem, &fields,
			       (struct field){span_of(of->fields[i]),
					      span_of(of->fields[i + 1])});
	struct mark_content *content =
	    mark_content_new(mem, keys, &fields, false);
	mark_content_add(content, span_make(of->body, 2));
	mark_content_add(content, span_of(of->body + 2));
	mark_content_finish(content);
	return content;
}

/* The field with the mark of that letter, written at NOW_S. */
static const char *stamp(TALLOC_CTX *mem)
{
	const struct mark_keys *keys = keys_of(mem, KEY_A);
	const struct mark_content *content = content_of(mem, keys, &letter);

	return mark_write(mem, keys, VALUE, content, NOW_S);
}

static bool is_right(TALLOC_CTX *mem, const char *value,
		     const struct letter *of, const char *file, int64_t now_s)
{
	const struct mark_keys *keys = keys_of(mem, file);
	const struct mark_content *content = content_of(mem, keys, of);
	struct mark mark;

	return mark_read(mem, span_of(value), &mark) &&
	       mark_is_right(&mark, keys, content, now_s);
}

static void stands_where_readers_see_a_comment(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *value = stamp(mem);
	const char *mark = strstr(value, "\n\t(alignd-mark t=1764510000 m=");

	(void)state;
	assert_non_null(mark);
	assert_int_equal(strlen(mark), strlen("\n\t(alignd-mark t=1764510000 "
					      "m=)") +
					   MARK_DIGITS);
	assert_true(strlen(mark) < 78);
	mem_free(mem);
}

/* SpamAssassin's AuthRes plugin reads nothing of a field with two comments in a
 * row. */
static void joins_a_comment(void **state)
{
	static const char before[] = " mx.test; spf=none (no record, at all)";
	TALLOC_CTX *mem = mem_context(NULL);
	const struct mark_keys *keys = keys_of(mem, KEY_A);
	const char *value = mark_write(mem, keys, before,
				       content_of(mem, keys, &letter), NOW_S);
	char *apart = mem_strdup(mem, value);

	(void)state;
	assert_non_null(strstr(value, "(no record, at all,\n\talignd-mark t="));
	assert_true(is_right(mem, value, &letter, KEY_A, NOW_S));
	memcpy(strstr(apart, ",\n\talignd"), "\n\t(", 3);
	assert_false(is_right(mem, apart, &letter, KEY_A, NOW_S));
	mem_free(mem);
}

/* RFC 4231 has none for a key of 32 bytes; this one is openssl(1)'s. */
static void makes_the_known_digest(void **state)
{
	static const char want[] = "f0133729c4163dede81e21cd47839256"
				   "da58171238c8a0d874397c73b14e1e47";
	TALLOC_CTX *mem = mem_context(NULL);
	uint8_t key[KEYED_DIGEST_KEY];
	uint8_t digest[KEYED_DIGEST_BYTES];
	char text[2 * KEYED_DIGEST_BYTES + 1];
	const struct span parts[] = {span_of("ab"), span_of(""), span_of("c")};

	(void)state;
	for (size_t i = 0; i < sizeof key; i++)
		key[i] = (uint8_t)i;
	struct keyed_digest *made = keyed_digest_new(mem, key);
	for (int times = 0; times < 2; times++) {
		keyed_digest_make(made, parts, COUNT_OF(parts), digest);
		keyed_digest_text(digest, 2 * KEYED_DIGEST_BYTES, text);
		assert_string_equal(text, want);
	}
	mem_free(mem);
}

static void is_known_again(void **state)
{
	static const struct letter refolded = {
	    {"X-Filter", " was here", "Message-ID", "\r\n <1@d.test>", "Date",
	     "  Mon, 1 Dec 2025\n\t10:00:00 +0000 ", NULL},
	    "hello"};
	struct letter other = refolded;
	TALLOC_CTX *mem = mem_context(NULL);
	const char *value = stamp(mem);

	(void)state;
	assert_true(is_right(mem, value, &letter, KEY_A, NOW_S));
	other.fields[0] = "from";
	other.fields[1] = "Ann\r\n\t<a@d.test>";
	assert_true(is_right(mem, value, &other, KEY_A, NOW_S));
	assert_false(is_right(mem, value, &refolded, KEY_A, NOW_S));
	mem_free(mem);
}

/* A field that was copied to another mail. */
static void is_of_one_message(void **state)
{
	static const struct letter others[] = {
	    {{"From", " Eve <a@d.test>", "Date",
	      " Mon, 1 Dec 2025 10:00:00 +0000", "Message-ID", " <1@d.test>",
	      NULL},
	     "hello"},
	    {{"From", " Ann <a@d.test>", "Date",
	      " Mon, 1 Dec 2025 10:00:01 +0000", "Message-ID", " <1@d.test>",
	      NULL},
	     "hello"},
	    {{"From", " Ann <a@d.test>", "Date",
	      " Mon, 1 Dec 2025 10:00:00 +0000", "Message-ID", " <2@d.test>",
	      NULL},
	     "hello"},
	    {{"From", " Ann <a@d.test>", "Date",
	      " Mon, 1 Dec 2025 10:00:00 +0000", NULL},
	     "hello"},
	    {{"From", " Ann <a@d.test>", "Date",
	      " Mon, 1 Dec 2025 10:00:00 +0000", "Message-ID", " <1@d.test>",
	      NULL},
	     "pay"},
	};
	struct letter two = letter;
	TALLOC_CTX *mem = mem_context(NULL);
	const char *value = stamp(mem);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_false(is_right(mem, value, &others[i], KEY_A, NOW_S));
	two.fields[2] = "From";
	two.fields[3] = " Eve <e@evil.test>";
	assert_false(is_right(mem, value, &two, KEY_A, NOW_S));
	mem_free(mem);
}

static void is_of_some_days(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *value = stamp(mem);
	const struct {
		int64_t now_s;
		bool want;
	} rows[] = {
	    {NOW_S + MARK_DAYS * DAY_S, true},
	    {NOW_S + MARK_DAYS * DAY_S + 1, false},
	    {NOW_S - 3600, true},
	    {NOW_S - 3601, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(
		    is_right(mem, value, &letter, KEY_A, rows[i].now_s),
		    rows[i].want);
	mem_free(mem);
}

/* Whatever byte of the field is another, nothing is right. */
static void covers_all_of_the_field(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *value = stamp(mem);

	(void)state;
	for (size_t i = 1; i < strlen(value); i++) {
		char *other = mem_strdup(mem, value);
		if (strchr(" \n\t", other[i]) != NULL)
			continue;
		other[i] = other[i] == 'x' ? 'y' : 'x';
		assert_false(is_right(mem, other, &letter, KEY_A, NOW_S));
	}
	assert_false(is_right(mem, mem_printf(mem, "%s (x)", value), &letter,
			      KEY_A, NOW_S));
	assert_false(is_right(mem, mem_printf(mem, "%s; spf=pass", value),
			      &letter, KEY_A, NOW_S));
	assert_true(is_right(mem, mem_printf(mem, "%s \r\n", value), &letter,
			     KEY_A, NOW_S));
	mem_free(mem);
}

static void reads_no_other_ends(void **state)
{
	static const char digits[] = "0123456789abcdef0123456789abcdef";
	static const char *const ends[] = {
	    "%.0s",
	    " (alignd-mark %.0s",
	    " (alignd-mark t=1 m=%.31s)",
	    " (alignd-mark t=01 m=%s)",
	    " (alignd-mark t=-1 m=%s)",
	    " (alignd-mark t=1 b=x m=%s)",
	    " (alignd-mark m=%s)",
	    " (alignd-mark t=1 m=%s) x",
	    " (alignd-mark t=9999999999999999999 m=%s)"};
	TALLOC_CTX *mem = mem_context(NULL);
	struct mark mark;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		const char *at = strstr(ends[i], "%");
		int cut = strstr(ends[i], "%.31s") != NULL  ? 31
			  : strstr(ends[i], "%.0s") != NULL ? 0
							    : MARK_DIGITS;
		const char *value =
		    mem_printf(mem, "%s%.*s%.*s%s", VALUE, (int)(at - ends[i]),
			       ends[i], cut, digits, strchr(at, 's') + 1);
		assert_false(mark_read(mem, span_of(value), &mark));
	}
	assert_true(
	    mark_read(mem,
		      span_of(mem_printf(mem, "%s (alignd-mark t=1 m=%s)",
					 VALUE, digits)),
		      &mark));
	char *long_value = mem_printf(mem, "%*s(alignd-mark t=1 m=%s)",
				      LIMIT_AUTHRES_BYTES, " ", digits);
	assert_false(mark_read(mem, span_of(long_value), &mark));
	mem_free(mem);
}

static void keys_take_turns(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *value = stamp(mem);

	(void)state;
	assert_false(is_right(mem, value, &letter, KEY_B, NOW_S));
	assert_true(is_right(mem, value, &letter,
			     "# new\n" KEY_B "\r\n\n " KEY_A "\n", NOW_S));
	mem_free(mem);
}

static void refuses_other_files(void **state)
{
	static const char *const texts[] = {
	    "",		 "# none\n",	 "abc\n",
	    KEY_A "0\n", "x" KEY_A "\n", KEY_A KEY_A "\n",
	    NO_KEY "\n"};
	TALLOC_CTX *mem = mem_context(NULL);
	char *many = mem_strdup(mem, "");
	struct mark_keys *keys;
	struct error err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		assert_false(
		    mark_keys_read(mem, span_of(texts[i]), "/k", &keys, &err));
	assert_non_null(strstr(err.words, "/k: wants one to 4 keys"));
	for (int i = 0; i < LIMIT_MARK_KEYS; i++)
		many = mem_printf(mem, "%s%s\n", many, KEY_A);
	assert_true(mark_keys_read(mem, span_of(many), "/k", &keys, &err));
	many = mem_printf(mem, "%s%s\n", many, KEY_B);
	assert_false(mark_keys_read(mem, span_of(many), "/k", &keys, &err));
	mem_free(mem);
}

/* Made once, for its owner alone; what others may read is refused. */
static void keeps_its_file(void **state)
{
	char folder[] = "/tmp/alignd-mark.XXXXXX";
	TALLOC_CTX *mem = mem_context(NULL);
	struct mark_keys *keys;
	struct stat found;
	struct error err;

	(void)state;
	assert_non_null(mkdtemp(folder));
	const char *store = mem_printf(mem, "%s/alignd.db", folder);
	const char *path = mem_printf(mem, "%s/mark.key", folder);
	assert_false(mark_keys_open(mem, store, NULL, &keys, &err));
	(void)umask(0);
	assert_true(mark_keys_open(mem, store, random_system(), &keys, &err));
	(void)umask(022);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 07777, 0600);
	const struct mark_content *content = content_of(mem, keys, &letter);
	struct mark mark;
	const char *value = mark_write(mem, keys, VALUE, content, NOW_S);
	assert_true(mark_read(mem, span_of(value), &mark));
	assert_true(mark_keys_open(mem, store, random_system(), &keys, &err));
	assert_true(mark_is_right(&mark, keys, content, NOW_S));
	assert_int_equal(chmod(path, 0644), 0);
	assert_false(mark_keys_open(mem, store, random_system(), &keys, &err));
	assert_non_null(strstr(err.words, "chown it to alignd"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(stands_where_readers_see_a_comment),
	    cmocka_unit_test(joins_a_comment),
	    cmocka_unit_test(makes_the_known_digest),
	    cmocka_unit_test(is_known_again),
	    cmocka_unit_test(is_of_one_message),
	    cmocka_unit_test(is_of_some_days),
	    cmocka_unit_test(covers_all_of_the_field),
	    cmocka_unit_test(reads_no_other_ends),
	    cmocka_unit_test(keys_take_turns),
	    cmocka_unit_test(refuses_other_files),
	    cmocka_unit_test(keeps_its_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
