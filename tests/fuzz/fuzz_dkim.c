/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_dkim.c - whole messages and their DKIM signatures
 *
 * Input: a message. Keys are published, two of them at one selector; the seeds
 * hold what they signed, so the fuzzer starts from signatures that pass.
 * Properties: the answer does not depend on how the body came in, on the order
 * of the key records, or on a field that no h= names; and what passes was
 * signed: header and body are written out once more here, by the letter of
 * RFC 6376 3.4 and 3.7, and OpenSSL finds them signed by a published key.
 */
#include "tests/fuzz/fuzz.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>
#include <strings.h>

#include "lib/auth/signatures.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/eml.h"

#define MAX_BYTES (64 * 1024)

static const struct {
	const char *selector;
	const char *domain;
	const char *record;
} published[] = {
    {"s1", "a.test",
     "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDe"
     "IYc3KGxecHw/FRIcqMZ3nz1qa4r6iRC+cq88eKHROTmrwdY6YpO5s/BBhf"
     "A+RYmlLJ8h5S33leTob1QTAqEihlBvjW9Xv6NkMyIscsdDL5iNX44vM/bg"
     "Wi+WdS2LUienDhtJvm15hQiZJh5RWtA0l3ZJYe2VolpaSvvwdwVySQIDAQ"
     "AB"},
    {"s1", "a.test",
     "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCl"
     "VjM+7eXQoSuR9ruTNpFAOBFWJbCdXPfI2zgTq1Btoyn7oKHIwcbr735lX4"
     "OHtiAu+OnzKtflYwLHwSMpkaAQEwAzzSJk8EwZVYHecGbAuwlPMl/Cit35"
     "8yIf87zA4NNOgU4mfxwfMaVqZepAs8LeQHYnWaF1dloM5kqy35sUWwIDAQ"
     "AB"},
    {"s2", "b.test",
     "v=DKIM1; k=ed25519; p=5JqprOs4RK657BZk9n90rA9A7ZXFEvzRxmgv"
     "zHlx7mA="},
    {"s3", "a.test",
     "v=DKIM1; t=s; p=MIGJAoGBAN4hhzcobF5wfD8VEhyoxnefPWprivqJEL"
     "5yrzx4odE5OavB1jpik7mz8EGF8D5FiaUsnyHlLfeV5OhvVBMCoSKGUG+N"
     "b1e/o2QzIixyx0MvmI1fji8z9uBaL5Z1LYtSJ6cOG0m+bXmFCJkmHlFa0D"
     "SXdklh7ZWiWlpK+/B3BXJJAgMBAAE="},
    {"s4", "a.test",
     "v=DKIM1; k=rsa; p=MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhANonEqxQ"
     "ePcTBipSt0IxpmQFuKLDQFMMcxUIQFP778H51TA7me59RYVX11Mdf8dvlQ"
     "K9J4QRNSoaH8xtDEkDPSdbTpfn53a9cwGFRSrlt772JRKl7oq0iEFC15JV"
     "POUkQQIDAQAB"},
};
#define KEYS (sizeof published / sizeof published[0])

/* --- alignd's answer ------------------------------------------------------ */

struct reading {
	TALLOC_CTX *mem;
	struct signed_message *content;
	struct signatures *signatures;
	struct field_list fields;
	struct strbuf body;
	size_t chunk;	/* body bytes at a time */
	bool has_spare; /* a field on top that no h= names */
	bool is_body_wanted;
};

static void give(struct reading *reading, struct field field)
{
	field_list_add(reading->mem, &reading->fields, field);
	signatures_header(reading->signatures, field.name, field.value);
}

static bool on_field(void *context, struct span name, struct span value)
{
	struct reading *reading = context;
	give(reading, field_copy(reading->mem, name, value, 0));
	return true;
}

static bool on_end_of_header(void *context)
{
	struct reading *reading = context;

	reading->is_body_wanted =
	    signatures_end_of_header(reading->signatures, "a.test");
	return true;
}

static bool on_body(void *context, struct span body)
{
	struct reading *reading = context;

	strbuf_add(&reading->body, body.data, body.length);
	if (!reading->is_body_wanted)
		return true;
	for (size_t at = 0; at < body.length; at += reading->chunk) {
		size_t left = body.length - at;
		body_hashes_add(
		    reading->content->bodies,
		    span_make(body.data + at,
			      left < reading->chunk ? left : reading->chunk));
	}
	return true;
}

static struct dns *zone(bool is_turned)
{
	static struct dns *zones[2];
	struct strbuf text;
	struct error err;

	if (zones[is_turned] != NULL)
		return zones[is_turned];
	TALLOC_CTX *mem = mem_context(NULL);
	strbuf_init(&text, mem, 65536);
	for (size_t i = 0; i < KEYS; i++) {
		size_t k = is_turned ? KEYS - 1 - i : i;
		const char *record = published[k].record;
		strbuf_printf(&text, "%s._domainkey.%s. TXT",
			      published[k].selector, published[k].domain);
		for (size_t at = 0; at < strlen(record); at += 200)
			strbuf_printf(&text, " \"%.200s\"", record + at);
		strbuf_add_char(&text, '\n');
	}
	require(dns_new_from_text(strbuf_text(&text), &zones[is_turned], &err));
	mem_free(mem);
	return zones[is_turned];
}

static struct signature_engine *engine(void)
{
	static const struct dkim_settings settings = {
	    .max_signatures = 20, .min_rsa_bits = 1024, .key_cache = true};
	static const struct clock *clock;
	static struct clock fixed;
	static struct signature_engine *own;
	struct error err;

	if (own != NULL)
		return own;
	fixed = clock_fixed(1777636800);
	clock = &fixed;
	require(signature_engine_new(&settings, clock, &own, &err));
	return own;
}

static struct evidence_signatures verify(struct reading *reading,
					 const uint8_t *data, size_t size,
					 bool is_turned)
{
	const struct eml_handler handler = {on_field, on_end_of_header, on_body,
					    reading};
	char *copy = mem_strndup(reading->mem, (const char *)data, size);
	FILE *file = fmemopen(copy, size, "rb");
	struct error err;

	strbuf_init(&reading->body, reading->mem, 4 * MAX_BYTES);
	reading->content = signed_message_new(reading->mem, &reading->fields);
	reading->signatures = signatures_begin(
	    reading->mem, engine(),
	    dns_session_new(reading->mem, zone(is_turned), 5000),
	    reading->content);
	if (reading->has_spare)
		give(reading, (struct field){span_of("X-Spare-Field"),
					     span_of(" spare")});
	require(file != NULL && eml_read(file, &handler, &err));
	(void)fclose(file);
	return signatures_finish(reading->signatures);
}

/* --- the same by the letter ----------------------------------------------- */

/* The tag's value as it stands, without blanks around it. */
static struct span tag_of(struct span value, const char *name)
{
	struct span part;
	struct span own;
	struct span text;

	for (bool is_more = true; is_more;) {
		is_more = span_cut(value, ';', &part, &value);
		if (span_cut(part, '=', &own, &text) &&
		    span_equals(span_trim(own), name))
			return span_trim(text);
	}
	return span_make("", 0);
}

/* The field's value with nothing behind the "=" of its tag b. */
static struct span without_b(TALLOC_CTX *mem, struct span value)
{
	struct strbuf out;
	struct span part;
	struct span own;
	struct span text;

	strbuf_init(&out, mem, value.length);
	for (bool is_more = true; is_more;) {
		is_more = span_cut(value, ';', &part, &value);
		if (span_cut(part, '=', &own, &text) &&
		    span_equals(span_trim(own), "b"))
			part.length -= text.length;
		strbuf_add(&out, part.data, part.length);
		if (is_more)
			strbuf_add_char(&out, ';');
	}
	return span_make(strbuf_text(&out), out.length);
}

static bool is_wsp(char c)
{
	return c == ' ' || c == '\t';
}

/* RFC 6376 3.4.2 step by step: unfold, reduce, delete at both ends. */
static void add_relaxed(TALLOC_CTX *mem, struct strbuf *out, struct span value)
{
	struct strbuf line;

	strbuf_init(&line, mem, value.length);
	for (size_t i = 0; i < value.length; i++) {
		bool is_cr = value.data[i] == '\r' && i + 1 < value.length &&
			     value.data[i + 1] == '\n';
		if (!is_cr && value.data[i] != '\n')
			strbuf_add_char(&line, value.data[i]);
	}
	const char *text = strbuf_text(&line);
	size_t from = 0;
	size_t to = line.length;
	while (from < to && is_wsp(text[from]))
		from++;
	while (to > from && is_wsp(text[to - 1]))
		to--;
	for (size_t i = from; i < to; i++) {
		if (!is_wsp(text[i]))
			strbuf_add_char(out, text[i]);
		else if (!is_wsp(text[i - 1]))
			strbuf_add_char(out, ' ');
	}
}

static void add_simple(struct strbuf *out, struct span value)
{
	for (size_t i = 0; i < value.length; i++) {
		if (value.data[i] == '\n' &&
		    (i == 0 || value.data[i - 1] != '\r'))
			strbuf_add_char(out, '\r');
		strbuf_add_char(out, value.data[i]);
	}
}

static void add_field(TALLOC_CTX *mem, struct strbuf *out, struct field field,
		      bool is_relaxed)
{
	struct span name = is_relaxed ? span_trim(field.name) : field.name;

	for (size_t i = 0; i < name.length; i++)
		strbuf_add_char(out, is_relaxed ? ascii_lower(name.data[i])
						: name.data[i]);
	strbuf_add_char(out, ':');
	if (is_relaxed)
		add_relaxed(mem, out, field.value);
	else
		add_simple(out, field.value);
}

static bool is_named(struct field field, struct span name)
{
	struct span own = span_trim(field.name);

	return own.length == name.length && name.length > 0 &&
	       strncasecmp(own.data, name.data, name.length) == 0;
}

static struct span signed_header(TALLOC_CTX *mem,
				 const struct field_list *fields, size_t place,
				 bool is_relaxed)
{
	struct field own = fields->items[place];
	bool *is_taken = mem_array(mem, bool, fields->count);
	struct span rest = tag_of(own.value, "h");
	struct span name;
	struct strbuf out;

	strbuf_init(&out, mem, 8 * MAX_BYTES);
	is_taken[place] = true;
	for (bool is_more = true; is_more;) {
		is_more = span_cut(rest, ':', &name, &rest);
		size_t i = fields->count;
		while (i > 0 &&
		       (is_taken[i - 1] ||
			!is_named(fields->items[i - 1], span_trim(name))))
			i--;
		if (i == 0)
			continue;
		is_taken[i - 1] = true;
		add_field(mem, &out, fields->items[i - 1], is_relaxed);
		strbuf_add_text(&out, "\r\n");
	}
	own.value = without_b(mem, own.value);
	add_field(mem, &out, own, is_relaxed);
	require(!strbuf_is_full(&out));
	return span_make(strbuf_text(&out), out.length);
}

/* RFC 6376 3.4.3, 3.4.4, line by line. */
static struct span signed_body(TALLOC_CTX *mem, struct span body,
			       bool is_relaxed)
{
	struct strbuf out;
	size_t end = 0; /* behind the last line that is not empty */

	strbuf_init(&out, mem, 8 * MAX_BYTES);
	for (size_t at = 0; at < body.length;) {
		const char *crlf =
		    memmem(body.data + at, body.length - at, "\r\n", 2);
		size_t to =
		    crlf == NULL ? body.length : (size_t)(crlf - body.data);
		size_t start = out.length;
		for (size_t i = at; i < to; i++) {
			char c = body.data[i];
			if (!is_relaxed || !is_wsp(c)) {
				strbuf_add_char(&out, c);
				continue;
			}
			size_t next = i;
			while (next < to && is_wsp(body.data[next]))
				next++;
			if (next < to)
				strbuf_add_char(&out, ' ');
			i = next - 1;
		}
		bool is_empty = out.length == start;
		strbuf_add_text(&out, "\r\n");
		end = is_empty ? end : out.length;
		at = crlf == NULL ? body.length : to + 2;
	}
	require(!strbuf_is_full(&out));
	if (end == 0 && !is_relaxed)
		return span_of("\r\n");
	return span_make(strbuf_text(&out), end);
}

static struct span decode(TALLOC_CTX *mem, struct span base64)
{
	char *text = mem_array(mem, char, base64.length + 4);
	unsigned char *out = mem_array(mem, unsigned char, base64.length + 4);
	size_t length = 0;
	size_t padding = 0;

	for (size_t i = 0; i < base64.length; i++) {
		if (!ascii_is_blank(base64.data[i]) && base64.data[i] != '=')
			text[length++] = base64.data[i];
	}
	for (; length % 4 != 0; padding++)
		text[length++] = '=';
	int got =
	    EVP_DecodeBlock(out, (const unsigned char *)text, (int)length);
	require(got >= (int)padding);
	return span_make((const char *)out, (size_t)got - padding);
}

static EVP_PKEY *read_key(TALLOC_CTX *mem, const char *record)
{
	struct span der = decode(mem, tag_of(span_of(record), "p"));
	const unsigned char *bytes = (const unsigned char *)der.data;

	if (der.length == 32)
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
						   bytes, der.length);
	EVP_PKEY *key = d2i_PUBKEY(NULL, &bytes, (long)der.length);
	bytes = (const unsigned char *)der.data;
	return key != NULL ? key
			   : d2i_PublicKey(EVP_PKEY_RSA, NULL, &bytes,
					   (long)der.length);
}

static void hash(struct span text, unsigned char *digest)
{
	size_t length;

	require(EVP_Q_digest(NULL, "SHA256", NULL, text.data, text.length,
			     digest, &length) == 1);
}

static bool has_signed(TALLOC_CTX *mem, const char *record, struct span text,
		       struct span signature)
{
	EVP_PKEY *key = read_key(mem, record);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_rsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
	unsigned char digest[32];

	hash(text, digest);
	if (!is_rsa)
		text = span_make((const char *)digest, sizeof digest);
	bool is_signed =
	    EVP_DigestVerifyInit_ex(context, NULL, is_rsa ? "SHA256" : NULL,
				    NULL, NULL, key, NULL) == 1 &&
	    EVP_DigestVerify(context, (const unsigned char *)signature.data,
			     signature.length, (const unsigned char *)text.data,
			     text.length) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return is_signed;
}

static void check_body(TALLOC_CTX *mem, const struct reading *reading,
		       struct span value, bool is_relaxed)
{
	struct span bh = decode(mem, tag_of(value, "bh"));
	unsigned char digest[32];

	/* l= that leaves something uncovered is no pass. */
	hash(signed_body(mem,
			 span_make(reading->body.data, reading->body.length),
			 is_relaxed),
	     digest);
	require(bh.length == 32 && memcmp(bh.data, digest, 32) == 0);
}

static void check_pass(TALLOC_CTX *mem, const struct reading *reading,
		       size_t place, const struct evidence_signature *item)
{
	struct span value = reading->fields.items[place].value;
	struct span method;
	struct span body;
	bool has_signer = false;

	(void)span_cut(tag_of(value, "c"), '/', &method, &body);
	struct span text = signed_header(mem, &reading->fields, place,
					 span_equals_nocase(method, "relaxed"));
	for (size_t i = 0; i < KEYS && !has_signer; i++)
		has_signer =
		    strcmp(published[i].domain, item->domain) == 0 &&
		    strcmp(published[i].selector, item->selector) == 0 &&
		    has_signed(mem, published[i].record, text,
			       decode(mem, tag_of(value, "b")));
	require(has_signer);
	check_body(mem, reading, value, span_equals_nocase(body, "relaxed"));
}

/* --- properties ----------------------------------------------------------- */

static void check_evidence(TALLOC_CTX *mem, const struct reading *reading,
			   const struct evidence_signatures *evidence)
{
	size_t index = 0;

	for (size_t i = 0; i < reading->fields.count; i++) {
		if (!is_named(reading->fields.items[i],
			      span_of("DKIM-Signature")) ||
		    index == evidence->count)
			continue;
		const struct evidence_signature *item =
		    &evidence->items[index++];
		require(item->result != AUTH_NONE);
		require((item->result == AUTH_PASS) == (item->reason == NULL));
		require(item->reason == NULL || fuzz_is_line(item->reason));
		if (item->result == AUTH_PASS)
			check_pass(mem, reading, i, item);
	}
	require(index == evidence->count);
}

static bool is_same(const struct evidence_signatures *a,
		    const struct evidence_signatures *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct evidence_signature *x = &a->items[i];
		const struct evidence_signature *y = &b->items[i];
		if (x->result != y->result || x->key_bits != y->key_bits ||
		    x->is_body_changed != y->is_body_changed)
			return false;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || size > MAX_BYTES)
		return 0;
	TALLOC_CTX *mem = mem_context(NULL);
	struct reading whole = {.mem = mem, .chunk = 65536};
	struct reading bytes = {.mem = mem, .chunk = 1};
	struct reading turned = {.mem = mem, .chunk = 7, .has_spare = true};
	struct evidence_signatures one = verify(&whole, data, size, false);
	struct evidence_signatures two = verify(&bytes, data, size, false);
	turned.has_spare = memmem(data, size, "X-Spare-Field", 13) == NULL &&
			   memmem(data, size, "x-spare-field", 13) == NULL;
	struct evidence_signatures three = verify(&turned, data, size, true);

	check_evidence(mem, &whole, &one);
	require(is_same(&one, &two));
	require(is_same(&one, &three));
	mem_free(mem);
	return 0;
}
