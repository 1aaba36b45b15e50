/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sign.c - DKIM signatures and ARC Sets for tests
 */
#include "tests/unit/sign.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/base/text.h"

#define ROOM (32 * 1024 * 1024)
#define FIELDS_MAX 1100

struct sign_key {
	EVP_PKEY *pkey;
	bool is_rsa;
};

static int free_key(struct sign_key *key)
{
	EVP_PKEY_free(key->pkey);
	return 0;
}

struct sign_key *sign_key_new(TALLOC_CTX *mem, const char *type, unsigned bits)
{
	struct sign_key *key = mem_new(mem, struct sign_key);

	key->is_rsa = strcmp(type, "rsa") == 0;
	key->pkey = key->is_rsa ? EVP_RSA_gen(bits)
				: EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	assert(key->pkey != NULL);
	talloc_set_destructor(key, free_key);
	return key;
}

struct sign_key *sign_key_of_bytes(TALLOC_CTX *mem,
				   const unsigned char bytes[32])
{
	struct sign_key *key = mem_new(mem, struct sign_key);

	key->pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, bytes,
						 32);
	assert(key->pkey != NULL);
	talloc_set_destructor(key, free_key);
	return key;
}

static char *base64(TALLOC_CTX *mem, const unsigned char *bytes, size_t length)
{
	char *text = mem_array(mem, char, (length + 2) / 3 * 4 + 1);

	(void)EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
	return text;
}

char *sign_key_base64(TALLOC_CTX *mem, const struct sign_key *key,
		      bool is_pkcs1)
{
	unsigned char raw[32];
	size_t size = sizeof raw;
	unsigned char *der = NULL;

	if (!key->is_rsa) {
		assert(EVP_PKEY_get_raw_public_key(key->pkey, raw, &size) == 1);
		return base64(mem, raw, size);
	}
	int length = is_pkcs1 ? i2d_PublicKey(key->pkey, &der)
			      : i2d_PUBKEY(key->pkey, &der);
	assert(length > 0);
	char *text = base64(mem, der, (size_t)length);
	OPENSSL_free(der);
	return text;
}

char *sign_key_record(TALLOC_CTX *mem, const struct sign_key *key)
{
	return mem_printf(mem, "v=DKIM1; k=%s; p=%s",
			  key->is_rsa ? "rsa" : "ed25519",
			  sign_key_base64(mem, key, false));
}

char *sign_key_zone(TALLOC_CTX *mem, const char *domain, const char *selector,
		    const char *record)
{
	struct strbuf line;

	strbuf_init(&line, mem, ROOM);
	strbuf_printf(&line, "%s._domainkey.%s. TXT", selector, domain);
	for (size_t i = 0; i < strlen(record); i += 200)
		strbuf_printf(&line, " \"%.200s\"", record + i);
	strbuf_add_char(&line, '\n');
	return strbuf_text(&line);
}

/* The next line of `text` with its CRLF. */
static struct span take_line(const char **text)
{
	const char *start = *text;
	const char *end = strstr(start, "\r\n");

	*text = end == NULL ? start + strlen(start) : end + 2;
	return span_make(start, (size_t)(*text - start));
}

/* Blanks as one space, none at the end, no CRLF; a lone CR stays. */
static void add_collapsed(struct strbuf *out, struct span text)
{
	bool is_pending = false;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		if (c == '\r' && i + 1 < text.length &&
		    text.data[i + 1] == '\n') {
			i++;
			continue;
		}
		if (c == ' ' || c == '\t') {
			is_pending = true;
			continue;
		}
		if (is_pending)
			strbuf_add_char(out, ' ');
		is_pending = false;
		strbuf_add_char(out, c);
	}
}

/* One field, without its last CRLF. */
static void add_field(struct strbuf *out, struct span field, bool is_relaxed)
{
	struct span name;
	struct span value;

	if (!is_relaxed) {
		strbuf_add(out, field.data, field.length);
		return;
	}
	(void)span_cut(field, ':', &name, &value);
	name = span_trim(name);
	for (size_t i = 0; i < name.length; i++)
		strbuf_add_char(out, ascii_lower(name.data[i]));
	strbuf_add_char(out, ':');
	add_collapsed(out, span_trim(value));
}

/* The fields of the header, without their last CRLF; where the body begins. */
static size_t split(const char *message, struct span *fields, size_t room,
		    const char **body)
{
	size_t count = 0;

	while (*message != '\0') {
		struct span line = take_line(&message);
		if (line.length == 2)
			break;
		if (line.data[0] == ' ' || line.data[0] == '\t') {
			assert(count > 0);
			fields[count - 1].length += line.length;
		} else {
			assert(count < room);
			fields[count++] = line;
		}
	}
	for (size_t i = 0; i < count; i++)
		fields[i].length -= 2;
	*body = message;
	return count;
}

/* The fields that h= names, each time the next one from the bottom. */
static void add_named(struct strbuf *out, struct span *fields, size_t count,
		      const char *names, bool is_relaxed)
{
	struct span wanted;
	struct span rest = span_of(names);
	struct span name;
	struct span value;
	bool is_more = true;

	while (is_more) {
		is_more = span_cut(rest, ':', &wanted, &rest);
		for (size_t i = count; i > 0; i--) {
			(void)span_cut(fields[i - 1], ':', &name, &value);
			name = span_trim(name);
			wanted = span_trim(wanted);
			if (name.length == 0 || name.length != wanted.length ||
			    strncasecmp(name.data, wanted.data, name.length) !=
				0)
				continue;
			add_field(out, fields[i - 1], is_relaxed);
			strbuf_add_text(out, "\r\n");
			fields[i - 1].length = 0;
			break;
		}
	}
}

static void add_body(struct strbuf *out, const char *body, bool is_relaxed)
{
	size_t end = 0; /* behind the last line that is not empty */

	while (*body != '\0') {
		struct span line = take_line(&body);
		size_t before = out->length;
		if (line.length >= 2 && line.data[line.length - 1] == '\n')
			line.length -= 2;
		if (is_relaxed)
			add_collapsed(out, line);
		else
			strbuf_add(out, line.data, line.length);
		bool is_empty = out->length == before;
		strbuf_add_text(out, "\r\n");
		if (!is_empty)
			end = out->length;
	}
	(void)strbuf_text(out);
	if (end == 0 && !is_relaxed) {
		strbuf_clear(out);
		strbuf_add_text(out, "\r\n");
		end = 2;
	}
	out->length = end;
}

static char *hash_body(TALLOC_CTX *mem, const struct sign_options *options,
		       const char *body, const char *digest_name)
{
	const char *c = options->canonicalization;
	struct strbuf text;
	unsigned char digest[EVP_MAX_MD_SIZE];
	size_t size;

	strbuf_init(&text, mem, ROOM);
	const char *slash = c == NULL ? "/relaxed" : strchr(c, '/');
	add_body(&text, body, slash != NULL && strcmp(slash, "/relaxed") == 0);
	size_t length = text.length;
	if (options->has_length && options->length < length)
		length = options->length;
	assert(!strbuf_is_full(&text));
	assert(EVP_Q_digest(NULL, digest_name, NULL, strbuf_text(&text), length,
			    digest, &size) == 1);
	return base64(mem, digest, size);
}

static char *sign_bytes(TALLOC_CTX *mem, const struct sign_key *key,
			const char *digest_name, const unsigned char *bytes,
			size_t length)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned char signature[1024];
	size_t size = sizeof signature;

	/* RFC 8463 3: Ed25519 signs the hash, not the text. */
	if (!key->is_rsa) {
		size_t digest_size;
		assert(EVP_Q_digest(NULL, digest_name, NULL, bytes, length,
				    digest, &digest_size) == 1);
		bytes = digest;
		length = digest_size;
		digest_name = NULL;
	}
	assert(EVP_DigestSignInit_ex(context, NULL, digest_name, NULL, NULL,
				     key->pkey, NULL) == 1);
	assert(EVP_DigestSign(context, signature, &size, bytes, length) == 1);
	EVP_MD_CTX_free(context);
	return base64(mem, signature, size);
}

char *sign_text(TALLOC_CTX *mem, const struct sign_key *key, const char *text)
{
	return sign_bytes(mem, key, "SHA256", (const unsigned char *)text,
			  strlen(text));
}

/* From a= on; `start` is what stands before. */
static char *write_tags(TALLOC_CTX *mem, const char *start, const char *domain,
			const char *selector, const struct sign_key *key,
			const struct sign_options *options, const char *fields,
			const char *body_hash)
{
	const char *algorithm = options->algorithm;
	const char *c = options->canonicalization;
	const char *length = options->has_length
				 ? mem_printf(mem, "l=%zu; ", options->length)
				 : "";

	if (algorithm == NULL)
		algorithm = key->is_rsa ? "rsa-sha256" : "ed25519-sha256";
	return mem_printf(mem,
			  "%s; a=%s; c=%s; d=%s; s=%s;\r\n\t%s%s%s"
			  "h=%s;\r\n\tbh=%s;\r\n\t",
			  start, algorithm, c == NULL ? "relaxed/relaxed" : c,
			  domain, selector, length,
			  options->tags == NULL ? "" : options->tags,
			  options->tags == NULL ? "" : "; ", fields, body_hash);
}

/* A field that begins with `start` and signs the message. */
static char *sign_as(TALLOC_CTX *mem, const char *start, const char *domain,
		     const char *selector, const struct sign_key *key,
		     const struct sign_options *options, const char *message)
{
	const char *names = options->fields == NULL
				? "from:to:subject:date:message-id"
				: options->fields;
	const char *c = options->canonicalization;
	bool is_relaxed = c == NULL || strncmp(c, "relaxed", 7) == 0;
	bool is_sha1 = options->algorithm != NULL &&
		       strstr(options->algorithm, "sha1") != NULL;
	const char *digest = is_sha1 ? "SHA1" : "SHA256";
	struct span fields[FIELDS_MAX];
	const char *body;
	struct strbuf text;

	size_t count = split(message, fields, FIELDS_MAX, &body);
	const char *tail = options->tail == NULL ? "" : options->tail;
	struct span b = span_of(options->b_tag == NULL ? "b=" : options->b_tag);
	char *hash = hash_body(mem, options, body, digest);
	char *field =
	    write_tags(mem, start, domain, selector, key, options, names, hash);
	strbuf_init(&text, mem, ROOM);
	add_named(&text, fields, count, names, is_relaxed);
	/* Blanks behind "b=" belong to the value, and go with it. */
	struct span bare = b;
	while (bare.data[bare.length - 1] != '=')
		bare.length--;
	add_field(&text,
		  span_of(mem_printf(mem, "%s%.*s%s", field, (int)bare.length,
				     bare.data, tail)),
		  is_relaxed);
	return mem_printf(mem, "%s%s%s%s\r\n", field, b.data,
			  sign_bytes(mem, key, digest,
				     (unsigned char *)strbuf_text(&text),
				     text.length),
			  tail);
}

char *sign_message(TALLOC_CTX *mem, const char *domain, const char *selector,
		   const struct sign_key *key,
		   const struct sign_options *options, const char *message)
{
	const char *version = options->version == NULL ? "1" : options->version;

	return sign_as(mem, mem_printf(mem, "DKIM-Signature: v=%s", version),
		       domain, selector, key, options, message);
}

/* Does the field have this name and this i=? Sets are written by
 * seal_message: "NAME: i=1; ..." */
static bool is_of_set(struct span field, const char *name, unsigned instance)
{
	char start[64];

	(void)snprintf(start, sizeof start, "%s: i=%u;", name, instance);
	return span_starts_nocase(field, start);
}

/* AAR, AMS and AS of one set, each with its CRLF, as a seal covers them. */
static void add_set(struct strbuf *out, const struct span *fields, size_t count,
		    unsigned instance)
{
	static const char *const names[] = {
	    "ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal"};

	for (size_t n = 0; n < 3; n++) {
		for (size_t i = 0; i < count; i++) {
			if (!is_of_set(fields[i], names[n], instance))
				continue;
			add_field(out, fields[i], true);
			strbuf_add_text(out, "\r\n");
		}
	}
}

static char *sign_seal(TALLOC_CTX *mem, const struct sign_key *key,
		       const char *seal, const char *set, const char *message,
		       unsigned instance)
{
	char *whole = mem_printf(mem, "%s%s", set, message);
	struct span fields[FIELDS_MAX];
	const char *body;
	struct strbuf text;

	size_t count = split(whole, fields, FIELDS_MAX, &body);
	strbuf_init(&text, mem, ROOM);
	for (unsigned i = 1; i <= instance; i++)
		add_set(&text, fields, count, i);
	add_field(&text, span_of(seal), true);
	return sign_bytes(mem, key, "SHA256",
			  (unsigned char *)strbuf_text(&text), text.length);
}

char *seal_message(TALLOC_CTX *mem, const char *domain, const char *selector,
		   const struct sign_key *key,
		   const struct seal_options *options, const char *message)
{
	unsigned instance = options->instance == 0 ? 1 : options->instance;
	const char *cv = instance == 1 ? "none" : "pass";
	const char *results = options->results == NULL
				  ? mem_printf(mem, "%s; dmarc=pass", domain)
				  : options->results;
	const char *start =
	    mem_printf(mem, "ARC-Message-Signature: i=%u", instance);

	char *signature = sign_as(mem, start, domain, selector, key,
				  &options->message, message);
	char *set =
	    mem_printf(mem, "%sARC-Authentication-Results: i=%u; %s\r\n",
		       signature, instance, results);
	char *seal = mem_printf(
	    mem,
	    "ARC-Seal: i=%u; a=%s; cv=%s;\r\n\td=%s; s=%s; %s%sb=", instance,
	    key->is_rsa ? "rsa-sha256" : "ed25519-sha256",
	    options->cv == NULL ? cv : options->cv, domain, selector,
	    options->tags == NULL ? "" : options->tags,
	    options->tags == NULL ? "" : "; ");
	return mem_printf(mem, "%s%s\r\n%s", seal,
			  sign_seal(mem, key, seal, set, message, instance),
			  set);
}
