/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signer.c - DKIM signatures of our own mail
 *
 * libopendkim takes the key as text and finds out with each message whether it
 * is any good; a signature over nothing at the start finds it out before the
 * first report. Every field of ours is signed, and From once more than it
 * occurs, so that nobody adds a second one.
 */
#include "lib/report/send/signer.h"

#include <opendkim/dkim.h>
#include <string.h>

#include "lib/base/secret_file.h"
#include "lib/base/strbuf.h"

#define KEY_BYTES_MAX 32768 /* RSA 16384 in PEM is below 13 KiB */
#define LINE_WIDTH 76

struct report_signer {
	DKIM_LIB *library;
	const char *domain;
	const char *selector;
	const char *key;
	dkim_alg_t algorithm;
	const struct clock *clock;
};

static int close_library(struct report_signer *signer)
{
	dkim_close(signer->library);
	return 0;
}

/* --- the key --- */

static bool set_options(struct report_signer *signer)
{
	/* The array ends with NULL; libopendkim copies what it needs. */
	static const u_char *oversigned[] = {(const u_char *)"from", NULL};
	u_int flags = DKIM_LIBFLAGS_NONE;
	uint64_t now = (uint64_t)clock_now_s(signer->clock);

	return dkim_options(signer->library, DKIM_OP_SETOPT, DKIM_OPTS_FLAGS,
			    &flags, sizeof flags) == DKIM_STAT_OK &&
	       dkim_options(signer->library, DKIM_OP_SETOPT,
			    DKIM_OPTS_FIXEDTIME, &now,
			    sizeof now) == DKIM_STAT_OK &&
	       dkim_options(signer->library, DKIM_OP_SETOPT,
			    DKIM_OPTS_OVERSIGNHDRS, oversigned,
			    sizeof(u_char **)) == DKIM_STAT_OK;
}

/* Signs a message of no use, once for each kind of key. */
static bool find_algorithm(struct report_signer *signer)
{
	static const dkim_alg_t known[] = {DKIM_SIGN_RSASHA256,
					   DKIM_SIGN_ED25519SHA256};
	static const char trial[] = "From: a@example.com\r\n\r\ntrial\r\n";
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_found = false;

	for (size_t i = 0; i < COUNT_OF(known) && !is_found; i++) {
		struct error ignored;
		char *field;
		signer->algorithm = known[i];
		is_found = report_signer_sign(mem, signer, span_of(trial),
					      &field, &ignored);
	}
	mem_free(mem);
	return is_found;
}

bool report_signer_new(TALLOC_CTX *mem, const char *domain,
		       const char *selector, const char *key_path,
		       const struct clock *clock, struct report_signer **signer,
		       struct error *err)
{
	struct report_signer *made = mem_new(mem, struct report_signer);
	const struct secret_file secret = {.name = "report.sign_key",
					   .path = key_path,
					   .user = SECRET_FILE_SENDER};
	struct span key;

	*made = (struct report_signer){.domain = mem_strdup(made, domain),
				       .selector = mem_strdup(made, selector),
				       .clock = clock};
	if (!secret_file_read(made, &secret, KEY_BYTES_MAX, &key, err)) {
		mem_free(made);
		return false;
	}
	made->key = key.data;
	made->library = dkim_init(NULL, NULL);
	if (made->library == NULL || !set_options(made)) {
		mem_free(made);
		return error_set(err, ERROR_SYSTEM,
				 "libopendkim does not start");
	}
	talloc_set_destructor(made, close_library);
	if (!find_algorithm(made)) {
		mem_free(made);
		return error_set(err, ERROR_CONFIG,
				 "report.sign_key: %.120s holds no key to sign "
				 "with (allowed: a PEM private key, RSA of "
				 "1024 bits and more or Ed25519, without a "
				 "passphrase); the reports wait",
				 key_path);
	}
	*signer = made;
	return true;
}

/* --- a message --- */

/* The length of the first field with its folded lines, without the last
 * CRLF; 0 at the empty line. */
static size_t field_length(struct span message)
{
	size_t at = 0;

	while (at + 1 < message.length) {
		if (message.data[at] != '\r' || message.data[at + 1] != '\n') {
			at++;
			continue;
		}
		if (at == 0 || at + 2 >= message.length ||
		    (message.data[at + 2] != ' ' &&
		     message.data[at + 2] != '\t'))
			return at;
		at += 2;
	}
	return message.length;
}

/* Its parameters are not const, but the library only reads. */
static bool feed_message(DKIM *dkim, struct span message)
{
	size_t length;

	while ((length = field_length(message)) > 0) {
		if (dkim_header(dkim, (u_char *)message.data, length) !=
		    DKIM_STAT_OK)
			return false;
		size_t step =
		    length + 2 > message.length ? message.length : length + 2;
		message = span_make(message.data + step, message.length - step);
	}
	if (dkim_eoh(dkim) != DKIM_STAT_OK)
		return false;
	if (message.length > 2 && dkim_body(dkim, (u_char *)message.data + 2,
					    message.length - 2) != DKIM_STAT_OK)
		return false;
	return dkim_eom(dkim, NULL) == DKIM_STAT_OK;
}

/* libopendkim folds with LF alone. */
static char *write_field(TALLOC_CTX *mem, const u_char *value, size_t length)
{
	struct strbuf field;

	strbuf_init(&field, mem, 2 * length + sizeof DKIM_SIGNHEADER + 8);
	strbuf_add_text(&field, DKIM_SIGNHEADER ": ");
	for (size_t i = 0; i < length; i++) {
		if (value[i] == '\n' && (i == 0 || value[i - 1] != '\r'))
			strbuf_add_char(&field, '\r');
		strbuf_add_char(&field, (char)value[i]);
	}
	strbuf_add_text(&field, "\r\n");
	return strbuf_text(&field);
}

bool report_signer_sign(TALLOC_CTX *mem, const struct report_signer *signer,
			struct span message, char **field, struct error *err)
{
	static const u_char id[] = "report";
	DKIM_STAT status = DKIM_STAT_OK;
	u_char *value = NULL;
	size_t length = 0;
	DKIM *dkim =
	    dkim_sign(signer->library, id, NULL, (dkim_sigkey_t)signer->key,
		      (const u_char *)signer->selector,
		      (const u_char *)signer->domain, DKIM_CANON_RELAXED,
		      DKIM_CANON_RELAXED, signer->algorithm, -1, &status);

	if (dkim == NULL)
		return error_set(err, ERROR_SYSTEM,
				 "libopendkim does not sign (status %d)",
				 (int)status);
	bool ok = feed_message(dkim, message) &&
		  dkim_getsighdr_d(dkim, sizeof DKIM_SIGNHEADER + 1, &value,
				   &length) == DKIM_STAT_OK;
	if (ok)
		*field = write_field(mem, value, length);
	else
		(void)error_set(
		    err, ERROR_SYSTEM, "libopendkim does not sign: %.100s",
		    dkim_geterror(dkim) == NULL ? "no reason given"
						: dkim_geterror(dkim));
	(void)dkim_free(dkim);
	return ok;
}
