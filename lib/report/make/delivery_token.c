/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * delivery_token.c - how a report's mail is known again when it comes back
 */
#include "lib/report/make/delivery_token.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/keyed_digest.h"
#include "lib/base/secret_file.h"
#include "lib/base/strbuf.h"

#define DIGEST_DIGITS (DELIVERY_TOKEN_TEXT - 1 - DELIVERY_TOKEN_LOCATOR)
#define INPUT_MAX 1024 /* an id and an address are far less */

struct delivery_key {
	struct keyed_digest *key;
};

/* --- the file --- */

static bool make_key(const char *path, const struct random_source *random,
		     struct error *err)
{
	char bytes[KEYED_DIGEST_KEY];
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
	const struct secret_file secret = {.name = "the key of bounces",
					   .path = path,
					   .user = SECRET_FILE_SENDER};
	ok =
	    ok && secret_file_read(own, &secret, KEYED_DIGEST_KEY, &bytes, err);
	if (ok && bytes.length != KEYED_DIGEST_KEY)
		ok = error_set(err, ERROR_STORE,
			       "%.150s is no key of %d bytes; delete it, and "
			       "the next report send makes a new one",
			       path, KEYED_DIGEST_KEY);
	if (ok)
		*key = delivery_key_of(mem, bytes.data);
	mem_free(own);
	return ok;
}

struct delivery_key *delivery_key_of(TALLOC_CTX *mem, const char *bytes)
{
	struct delivery_key *key = mem_new(mem, struct delivery_key);

	key->key = keyed_digest_new(key, bytes);
	return key;
}

/* --- tokens --- */

const char *delivery_token(const struct delivery_key *key,
			   const char *report_id, const char *address,
			   char text[DELIVERY_TOKEN_TEXT])
{
	uint8_t digest[KEYED_DIGEST_BYTES];
	TALLOC_CTX *mem = mem_context(NULL);
	char *low = mem_strdup(mem, address);
	struct strbuf input;

	text_lower(low);
	strbuf_init(&input, mem, INPUT_MAX);
	strbuf_printf(&input, "alignd report %s to %s", report_id, low);
	const struct span part = span_of(strbuf_text(&input));
	keyed_digest_make(key->key, &part, 1, digest);
	mem_free(mem);
	(void)snprintf(text, DELIVERY_TOKEN_TEXT, "%.*s",
		       DELIVERY_TOKEN_LOCATOR, report_id);
	keyed_digest_text(digest, DIGEST_DIGITS, text + DELIVERY_TOKEN_LOCATOR);
	return text;
}

char *delivery_message_id(TALLOC_CTX *mem, const char *report_id,
			  const char *token, const char *domain)
{
	return mem_printf(mem, "%s.%s@%s", report_id,
			  token + DELIVERY_TOKEN_LOCATOR, domain);
}
