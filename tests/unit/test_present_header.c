/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_present_header.c - our field under whatever a sender writes
 *
 * The reader below is written from the grammar of RFC 8601 2.2 alone and shares
 * no code with the writer.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/eval/present.h"

#define SIGNATURES LIMIT_SIGNATURES_LOOKED_AT
#define RESULTS 40
#define ROUNDS 3000
#define B64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/* --- a reader --- */

struct result {
	char method[16];
	char value[16];
	char d[300];
	char i[1100];
	char s[300];
	char b[400];
};

struct reading {
	const char *at;
	const char *fault; /* NULL: none so far */
	size_t count;
	struct result results[RESULTS];
	unsigned left_out;
};

static void set_fault(struct reading *r, const char *fault)
{
	if (r->fault == NULL)
		r->fault = fault;
}

static void read_comment(struct reading *r)
{
	unsigned left;

	if (sscanf(r->at, "(%u dkim result", &left) == 1)
		r->left_out = left;
	int depth = 0;
	do {
		if (*r->at == '\\' && r->at[1] != '\0')
			r->at++;
		else if (*r->at == '(')
			depth++;
		else if (*r->at == ')')
			depth--;
		if (*r->at == '\0')
			set_fault(r, "a comment without end");
		else
			r->at++;
	} while (depth > 0 && r->fault == NULL);
}

static void read_cfws(struct reading *r)
{
	while (strchr(" \t\n(", *r->at) != NULL && *r->at != '\0' &&
	       r->fault == NULL) {
		if (*r->at == '(')
			read_comment(r);
		else
			r->at++;
	}
}

/* A token, a quoted-string or a mail identity, into `out`. */
static void read_value(struct reading *r, char *out, size_t room)
{
	bool is_quoted = *r->at == '"';
	size_t length = 0;

	r->at += is_quoted ? 1 : 0;
	while (*r->at != '\0' && length + 1 < room) {
		if (is_quoted && *r->at == '"')
			break;
		if (!is_quoted && strchr(" \t\n;()=\"", *r->at) != NULL)
			break;
		if (is_quoted && *r->at == '\\')
			r->at++;
		if (*r->at == '\0')
			break;
		out[length++] = *r->at++;
	}
	out[length] = '\0';
	if (is_quoted && *r->at++ != '"')
		set_fault(r, "a quoted-string without end");
	if (!is_quoted && length == 0)
		set_fault(r, "no value");
}

static void read_name(struct reading *r, char *out, size_t room, char end)
{
	size_t length = 0;

	while (((*r->at >= 'a' && *r->at <= 'z') || *r->at == '-') &&
	       length + 1 < room)
		out[length++] = *r->at++;
	out[length] = '\0';
	if (length == 0 || *r->at != end)
		set_fault(r, "no name where one is due");
	else
		r->at++;
}

static void read_property(struct reading *r, struct result *result)
{
	char ptype[16];
	char property[16];
	char other[1100];
	char *out = other;
	size_t room = sizeof other;

	read_name(r, ptype, sizeof ptype, '.');
	read_name(r, property, sizeof property, '=');
	if (strcmp(ptype, "header") == 0 && strcmp(property, "d") == 0) {
		out = result->d;
		room = sizeof result->d;
	} else if (strcmp(property, "i") == 0) {
		out = result->i;
		room = sizeof result->i;
	} else if (strcmp(property, "s") == 0) {
		out = result->s;
		room = sizeof result->s;
	} else if (strcmp(property, "b") == 0) {
		out = result->b;
		room = sizeof result->b;
	}
	read_value(r, out, room);
}

static void read_lines(struct reading *r, const char *text)
{
	size_t column = strlen("Authentication-Results:");

	for (; *text != '\0'; text++) {
		column = *text == '\n' ? 0 : column + 1;
		if (column > 998)
			set_fault(r, "a line of more than 998 octets");
		if (*text == '\n' && text[1] != '\t')
			set_fault(r, "a line that is no fold");
		if (*text == '\t' && (text[1] == '\n' || text[1] == '\0'))
			set_fault(r, "a line of blanks");
		if (((unsigned char)*text < 0x20 &&
		     strchr("\n\t", *text) == NULL) ||
		    *text == 0x7f)
			set_fault(r, "a control byte");
	}
}

static struct reading *read_field(TALLOC_CTX *mem, const char *text)
{
	struct reading *r = mem_new(mem, struct reading);
	char id[300];

	read_lines(r, text);
	r->at = text;
	read_cfws(r);
	read_value(r, id, sizeof id);
	read_cfws(r);
	while (*r->at == ';' && r->fault == NULL && r->count < RESULTS) {
		struct result *result = &r->results[r->count++];
		r->at++;
		read_cfws(r);
		read_name(r, result->method, sizeof result->method, '=');
		read_value(r, result->value, sizeof result->value);
		read_cfws(r);
		while (*r->at != ';' && *r->at != '\0' && r->fault == NULL) {
			read_property(r, result);
			read_cfws(r);
		}
	}
	if (*r->at != '\0')
		set_fault(r, "something behind the results");
	return r;
}

static const struct result *nth_of(const struct reading *r, const char *method,
				   size_t n)
{
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->results[i].method, method) == 0 && n-- == 0)
			return &r->results[i];
	}
	return NULL;
}

static size_t count_of(const struct reading *r, const char *method)
{
	size_t count = 0;

	while (nth_of(r, method, count) != NULL)
		count++;
	return count;
}

/* --- verdicts --- */

/* A name of `length` bytes, labels of 40. */
static char *name_of(TALLOC_CTX *mem, size_t length, char letter)
{
	char *name = mem_zeroed(mem, 1, length + 1, "text");

	for (size_t i = 0; i < length; i++)
		name[i] = i % 41 == 40 && i + 1 < length ? '.' : letter;
	return name;
}

struct scene {
	struct verdict verdict;
	struct evidence_signature signatures[SIGNATURES];
	bool is_aligned[SIGNATURES];
};

/* A failing message whose names are all as long as they can be. */
static struct scene *long_scene(TALLOC_CTX *mem)
{
	struct scene *scene = mem_new(mem, struct scene);

	scene->verdict = (struct verdict){
	    .client = {.address = {.family = NET_IPV6,
				   .bytes = {0x20, 1, 0xd, 0xb8, 0xff, 0xff,
					     0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					     0xff, 0xff, 0xff, 0xff}}},
	    .author = {.domain = name_of(mem, 253, 'a')},
	    .result = DMARC_RESULT_FAIL,
	    .reason = name_of(mem, 1024, 'r'),
	    .decision = {.asked = REQUEST_QUARANTINE},
	    .is_aligned = scene->is_aligned,
	    .evidence = {.spf = {.result = AUTH_SOFTFAIL,
				 .domain = name_of(mem, 253, 's'),
				 .reason = name_of(mem, 600, 'r')},
			 .dkim = {.items = scene->signatures},
			 .arc = {.result = AUTH_FAIL,
				 .reason = name_of(mem, 600, 'r')},
			 .iprev = {.result = AUTH_PASS,
				   .name = name_of(mem, 253, 'p')}},
	};
	return scene;
}

static char *hash_of(TALLOC_CTX *mem, size_t length, size_t variant)
{
	char *hash = mem_zeroed(mem, 1, length + 1, "text");

	for (size_t i = 0; i < length; i++)
		hash[i] = B64[i % 64];
	hash[length - 1] = B64[variant % 64];
	return hash;
}

/* d= and s= as long as a key's name allows, i= as long as any. */
static struct evidence_signature *add_junk(TALLOC_CTX *mem, struct scene *scene,
					   enum auth_result result)
{
	size_t index = scene->verdict.evidence.dkim.count++;
	struct evidence_signature *signature = &scene->signatures[index];

	*signature = (struct evidence_signature){
	    .domain = name_of(mem, 120, (char)('a' + index)),
	    .selector = name_of(mem, 253 - 120 - strlen("._domainkey."), 's'),
	    .identity = mem_printf(mem, "%s \"\\@%s", name_of(mem, 250, '"'),
				   name_of(mem, 253, 'i')),
	    .algorithm = "ed25519-sha256",
	    .hash_text = hash_of(mem, 344, index),
	    .result = result,
	    .reason = "the body hash does not match",
	};
	return signature;
}

static const struct reading *read_scene(TALLOC_CTX *mem, struct scene *scene)
{
	const char *text =
	    present_header(mem, &scene->verdict, name_of(mem, 253, 'm'));
	const struct reading *r = read_field(mem, text);

	if (r->fault != NULL)
		fail_msg("%s: %s", r->fault, text);
	assert_true(strlen(text) <= LIMIT_AUTHRES_WRITTEN);
	return r;
}

/* --- tests --- */

/* E20: twenty signatures as long as can be push nothing of weight out. */
static void e20_junk_pushes_nothing_out(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct scene *scene = long_scene(mem);

	(void)state;
	for (size_t i = 0; i < SIGNATURES; i++)
		add_junk(mem, scene, i == 17 ? AUTH_PASS : AUTH_FAIL);
	scene->is_aligned[18] = true;
	const struct reading *r = read_scene(mem, scene);
	assert_string_equal(r->results[0].method, "dmarc");
	assert_string_equal(r->results[1].method, "spf");
	assert_string_equal(nth_of(r, "dkim", 0)->d,
			    scene->signatures[18].domain);
	assert_string_equal(nth_of(r, "dkim", 1)->d,
			    scene->signatures[17].domain);
	assert_string_equal(nth_of(r, "dkim", 1)->value, "pass");
	assert_non_null(nth_of(r, "arc", 0));
	assert_non_null(nth_of(r, "iprev", 0));
	assert_true(r->left_out > 0);
	assert_int_equal(count_of(r, "dkim") + r->left_out, SIGNATURES);
	mem_free(mem);
}

/* E20: the same when all twenty have weight: their details give way. */
static void e20_twenty_of_weight_stand(void **state)
{
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct scene *scene = long_scene(mem);
		for (size_t i = 0; i < SIGNATURES; i++) {
			scene->is_aligned[i] = turn == 0;
			add_junk(mem, scene,
				 turn == 0 ? AUTH_PERMERROR : AUTH_PASS);
		}
		const struct reading *r = read_scene(mem, scene);
		assert_int_equal(count_of(r, "dmarc"), 1);
		assert_int_equal(count_of(r, "spf"), 1);
		assert_int_equal(count_of(r, "dkim"), SIGNATURES);
		assert_int_equal(count_of(r, "arc"), 1);
		assert_int_equal(count_of(r, "iprev"), 1);
		assert_int_equal(r->left_out, 0);
		for (size_t i = 0; i < SIGNATURES; i++) {
			const struct result *dkim = nth_of(r, "dkim", i);
			assert_string_equal(dkim->d,
					    scene->signatures[i].domain);
			assert_string_equal(dkim->s,
					    scene->signatures[i].selector);
			assert_string_equal(dkim->b,
					    scene->signatures[i].hash_text);
		}
		mem_free(mem);
	}
}

/* E20: a name that no key can have makes an aligned signature spare. */
static void e20_names_beyond_dns_are_spare(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct scene *scene = long_scene(mem);

	(void)state;
	for (size_t i = 0; i < SIGNATURES; i++) {
		struct evidence_signature *signature =
		    add_junk(mem, scene, AUTH_PERMERROR);
		scene->is_aligned[i] = true;
		if (i < 10) {
			signature->domain = name_of(mem, 253, 'd');
			signature->selector = name_of(mem, 253, 's');
		}
	}
	const struct reading *r = read_scene(mem, scene);
	assert_int_equal(count_of(r, "arc"), 1);
	for (size_t i = 10; i < SIGNATURES; i++) {
		size_t at = 0;
		const struct result *dkim;
		while ((dkim = nth_of(r, "dkim", at++)) != NULL &&
		       strcmp(dkim->d, scene->signatures[i].domain) != 0)
			continue;
		assert_non_null(dkim);
	}
	assert_true(r->left_out > 0);
	mem_free(mem);
}

/* Aligned, then passing, then the rest, each from the top. */
static void orders_signatures(void **state)
{
	static const struct {
		enum auth_result result;
		bool is_aligned;
		const char *selector;
	} rows[] = {{AUTH_FAIL, false, "f"}, {AUTH_PASS, false, "d"},
		    {AUTH_FAIL, true, "a"},  {AUTH_NEUTRAL, false, "g"},
		    {AUTH_PASS, true, "b"},  {AUTH_PASS, false, "e"},
		    {AUTH_POLICY, true, "c"}};
	TALLOC_CTX *mem = mem_context(NULL);
	struct scene *scene = long_scene(mem);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		scene->signatures[i] =
		    (struct evidence_signature){.domain = "d.test",
						.selector = rows[i].selector,
						.result = rows[i].result};
		scene->is_aligned[i] = rows[i].is_aligned;
		scene->verdict.evidence.dkim.count++;
	}
	const struct reading *r = read_scene(mem, scene);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char want[] = {(char)('a' + i), '\0'};
		assert_string_equal(nth_of(r, "dkim", i)->s, want);
	}
	mem_free(mem);
}

/* E21: RFC 6008 4. */
static void e21_tells_signatures_apart(void **state)
{
	static const struct {
		const char *hashes[3];
		const char *want[3];
	} rows[] = {
	    {{"abcdefghijkl"}, {"abcdefgh"}},
	    {{"abc"}, {"abc"}},
	    {{"abcdefghijkl", "zbcdefghijkl"}, {"abcdefgh", "zbcdefgh"}},
	    {{"abcdefghijkl", "abcdefghxyz="}, {"abcdefghi", "abcdefghx"}},
	    {{"abcdefghijkl", "abcdefghijkm", "abcdefghx"},
	     {"abcdefghijkl", "abcdefghijkm", "abcdefghx"}},
	    {{"abcdefgh", "abcdefghij"}, {"abcdefgh", "abcdefghi"}},
	    /* One signature twice: nothing could tell it from itself. */
	    {{"abcdefghijkl", "abcdefghijkl"}, {"abcdefgh", "abcdefgh"}},
	    {{"abcdefghijkl", "abcdefghijkl", "abcdefghix"},
	     {"abcdefghij", "abcdefghij", "abcdefghix"}},
	    {{"abcdefghijkl", NULL, "abcdefghx"},
	     {"abcdefghi", "", "abcdefghx"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct scene *scene = long_scene(mem);
		for (size_t n = 0; n < 3; n++)
			scene->signatures[n] = (struct evidence_signature){
			    .domain = "d.test",
			    .selector = "s",
			    .algorithm = "rsa-sha256",
			    .hash_text = rows[i].hashes[n],
			    .result = n == 1 ? AUTH_PASS : AUTH_FAIL};
		for (size_t n = 0; n < 3; n++)
			scene->is_aligned[n] = true;
		scene->verdict.evidence.dkim.count = 3;
		const struct reading *r = read_scene(mem, scene);
		for (size_t n = 0; n < 3; n++) {
			const char *want = rows[i].want[n];
			assert_string_equal(nth_of(r, "dkim", n)->b,
					    want == NULL ? "" : want);
		}
		mem_free(mem);
	}
}

/* E21: the last character of an RSA-2048 signature still tells; of a longer
 * one what fits is shown, which is true of both. */
static void e21_bounds_what_is_shown(void **state)
{
	(void)state;
	for (size_t length = 88; length <= 684; length += 4) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct scene *scene = long_scene(mem);
		for (size_t n = 0; n < 2; n++)
			add_junk(mem, scene, AUTH_PASS)->hash_text =
			    hash_of(mem, length, n);
		const struct reading *r = read_scene(mem, scene);
		for (size_t n = 0; n < 2; n++) {
			const char *got = nth_of(r, "dkim", n)->b;
			const char *whole = scene->signatures[n].hash_text;
			assert_int_equal(strlen(got),
					 length < LIMIT_AUTHRES_HASH
					     ? length
					     : LIMIT_AUTHRES_HASH);
			assert_memory_equal(got, whole, strlen(got));
		}
		assert_int_equal(strcmp(nth_of(r, "dkim", 0)->b,
					nth_of(r, "dkim", 1)->b) == 0,
				 length > LIMIT_AUTHRES_HASH);
		mem_free(mem);
	}
}

/* An override is told however long the reason is. */
static void tells_the_override(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct scene *scene = long_scene(mem);

	(void)state;
	scene->verdict.override_name = "x";
	scene->verdict.input.override.type = OVERRIDE_MAILING_LIST;
	assert_non_null(strstr(present_header(mem, &scene->verdict, "mx.test"),
			       "override=mailing_list)"));
	mem_free(mem);
}

/* --- at random --- */

static unsigned drawn(unsigned below)
{
	return (unsigned)rand() % below;
}

static const char *random_text(TALLOC_CTX *mem, size_t most)
{
	static const char *const parts[] = {
	    "a",	"b.",	      "test",
	    " ",	"(",	      ")",
	    "\\",	"\"",	      ";",
	    "=",	"@",	      "/",
	    "\r\n",	"\t",	      "\xff",
	    "\xc3\xbc", "dmarc=pass", "no answer for _dmarc."};
	size_t count = sizeof parts / sizeof parts[0];
	char *text = mem_zeroed(mem, 1, most + 32, "text");
	size_t length = 0;
	size_t wanted = drawn((unsigned)most + 1);

	while (length < wanted) {
		const char *part = parts[drawn((unsigned)count)];
		memcpy(text + length, part, strlen(part));
		length += strlen(part);
	}
	return text;
}

static const char *random_name(TALLOC_CTX *mem, size_t most)
{
	return name_of(mem, 4 + drawn((unsigned)most - 3),
		       (char)('a' + drawn(26)));
}

static struct evidence_signature random_signature(TALLOC_CTX *mem)
{
	return (struct evidence_signature){
	    .domain = drawn(8) == 0 ? NULL : random_name(mem, 253),
	    .selector = drawn(8) == 0 ? NULL : random_name(mem, 253),
	    .algorithm = drawn(4) == 0 ? NULL : "rsa-sha256",
	    .identity = drawn(3) == 0 ? NULL : random_text(mem, 500),
	    .hash_text =
		drawn(8) == 0 ? NULL : hash_of(mem, 1 + drawn(700), drawn(64)),
	    .result = (enum auth_result)drawn(AUTH_PERMERROR + 1),
	    .reason = drawn(2) == 0 ? NULL : random_text(mem, 80),
	};
}

static struct scene *random_scene(TALLOC_CTX *mem)
{
	struct scene *scene = long_scene(mem);
	struct verdict *verdict = &scene->verdict;
	struct evidence *evidence = &verdict->evidence;

	verdict->author.domain = random_name(mem, 253);
	verdict->reason = drawn(3) == 0 ? NULL : random_text(mem, 2000);
	verdict->result = (enum dmarc_result)drawn(DMARC_RESULT_PERMERROR + 1);
	evidence->spf = (struct evidence_spf){
	    .result = (enum auth_result)drawn(AUTH_PERMERROR + 1),
	    .domain = drawn(4) == 0 ? NULL : random_name(mem, 253),
	    .is_helo = drawn(2) == 0,
	    .reason = drawn(2) == 0 ? NULL : random_text(mem, 1000)};
	evidence->arc.result = drawn(2) == 0 ? AUTH_NONE : AUTH_FAIL;
	evidence->arc.reason = random_text(mem, 200);
	evidence->iprev.result = drawn(2) == 0 ? AUTH_NONE : AUTH_PASS;
	evidence->dkim.count = drawn(SIGNATURES + 1);
	for (size_t i = 0; i < evidence->dkim.count; i++) {
		scene->signatures[i] = random_signature(mem);
		scene->is_aligned[i] = drawn(3) == 0;
	}
	return scene;
}

/* What a result shows is what the evidence has: nothing is cut. */
static void check_values(const struct scene *scene, const struct result *dkim)
{
	const struct evidence_signatures *all = &scene->verdict.evidence.dkim;

	for (size_t i = 0; i < all->count; i++) {
		const struct evidence_signature *own = &all->items[i];
		const char *hash = own->hash_text == NULL ? "" : own->hash_text;
		if (strcmp(dkim->value, auth_result_text(own->result)) == 0 &&
		    strcmp(dkim->d, own->domain == NULL ? "" : own->domain) ==
			0 &&
		    strcmp(dkim->s,
			   own->selector == NULL ? "" : own->selector) == 0 &&
		    strncmp(dkim->b, hash, strlen(dkim->b)) == 0)
			return;
	}
	fail_msg("no signature has d=%s s=%s b=%s", dkim->d, dkim->s, dkim->b);
}

static bool is_owed(const struct scene *scene, size_t index)
{
	const struct evidence_signature *own = &scene->signatures[index];

	return (scene->is_aligned[index] || own->result == AUTH_PASS) &&
	       own->domain != NULL && own->selector != NULL &&
	       strlen(own->domain) + strlen(own->selector) <= 253 - 12;
}

static void check_reading(const struct scene *scene, const struct reading *r)
{
	const struct evidence *evidence = &scene->verdict.evidence;
	size_t shown = count_of(r, "dkim");
	size_t owed = 0;

	assert_int_equal(count_of(r, "dmarc"), 1);
	assert_string_equal(r->results[0].method, "dmarc");
	assert_string_equal(r->results[0].value,
			    dmarc_result_text(scene->verdict.result));
	assert_string_equal(r->results[1].method, "spf");
	assert_string_equal(r->results[1].value,
			    auth_result_text(evidence->spf.result));
	assert_int_equal(count_of(r, "arc"), evidence->arc.result != AUTH_NONE);
	assert_int_equal(count_of(r, "iprev"),
			 evidence->iprev.result != AUTH_NONE);
	for (size_t i = 0; i < evidence->dkim.count; i++)
		owed += is_owed(scene, i) ? 1 : 0;
	assert_true(shown >= owed);
	if (evidence->dkim.count == 0)
		assert_string_equal(nth_of(r, "dkim", 0)->value, "none");
	else
		assert_int_equal(shown + r->left_out, evidence->dkim.count);
	for (size_t i = 0; i < shown && evidence->dkim.count > 0; i++)
		check_values(scene, nth_of(r, "dkim", i));
}

static void reads_back_whatever_was_found(void **state)
{
	size_t crowded = 0;

	(void)state;
	srand(10);
	for (int round = 0; round < ROUNDS; round++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct scene *scene = random_scene(mem);
		const struct reading *r = read_scene(mem, scene);
		check_reading(scene, r);
		crowded += r->left_out > 0 ? 1 : 0;
		mem_free(mem);
	}
	assert_in_range(crowded, ROUNDS / 100, ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(e20_junk_pushes_nothing_out),
	    cmocka_unit_test(e20_twenty_of_weight_stand),
	    cmocka_unit_test(e20_names_beyond_dns_are_spare),
	    cmocka_unit_test(orders_signatures),
	    cmocka_unit_test(e21_tells_signatures_apart),
	    cmocka_unit_test(e21_bounds_what_is_shown),
	    cmocka_unit_test(tells_the_override),
	    cmocka_unit_test(reads_back_whatever_was_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
