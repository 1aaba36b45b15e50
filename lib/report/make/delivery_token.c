/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * delivery_token.c - how a report's mail is known again when it comes back
 */
#include "lib/report/make/delivery_token.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/account.h"
#include "lib/base/secret_file.h"
#include "lib/base/strbuf.h"

#define KEY_BYTES 32
#define DIGEST_DIGITS (DELIVERY_TOKEN_TEXT - 1 - DELIVERY_TOKEN_LOCATOR)
#define INPUT_MAX 1024 /* an id and an address are far less */
#define KEY_MODE 0600
#define SENDER "alignd-report" /* the user of the report unit */

struct delivery_key {
	char bytes[KEY_BYTES];
};

/* --- the file --- */

static bool write_key(int fd, const struct random_source *random)
{
	char bytes[KEY_BYTES];
	struct account_ids sender;
	struct error unknown;

	random->fill(random, bytes, sizeof bytes);
	/* A run by root's hand must not leave the timer without a key. */
	if (geteuid() == 0 && account_find_user(SENDER, &sender, &unknown) &&
	    fchown(fd, sender.user, (gid_t)-1) != 0)
		return false;
	return fchmod(fd, KEY_MODE) == 0 &&
	       write(fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes &&
	       fsync(fd) == 0;
}

/* Whole or not at all, and of two that make it one wins: written under another
 * name, and renamed where there is none: a confined process makes no link. */
static bool make_key(TALLOC_CTX *mem, const char *path,
		     const struct random_source *random, struct error *err)
{
	const char *draft = mem_printf(mem, "%s.%ld", path, (long)getpid());
	int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, KEY_MODE);
	bool ok = fd >= 0 && write_key(fd, random);
	int number = errno;

	if (fd >= 0)
		(void)close(fd);
	if (ok &&
	    renameat2(AT_FDCWD, draft, AT_FDCWD, path, RENAME_NOREPLACE) != 0 &&
	    errno != EEXIST) {
		number = errno;
		ok = false;
	}
	if (fd >= 0)
		(void)unlink(draft);
	return ok || error_errno(err, ERROR_STORE, number, "cannot make %.150s",
				 path);
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
		ok = make_key(own, path, random, err);
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
