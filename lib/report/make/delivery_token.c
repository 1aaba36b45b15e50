/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * delivery_token.c - how a report's mail is known again when it comes back
 */
#include "lib/report/make/delivery_token.h"

#include <assert.h>
#include <errno.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/secret_file.h"
#include "lib/base/strbuf.h"

#define KEY_BYTES 32
#define DIGEST_DIGITS (DELIVERY_TOKEN_TEXT - 1 - DELIVERY_TOKEN_LOCATOR)
#define INPUT_MAX 1024 /* an id and an address are far less */

struct delivery_key {
	char bytes[KEY_BYTES];
};

/* --- the file --- */

static bool make_key(const char *path, const struct random_source *random,
		     struct error *err)
{
	char bytes[KEY_BYTES];
	struct error inner;
	bool is_new;

	random->fill(random, bytes, sizeof bytes);
	return secret_file_make(path, span_make(bytes, sizeof bytes),
				SECRET_FILE_SENDER, &is_new, &inner) ||
	       error_set(err, ERROR_STORE, "%s", inner.words);
}

bool delivery_key_open(TALLOC_CTX *mem, const char *store_path,
		       const struct random_source *random,
		       struct delivery_key **key, struct error *err)
{
	TALLOC_CTX *own = mem_context(mem);
	const char *slash = strrchr(store_path, '/');
	int folder = slash == NULL ? 0 : (int)(slash - store_path + 1);
	const char *path =
	    mem_printf(own, "%.*sreport-bounce.key", folder, store_path);
	struct span bytes;
	bool ok = true;

	if (random != NULL && access(path, F_OK) != 0 && errno == ENOENT)
		ok = make_key(path, random, err);
	ok = ok && secret_file_read(own, "the key of bounces", path, KEY_BYTES,
				    &bytes, err);
	if (ok && bytes.length != KEY_BYTES)
		ok = error_set(err, ERROR_STORE,
			       "%.150s is no key of %d bytes; delete it, and "
			       "the next report send makes a new one",
			       path, KEY_BYTES);
	if (ok)
		*key = delivery_key_of(mem, bytes.data);
	mem_free(own);
	return ok;
}

struct delivery_key *delivery_key_of(TALLOC_CTX *mem, const char *bytes)
{
	struct delivery_key *key = mem_new(mem, struct delivery_key);

	memcpy(key->bytes, bytes, KEY_BYTES);
	return key;
}

/* --- tokens --- */

const char *delivery_token(const struct delivery_key *key,
			   const char *report_id, const char *address,
			   char text[DELIVERY_TOKEN_TEXT])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	TALLOC_CTX *mem = mem_context(NULL);
	char *low = mem_strdup(mem, address);
	struct strbuf input;

	text_lower(low);
	strbuf_init(&input, mem, INPUT_MAX);
	strbuf_printf(&input, "alignd report %s to %s", report_id, low);
	const unsigned char *made =
	    HMAC(EVP_sha256(), key->bytes, KEY_BYTES,
		 (const unsigned char *)strbuf_text(&input), input.length,
		 digest, &length);
	/* Without memory, as mem.h has it. */
	assert(made != NULL && length >= DIGEST_DIGITS / 2);
	mem_free(mem);
	(void)snprintf(text, DELIVERY_TOKEN_TEXT, "%.*s",
		       DELIVERY_TOKEN_LOCATOR, report_id);
	for (size_t i = 0; i < DIGEST_DIGITS / 2; i++)
		(void)snprintf(text + DELIVERY_TOKEN_LOCATOR + 2 * i, 3, "%02x",
			       digest[i]);
	return text;
}

char *delivery_message_id(TALLOC_CTX *mem, const char *report_id,
			  const char *token, const char *domain)
{
	return mem_printf(mem, "%s.%s@%s", report_id,
			  token + DELIVERY_TOKEN_LOCATOR, domain);
}
