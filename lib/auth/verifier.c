/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verifier.c - libopendkim's verification of one message's header fields
 *
 * The only file that includes libopendkim. DELAYSIGPROC puts all keys behind
 * the body; BADSIGHANDLES lets a message whose From the library cannot parse
 * be verified, and switches off its check of d=, which is why every field was
 * looked at before. What dkim_eom returns is of no interest: each signature is
 * read by itself.
 */
#include "lib/auth/verifier.h"

#include <opendkim/dkim.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "lib/base/strbuf.h"

struct verifier_library {
	DKIM_LIB *handle;
};

struct verifier {
	DKIM *handle; /* NULL: the library could not make one */
	size_t fed;   /* signatures given to it */
	size_t count; /* as known at the end of the header */
	const bool *is_wanted;
	const char *const *keys; /* set while dkim_eom runs */
	DKIM_SIGINFO **list;
};

static const struct finding {
	int error;
	enum auth_result result;
	const char *reason;
} findings[] = {
    {DKIM_SIGERROR_OK, AUTH_PASS, NULL},
    {DKIM_SIGERROR_EXPIRED, AUTH_FAIL, "the signature has expired"},
    {DKIM_SIGERROR_FUTURE, AUTH_FAIL, "the signature is from the future"},
    {DKIM_SIGERROR_INVALID_HC, AUTH_NEUTRAL, "c= is not known"},
    {DKIM_SIGERROR_INVALID_BC, AUTH_NEUTRAL, "c= is not known"},
    {DKIM_SIGERROR_INVALID_A, AUTH_NEUTRAL, "a= is not known"},
    {DKIM_SIGERROR_BADSIG, AUTH_FAIL, "the signature does not verify"},
    {DKIM_SIGERROR_TOOLARGE_L, AUTH_FAIL, "l= is longer than the body"},
    {DKIM_SIGERROR_SUBDOMAIN, AUTH_PERMERROR,
     "the key does not allow i= in a subdomain"},
    {DKIM_SIGERROR_KEYDECODE, AUTH_PERMERROR, "the key cannot be decoded"},
    {DKIM_SIGERROR_KEYTOOSMALL, AUTH_POLICY, "the key is too short"},
    {DKIM_SIGERROR_UNKNOWN, AUTH_NEUTRAL, "not verified"},
};

/* The errors that are not in the table are those of fields and key records
 * that we refuse before libopendkim sees them. */
static struct finding finding_of(int error)
{
	for (size_t i = 0; i < sizeof findings / sizeof findings[0]; i++) {
		if (findings[i].error == error)
			return findings[i];
	}
	return (struct finding){error, AUTH_PERMERROR,
				"libopendkim refuses the signature or its key"};
}

static bool get_index(const struct verifier *verifier, const DKIM_SIGINFO *sig,
		      size_t *index)
{
	for (size_t i = 0; i < verifier->count; i++) {
		if (verifier->list[i] == sig) {
			*index = i;
			return true;
		}
	}
	return false;
}

static DKIM_CBSTAT look_up_key(DKIM *dkim, DKIM_SIGINFO *sig, u_char *buffer,
			       size_t size)
{
	const struct verifier *verifier = dkim_get_user_context(dkim);
	size_t i;

	if (!get_index(verifier, sig, &i) || verifier->keys[i] == NULL)
		return DKIM_CBSTAT_NOTFOUND;
	size_t length = strlen(verifier->keys[i]);
	if (length >= size)
		return DKIM_CBSTAT_NOTFOUND;
	memcpy(buffer, verifier->keys[i], length + 1);
	return DKIM_CBSTAT_CONTINUE;
}

/* Signatures are listed in the order in which they were given. Should the list
 * ever have another length, none of it is used. */
static DKIM_CBSTAT screen(DKIM *dkim, DKIM_SIGINFO **list, int count)
{
	struct verifier *verifier = dkim_get_user_context(dkim);

	if (count < 0 || (size_t)count != verifier->fed ||
	    verifier->count != verifier->fed)
		return DKIM_CBSTAT_ERROR;
	verifier->list = list;
	for (size_t i = 0; i < verifier->count; i++) {
		if (!verifier->is_wanted[i])
			dkim_sig_ignore(list[i]);
	}
	return DKIM_CBSTAT_CONTINUE;
}

/* libopendkim compares t= and x= with time(), whatever DKIM_OPTS_FIXEDTIME
 * says. With a fixed clock its allowance grows by the distance between both,
 * and the caller's own comparison decides. */
static uint64_t drift(const struct clock *clock)
{
	int64_t distance = (int64_t)time(NULL) - clock_now_s(clock);

	if (!clock_is_fixed(clock))
		return VERIFIER_DRIFT_S;
	return VERIFIER_DRIFT_S +
	       (uint64_t)(distance < 0 ? -distance : distance);
}

static bool set_option(DKIM_LIB *handle, dkim_opts_t option, void *value,
		       size_t size)
{
	return dkim_options(handle, DKIM_OP_SETOPT, option, value, size) ==
	       DKIM_STAT_OK;
}

bool verifier_library_new(unsigned min_rsa_bits, const struct clock *clock,
			  struct verifier_library **library, struct error *err)
{
	u_int flags = DKIM_LIBFLAGS_DELAYSIGPROC | DKIM_LIBFLAGS_BADSIGHANDLES;
	uint64_t allowance = drift(clock);
	DKIM_LIB *handle = dkim_init(NULL, NULL);

	if (handle == NULL)
		return error_set(err, ERROR_SYSTEM,
				 "libopendkim does not start");
	if (!set_option(handle, DKIM_OPTS_FLAGS, &flags, sizeof flags) ||
	    !set_option(handle, DKIM_OPTS_CLOCKDRIFT, &allowance,
			sizeof allowance) ||
	    !set_option(handle, DKIM_OPTS_MINKEYBITS, &min_rsa_bits,
			sizeof min_rsa_bits) ||
	    dkim_set_key_lookup(handle, look_up_key) != DKIM_STAT_OK ||
	    dkim_set_prescreen(handle, screen) != DKIM_STAT_OK) {
		dkim_close(handle);
		return error_set(err, ERROR_SYSTEM,
				 "libopendkim refuses its options");
	}
	*library = heap_new(struct verifier_library);
	(*library)->handle = handle;
	return true;
}

void verifier_library_free(struct verifier_library *library)
{
	if (library == NULL)
		return;
	dkim_close(library->handle);
	heap_free(library);
}

static int free_handle(struct verifier *verifier)
{
	if (verifier->handle != NULL)
		(void)dkim_free(verifier->handle);
	return 0;
}

struct verifier *verifier_new(TALLOC_CTX *mem,
			      const struct verifier_library *library)
{
	static const unsigned char id[] = "message";
	struct verifier *verifier = mem_new(mem, struct verifier);
	DKIM_STAT status;

	verifier->handle = dkim_verify(library->handle, id, NULL, &status);
	if (verifier->handle != NULL)
		(void)dkim_set_user_context(verifier->handle, verifier);
	talloc_set_destructor(verifier, free_handle);
	return verifier;
}

/* "Name:value", folds with CRLF, none at the end. */
static void write_field(struct strbuf *field, struct span name,
			struct span value)
{
	const char *data = value.data;
	size_t from = 0;

	strbuf_add(field, name.data, name.length);
	strbuf_add_char(field, ':');
	for (size_t i = 0; i < value.length; i++) {
		if (data[i] != '\n' || (i > 0 && data[i - 1] == '\r'))
			continue;
		strbuf_add(field, data + from, i - from);
		strbuf_add_char(field, '\r');
		from = i;
	}
	strbuf_add(field, data + from, value.length - from);
}

void verifier_header(struct verifier *verifier, struct span name,
		     struct span value)
{
	struct strbuf field;
	TALLOC_CTX *scratch = mem_context(verifier);

	strbuf_init(&field, scratch, name.length + 1 + 2 * value.length);
	write_field(&field, name, value);
	if (span_equals_nocase(name, DKIM_SIGNHEADER))
		verifier->fed++;
	if (verifier->handle != NULL)
		(void)dkim_header(verifier->handle,
				  (u_char *)strbuf_text(&field), field.length);
	mem_free(scratch);
}

/* The library expects that h= leaves a field over. There is one here that h=
 * cannot name: no name in it has a blank (signature_tags.c), as none of a real
 * field has. */
static bool add_spare_field(struct verifier *verifier)
{
	u_char field[] = "spare field:";

	return dkim_header(verifier->handle, field, sizeof field - 1) ==
	       DKIM_STAT_OK;
}

bool verifier_end_of_header(struct verifier *verifier, size_t count,
			    const bool *is_wanted)
{
	if (verifier->handle == NULL || !add_spare_field(verifier))
		return false;
	verifier->count = count;
	verifier->is_wanted = is_wanted;
	return dkim_eoh(verifier->handle) == DKIM_STAT_OK;
}

/* Its parameter is not const, but the library only reads. */
static void stand_in(struct verifier *verifier, size_t body_bytes)
{
	static const char line[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
				   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n";

	for (size_t sum = 0; sum < body_bytes; sum += sizeof line - 1)
		(void)dkim_body(verifier->handle, (u_char *)line,
				sizeof line - 1);
}

/* What the library found apart from the body. It knows a stand-in only, so the
 * mismatch is none; and nothing else makes BADSIG of what has passed. */
static int header_error(DKIM_SIGINFO *sig, bool is_passed)
{
	int error = dkim_sig_geterror(sig);

	return is_passed && error == DKIM_SIGERROR_BADSIG &&
		       dkim_sig_getbh(sig) == DKIM_SIGBH_MISMATCH
		   ? DKIM_SIGERROR_OK
		   : error;
}

static void judge(DKIM_SIGINFO *sig, struct verifier_outcome *outcome)
{
	unsigned flags = dkim_sig_getflags(sig);
	bool is_passed = (flags & DKIM_SIGFLAG_PASSED) != 0;
	struct finding finding = finding_of(header_error(sig, is_passed));

	if (dkim_sig_getkeysize(sig, &outcome->key_bits) != DKIM_STAT_OK)
		outcome->key_bits = 0;
	outcome->is_header_good = is_passed;
	outcome->is_testing = (flags & DKIM_SIGFLAG_TESTKEY) != 0;
	if (finding.result == AUTH_PASS && !is_passed)
		finding = finding_of(DKIM_SIGERROR_BADSIG);
	outcome->result = finding.result;
	outcome->reason = finding.reason;
}

void verifier_finish(struct verifier *verifier, size_t body_bytes,
		     const char *const *keys, struct verifier_outcome *outcomes)
{
	verifier->keys = keys;
	for (size_t i = 0; i < verifier->count; i++) {
		outcomes[i] = (struct verifier_outcome){.result = AUTH_NONE};
		if (keys[i] == NULL)
			dkim_sig_ignore(verifier->list[i]);
	}
	stand_in(verifier, body_bytes);
	(void)dkim_eom(verifier->handle, NULL);
	for (size_t i = 0; i < verifier->count; i++) {
		if (verifier->is_wanted[i] && keys[i] != NULL)
			judge(verifier->list[i], &outcomes[i]);
	}
}
