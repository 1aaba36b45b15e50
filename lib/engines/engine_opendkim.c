/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine_opendkim.c - DKIM as libopendkim verifies it
 *
 * The library gets every field and the whole body. DELAYSIGPROC puts all keys
 * behind the body, so that one slow key hides no other signature; and
 * BADSIGHANDLES lists broken signatures too, lets a message whose From the
 * library cannot parse be verified, and switches off its check of d=: names
 * that are none are left out here. What dkim_eom returns is of no interest,
 * and the PASSED flag alone is not either: it stays set when the body hash
 * differs, and below a t=s key.
 *
 * Kept from it: a signature whose i= has more than 256 octets or ends within an
 * encoded one; a signature field past LIMIT_SIGNATURES_LOOKED_AT; a key record
 * longer than its room. And a last field is added that no h= can name, since
 * the library expects that h= leaves one over.
 */
#include "lib/engines/engines.h"

#include <ctype.h>
#include <opendkim/dkim.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define DRIFT_S 300 /* the library's own default */
#define IDENTITY_BYTES 256
#define ED25519_BITS 256

/* struct dkim_engine must stay the first member. */
struct opendkim {
	struct dkim_engine public;
	DKIM_LIB *handle;
	bool has_settings;
	struct dkim_settings settings;
	const struct clock *clock;
};

/* One DKIM-Signature field. */
struct entry {
	const char *refusal; /* why the library does not have it; or NULL */
	size_t place;	     /* its number in the library's list otherwise */
	const char *trouble; /* of its key; NULL: none */
	enum auth_result trouble_result;
};

struct message {
	const struct opendkim *engine;
	struct dns_session *session;
	DKIM *handle; /* NULL: the library could not make one */
	size_t count; /* of fields, and of entries */
	struct entry entries[LIMIT_SIGNATURES_LOOKED_AT];
	size_t fed; /* fields that the library has */
	DKIM_SIGINFO **list;
	bool is_body_wanted;
	bool is_body_refused; /* the library wants it to end with CRLF */
};

static const struct finding {
	int error;
	enum auth_result result;
	const char *reason;
} findings[] = {
    {DKIM_SIGERROR_OK, AUTH_PASS, NULL},
    {DKIM_SIGERROR_UNKNOWN, AUTH_NEUTRAL, "not verified"},
    {DKIM_SIGERROR_VERSION, AUTH_PERMERROR, "v= is not known"},
    {DKIM_SIGERROR_DOMAIN, AUTH_PERMERROR, "i= is not within d="},
    {DKIM_SIGERROR_EXPIRED, AUTH_FAIL, "the signature has expired"},
    {DKIM_SIGERROR_FUTURE, AUTH_FAIL, "the signature is from the future"},
    {DKIM_SIGERROR_TIMESTAMPS, AUTH_PERMERROR, "x= is before t="},
    {DKIM_SIGERROR_INVALID_HC, AUTH_NEUTRAL, "c= is not known"},
    {DKIM_SIGERROR_INVALID_BC, AUTH_NEUTRAL, "c= is not known"},
    {DKIM_SIGERROR_MISSING_A, AUTH_PERMERROR, "a= is missing"},
    {DKIM_SIGERROR_INVALID_A, AUTH_NEUTRAL, "a= is not known"},
    {DKIM_SIGERROR_MISSING_H, AUTH_PERMERROR, "h= is missing"},
    {DKIM_SIGERROR_EMPTY_H, AUTH_PERMERROR, "h= is empty"},
    {DKIM_SIGERROR_INVALID_H, AUTH_PERMERROR, "h= does not list From"},
    {DKIM_SIGERROR_INVALID_L, AUTH_PERMERROR, "l= is not a length"},
    {DKIM_SIGERROR_TOOLARGE_L, AUTH_FAIL, "l= is longer than the body"},
    {DKIM_SIGERROR_MISSING_D, AUTH_PERMERROR, "d= is missing"},
    {DKIM_SIGERROR_EMPTY_D, AUTH_PERMERROR, "d= is empty"},
    {DKIM_SIGERROR_MISSING_S, AUTH_PERMERROR, "s= is missing"},
    {DKIM_SIGERROR_EMPTY_S, AUTH_PERMERROR, "s= is empty"},
    {DKIM_SIGERROR_MISSING_V, AUTH_PERMERROR, "v= is missing"},
    {DKIM_SIGERROR_EMPTY_V, AUTH_PERMERROR, "v= is empty"},
    {DKIM_SIGERROR_MISSING_B, AUTH_PERMERROR, "b= is missing"},
    {DKIM_SIGERROR_EMPTY_B, AUTH_PERMERROR, "b= is empty"},
    {DKIM_SIGERROR_CORRUPT_B, AUTH_PERMERROR, "b= is not base64"},
    {DKIM_SIGERROR_MISSING_BH, AUTH_PERMERROR, "bh= is missing"},
    {DKIM_SIGERROR_EMPTY_BH, AUTH_PERMERROR, "bh= is empty"},
    {DKIM_SIGERROR_CORRUPT_BH, AUTH_PERMERROR, "bh= is not base64"},
    {DKIM_SIGERROR_BADSIG, AUTH_FAIL, "the signature does not verify"},
    {DKIM_SIGERROR_NOKEY, AUTH_PERMERROR, "no key"},
    {DKIM_SIGERROR_DNSSYNTAX, AUTH_PERMERROR, "the key record is broken"},
    {DKIM_SIGERROR_KEYFAIL, AUTH_TEMPERROR, "DNS trouble for the key"},
    {DKIM_SIGERROR_MULTIREPLY, AUTH_PERMERROR, "several key records"},
    {DKIM_SIGERROR_KEYVERSION, AUTH_PERMERROR, "the key's v= is not DKIM1"},
    {DKIM_SIGERROR_KEYUNKNOWNHASH, AUTH_PERMERROR, "the key's h= is not known"},
    {DKIM_SIGERROR_KEYHASHMISMATCH, AUTH_PERMERROR,
     "the key's h= does not allow the hash"},
    {DKIM_SIGERROR_NOTEMAILKEY, AUTH_PERMERROR, "the key is not for mail"},
    {DKIM_SIGERROR_KEYTYPEMISSING, AUTH_PERMERROR, "the key's k= is missing"},
    {DKIM_SIGERROR_KEYTYPEUNKNOWN, AUTH_PERMERROR, "the key's k= is not known"},
    {DKIM_SIGERROR_KEYREVOKED, AUTH_PERMERROR, "the key is revoked"},
    {DKIM_SIGERROR_KEYDECODE, AUTH_PERMERROR, "the key cannot be decoded"},
    {DKIM_SIGERROR_KEYTOOSMALL, AUTH_POLICY, "the key is too short"},
    {DKIM_SIGERROR_SUBDOMAIN, AUTH_PERMERROR,
     "the key does not allow i= in a subdomain"},
};

static struct finding find_finding(int error)
{
	for (size_t i = 0; i < COUNT_OF(findings); i++) {
		if (findings[i].error == error)
			return findings[i];
	}
	return (struct finding){error, AUTH_PERMERROR,
				"the signature is refused"};
}

/* --- before the library --- */

/* The value of i= is the text behind the sign, blanks left out: the library
 * takes tags apart at each ";", in either case of letters. */
static bool is_identity_safe(struct span tag)
{
	size_t length = 0;
	char last[2] = {'\0', '\0'};

	for (size_t i = 0; i < tag.length; i++) {
		if (isspace((unsigned char)tag.data[i]))
			continue;
		length++;
		last[0] = last[1];
		last[1] = tag.data[i];
	}
	return length <= IDENTITY_BYTES && last[0] != '=' && last[1] != '=';
}

/* What follows "i=" in a tag, blanks around the letter allowed; false for any
 * other tag. */
static bool get_identity(struct span tag, struct span *value)
{
	struct span name;

	if (!span_cut(tag, '=', &name, value))
		return false;
	while (name.length > 0 && isspace((unsigned char)name.data[0]))
		name = span_make(name.data + 1, name.length - 1);
	while (name.length > 0 &&
	       isspace((unsigned char)name.data[name.length - 1]))
		name.length--;
	return span_equals_nocase(name, "i");
}

/* Why the library may not see the field; NULL: it may. */
static const char *refuse_field(struct span value)
{
	struct span rest = value;
	struct span tag;
	struct span identity;
	bool is_more = true;

	while (is_more) {
		is_more = span_cut(rest, ';', &tag, &rest);
		if (get_identity(tag, &identity) && !is_identity_safe(identity))
			return "not given to libopendkim, which is not safe "
			       "with such an i=";
	}
	return NULL;
}

/* --- what the library calls --- */

static struct entry *find_entry(struct message *message,
				const DKIM_SIGINFO *sig)
{
	for (size_t i = 0; i < message->count; i++) {
		struct entry *entry = &message->entries[i];
		if (entry->refusal == NULL &&
		    message->list[entry->place] == sig)
			return entry;
	}
	return NULL;
}

static void set_trouble(struct entry *entry, enum auth_result result,
			const char *words)
{
	entry->trouble = words;
	entry->trouble_result = result;
}

/* Names come from the wire: NULL unless both make a domain name. */
static char *key_name(TALLOC_CTX *mem, DKIM_SIGINFO *sig)
{
	const char *domain = (const char *)dkim_sig_getdomain(sig);
	const char *selector = (const char *)dkim_sig_getselector(sig);

	if (domain == NULL || selector == NULL)
		return NULL;
	return domain_normalize(mem, span_of(mem_printf(mem, "%s._domainkey.%s",
							selector, domain)));
}

/* The library's own resolver takes one record, no more. */
static DKIM_CBSTAT give_key(struct entry *entry,
			    const struct dns_answer *answer, u_char *buffer,
			    size_t size)
{
	switch (answer->status) {
	case DNS_TEMPORARY:
	case DNS_BOGUS:
		set_trouble(entry, AUTH_TEMPERROR, "DNS trouble for the key");
		return DKIM_CBSTAT_TRYAGAIN;
	case DNS_NODATA:
	case DNS_NXDOMAIN:
		return DKIM_CBSTAT_NOTFOUND;
	case DNS_OK:
		break;
	}
	const struct dns_record *record = &answer->records[0];
	if (answer->count > 1)
		set_trouble(entry, AUTH_PERMERROR, "several key records");
	else if (record->length >= size)
		set_trouble(entry, AUTH_PERMERROR,
			    "the key record is too long for libopendkim");
	else if (strlen(record->text) != record->length)
		set_trouble(entry, AUTH_PERMERROR, "the key record is broken");
	if (entry->trouble != NULL)
		return DKIM_CBSTAT_NOTFOUND;
	memcpy(buffer, record->text, record->length + 1);
	return DKIM_CBSTAT_CONTINUE;
}

static DKIM_CBSTAT look_up_key(DKIM *dkim, DKIM_SIGINFO *sig, u_char *buffer,
			       size_t size)
{
	struct message *message = dkim_get_user_context(dkim);
	struct entry *entry = find_entry(message, sig);
	const char *name = key_name(message, sig);

	if (entry == NULL || name == NULL)
		return DKIM_CBSTAT_NOTFOUND;
	return give_key(entry, dns_session_ask(message->session, name, DNS_TXT),
			buffer, size);
}

/* Leaves out what may not be verified, and asks ahead for the other keys. */
static void screen_one(struct message *message, struct entry *entry,
		       size_t wanted)
{
	DKIM_SIGINFO *sig = message->list[entry->place];
	const char *name = key_name(message, sig);
	const struct opendkim *engine = message->engine;

	if (name == NULL && dkim_sig_geterror(sig) == DKIM_SIGERROR_UNKNOWN)
		set_trouble(entry, AUTH_PERMERROR,
			    "d= or s= is not a domain name");
	else if (engine->has_settings &&
		 wanted >= (size_t)engine->settings.max_signatures)
		set_trouble(entry, AUTH_POLICY, "over the limit of signatures");
	if (entry->trouble != NULL)
		dkim_sig_ignore(sig);
	else if (name != NULL)
		dns_session_ask_ahead(message->session, name, DNS_TXT);
}

/* Signatures are listed in the order in which they were given. Should the list
 * ever have another length, none of it is used. */
static DKIM_CBSTAT screen_list(DKIM *dkim, DKIM_SIGINFO **list, int count)
{
	struct message *message = dkim_get_user_context(dkim);
	size_t wanted = 0;

	if (count < 0 || (size_t)count != message->fed)
		return DKIM_CBSTAT_ERROR;
	message->list = list;
	for (size_t i = 0; i < message->count; i++) {
		struct entry *entry = &message->entries[i];
		if (entry->refusal != NULL)
			continue;
		screen_one(message, entry, wanted);
		wanted += entry->trouble == NULL;
	}
	return DKIM_CBSTAT_CONTINUE;
}

/* --- the engine --- */

/* The library compares t= and x= with time(), whatever DKIM_OPTS_FIXEDTIME
 * says. With a fixed clock its allowance grows by the distance between both,
 * and check_times() decides. */
static uint64_t allow_drift(const struct clock *clock)
{
	int64_t distance = (int64_t)time(NULL) - clock_now_s(clock);

	if (!clock_is_fixed(clock))
		return DRIFT_S;
	return DRIFT_S + (uint64_t)(distance < 0 ? -distance : distance);
}

static bool set_option(DKIM_LIB *handle, dkim_opts_t option, void *value,
		       size_t size)
{
	return dkim_options(handle, DKIM_OP_SETOPT, option, value, size) ==
	       DKIM_STAT_OK;
}

static bool set_options(DKIM_LIB *handle, unsigned min_rsa_bits,
			const struct clock *clock)
{
	u_int flags = DKIM_LIBFLAGS_DELAYSIGPROC | DKIM_LIBFLAGS_BADSIGHANDLES;
	uint64_t allowance = allow_drift(clock);

	return set_option(handle, DKIM_OPTS_FLAGS, &flags, sizeof flags) &&
	       set_option(handle, DKIM_OPTS_CLOCKDRIFT, &allowance,
			  sizeof allowance) &&
	       set_option(handle, DKIM_OPTS_MINKEYBITS, &min_rsa_bits,
			  sizeof min_rsa_bits) &&
	       dkim_set_key_lookup(handle, look_up_key) == DKIM_STAT_OK &&
	       dkim_set_prescreen(handle, screen_list) == DKIM_STAT_OK;
}

static int free_handle(struct message *message)
{
	if (message->handle != NULL)
		(void)dkim_free(message->handle);
	return 0;
}

static void *begin_message(TALLOC_CTX *mem, const struct dkim_engine *engine,
			   struct dns_session *session)
{
	static const unsigned char id[] = "message";
	struct message *message = mem_new(mem, struct message);
	DKIM_STAT status;

	message->engine = (const struct opendkim *)(const void *)engine;
	message->session = session;
	message->handle =
	    dkim_verify(message->engine->handle, id, NULL, &status);
	if (message->handle != NULL)
		(void)dkim_set_user_context(message->handle, message);
	talloc_set_destructor(message, free_handle);
	return message;
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

/* A field that is left out is as absent for the library. */
static bool take_signature(struct message *message, struct span value)
{
	if (message->count == LIMIT_SIGNATURES_LOOKED_AT)
		return false;
	struct entry *entry = &message->entries[message->count++];
	entry->refusal = refuse_field(value);
	if (entry->refusal == NULL)
		entry->place = message->fed++;
	return entry->refusal == NULL;
}

static void take_header(void *context, struct span name, struct span value)
{
	struct message *message = context;
	struct strbuf field;
	struct span bare = name;

	/* The library knows the name with blanks before the colon, too. */
	while (bare.length > 0 &&
	       isspace((unsigned char)bare.data[bare.length - 1]))
		bare.length--;
	if (message->handle == NULL ||
	    (span_equals_nocase(bare, DKIM_SIGNHEADER) &&
	     !take_signature(message, value)))
		return;
	TALLOC_CTX *scratch = mem_context(message);
	strbuf_init(&field, scratch, name.length + 1 + 2 * value.length);
	write_field(&field, name, value);
	(void)dkim_header(message->handle, (u_char *)strbuf_text(&field),
			  field.length);
	mem_free(scratch);
}

/* Names in h= lose their blanks in the library, so none is this one. */
static bool add_spare_field(struct message *message)
{
	u_char field[] = "spare field:";

	return dkim_header(message->handle, field, sizeof field - 1) ==
	       DKIM_STAT_OK;
}

static bool end_header(void *context)
{
	struct message *message = context;

	message->is_body_wanted = message->handle != NULL && message->fed > 0 &&
				  add_spare_field(message) &&
				  dkim_eoh(message->handle) == DKIM_STAT_OK;
	return message->is_body_wanted;
}

/* Its parameter is not const, but the library only reads. */
static void take_body(void *context, struct span chunk)
{
	struct message *message = context;

	if (message->is_body_wanted && chunk.length > 0)
		(void)dkim_body(message->handle,
				(u_char *)(uintptr_t)chunk.data, chunk.length);
}

/* --- the verdict --- */

static const char *algorithm_text(dkim_alg_t algorithm)
{
	switch (algorithm) {
	case DKIM_SIGN_RSASHA1:
		return "rsa-sha1";
	case DKIM_SIGN_RSASHA256:
		return "rsa-sha256";
	case DKIM_SIGN_ED25519SHA256:
		return "ed25519-sha256";
	default:
		return NULL;
	}
}

static const char *domain_of(TALLOC_CTX *mem, const u_char *text)
{
	return text == NULL
		   ? NULL
		   : domain_normalize(mem, span_of((const char *)text));
}

static const char *tag_of(DKIM_SIGINFO *sig, const char *tag)
{
	return (const char *)dkim_sig_gettagvalue(sig, false,
						  (u_char *)(uintptr_t)tag);
}

/* Base64, or nothing: it is shown. */
static const char *hash_text_of(TALLOC_CTX *mem, DKIM_SIGINFO *sig)
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
				     "pqrstuvwxyz0123456789+/=";
	const char *text = tag_of(sig, "b");

	if (text == NULL || *text == '\0' ||
	    strspn(text, base64) != strlen(text))
		return NULL;
	return mem_strdup(mem, text);
}

static void describe_signature(struct message *message, DKIM_SIGINFO *sig,
			       struct evidence_signature *item)
{
	dkim_alg_t algorithm;

	item->domain = domain_of(message, dkim_sig_getdomain(sig));
	item->selector = domain_of(message, dkim_sig_getselector(sig));
	item->hash_text = hash_text_of(message, sig);
	if (tag_of(sig, "a") != NULL &&
	    dkim_sig_getsignalg(sig, &algorithm) == DKIM_STAT_OK)
		item->algorithm = algorithm_text(algorithm);
	if (dkim_sig_getkeysize(sig, &item->key_bits) != DKIM_STAT_OK)
		item->key_bits = 0;
	if (item->key_bits != 0 && item->algorithm != NULL &&
	    strcmp(item->algorithm, "ed25519-sha256") == 0)
		item->key_bits = ED25519_BITS;
}

/* Only under a fixed clock; RFC 6376 3.5, with the library's allowances. */
static void check_times(const struct message *message, DKIM_SIGINFO *sig,
			struct evidence_signature *item)
{
	const struct clock *clock = message->engine->clock;
	const char *signed_at = tag_of(sig, "t");
	const char *expires_at = tag_of(sig, "x");
	int64_t now_s = clock_now_s(clock);

	if (!clock_is_fixed(clock) || item->result != AUTH_PASS)
		return;
	if (expires_at != NULL &&
	    now_s >= strtoll(expires_at, NULL, 10) + DRIFT_S)
		item->reason = "the signature has expired";
	else if (signed_at != NULL &&
		 strtoll(signed_at, NULL, 10) > now_s + DRIFT_S)
		item->reason = "the signature is from the future";
	if (item->reason != NULL)
		item->result = AUTH_FAIL;
}

static bool is_partial(const struct message *message, DKIM_SIGINFO *sig)
{
	ssize_t whole;
	ssize_t covered;

	return dkim_sig_getcanonlen(message->handle, sig, &whole, &covered,
				    NULL) == DKIM_STAT_OK &&
	       tag_of(sig, "l") != NULL && covered < whole;
}

/* What section dkim says against a signature that the library passes. */
static const char *find_objection(const struct message *message,
				  DKIM_SIGINFO *sig,
				  const struct evidence_signature *item)
{
	const struct dkim_settings *settings = &message->engine->settings;

	if (!message->engine->has_settings)
		return NULL;
	if (item->algorithm == NULL || strcmp(item->algorithm, "rsa-sha1") == 0)
		return "rsa-sha1 is not acceptable";
	if (settings->testing_keys == TESTING_KEYS_IGNORE &&
	    (dkim_sig_getflags(sig) & DKIM_SIGFLAG_TESTKEY) != 0)
		return "the key is for testing";
	if (settings->partial_body == PARTIAL_BODY_IGNORE &&
	    is_partial(message, sig))
		return "l= leaves part of the body unsigned";
	return NULL;
}

static void judge_signature(const struct message *message, DKIM_SIGINFO *sig,
			    struct evidence_signature *item)
{
	bool is_passed = (dkim_sig_getflags(sig) & DKIM_SIGFLAG_PASSED) != 0;
	int body_hash = dkim_sig_getbh(sig);
	struct finding finding = find_finding(dkim_sig_geterror(sig));

	if (finding.result == AUTH_PASS &&
	    (!is_passed || body_hash != DKIM_SIGBH_MATCH))
		finding = find_finding(DKIM_SIGERROR_BADSIG);
	item->result = finding.result;
	item->reason =
	    finding.error == DKIM_SIGERROR_UNKNOWN && message->is_body_refused
		? "libopendkim refuses a body without a last CRLF"
		: finding.reason;
	if (is_passed && finding.error == DKIM_SIGERROR_BADSIG &&
	    body_hash == DKIM_SIGBH_MISMATCH)
		item->reason = "the body hash does not match";
	check_times(message, sig, item);
	const char *against = find_objection(message, sig, item);
	item->is_body_changed = item->result == AUTH_FAIL && is_passed &&
				body_hash == DKIM_SIGBH_MISMATCH &&
				against == NULL;
	if (item->result == AUTH_PASS && against != NULL) {
		item->result = AUTH_POLICY;
		item->reason = against;
	}
}

static struct evidence_signature conclude_entry(struct message *message,
						const struct entry *entry)
{
	struct evidence_signature item = {.result = AUTH_PERMERROR,
					  .reason = entry->refusal};

	if (entry->refusal != NULL)
		return item;
	if (message->list == NULL) {
		item.result = AUTH_NEUTRAL;
		item.reason = "libopendkim does not verify the message";
		return item;
	}
	DKIM_SIGINFO *sig = message->list[entry->place];
	describe_signature(message, sig, &item);
	if (entry->trouble != NULL) {
		item.result = entry->trouble_result;
		item.reason = entry->trouble;
	} else {
		judge_signature(message, sig, &item);
	}
	return item;
}

static struct evidence_signatures finish_message(void *context)
{
	struct message *message = context;
	struct evidence_signatures evidence = {.count = message->count};

	if (message->is_body_wanted)
		message->is_body_refused =
		    dkim_eom(message->handle, NULL) == DKIM_STAT_SYNTAX;
	evidence.items =
	    mem_array(message, struct evidence_signature, message->count);
	for (size_t i = 0; i < message->count; i++)
		evidence.items[i] =
		    conclude_entry(message, &message->entries[i]);
	return evidence;
}

static const struct dkim_engine functions = {
    .name = ENGINE_OPENDKIM,
    .begin = begin_message,
    .header = take_header,
    .end_of_header = end_header,
    .body = take_body,
    .finish = finish_message,
};

bool engine_opendkim_new(const struct dkim_settings *settings,
			 const struct clock *clock,
			 const struct dkim_engine **engine, struct error *err)
{
	unsigned min_rsa_bits =
	    settings == NULL ? 1024 : (unsigned)settings->min_rsa_bits;
	DKIM_LIB *handle = dkim_init(NULL, NULL);

	if (handle == NULL)
		return error_set(err, ERROR_SYSTEM,
				 "libopendkim does not start");
	if (!set_options(handle, min_rsa_bits, clock)) {
		dkim_close(handle);
		return error_set(err, ERROR_SYSTEM,
				 "libopendkim refuses its options");
	}
	struct opendkim *made = heap_new(struct opendkim);
	made->public = functions;
	made->handle = handle;
	made->clock = clock;
	made->has_settings = settings != NULL;
	if (settings != NULL)
		made->settings = *settings;
	*engine = &made->public;
	return true;
}

void engine_opendkim_free(const struct dkim_engine *engine)
{
	if (engine == NULL)
		return;
	struct opendkim *made = (struct opendkim *)(uintptr_t)engine;
	dkim_close(made->handle);
	heap_free(made);
}
