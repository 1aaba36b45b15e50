/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signature_key.c - one key record of the DNS
 *
 * RFC 6376 3.6.1 (tags), 6.1.2 (what makes a key unusable), RFC 8301 3.2 (the
 * size of an RSA key is that of its modulus, in bits), RFC 8463 4 (Ed25519
 * keys are 32 raw bytes).
 */
#include "lib/auth/signature_key.h"

#include <stdatomic.h>
#include <string.h>

#include "lib/auth/rsa_der.h"
#include "lib/auth/tag_list.h"
#include "lib/base/limits.h"

struct signature_key {
	atomic_uint references;
	struct signature_key_facts facts;
	char *record;
	size_t length;
	char *bytes;	    /* p=, what the two below point into */
	struct span raw;    /* of an Ed25519 key */
	struct rsa_der rsa; /* of an RSA key */
	_Atomic(struct public_key *) decoded;
};

static atomic_ulong decoded_count;

unsigned long signature_key_decoded(void)
{
	return atomic_load(&decoded_count);
}

/* --- what the record says ------------------------------------------------- */

/* NULL when the tags allow the use, else why not. */
static const char *check_use(const struct tag_list *list)
{
	const struct tag *v = tag_list_find(list, "v");
	const struct tag *h = tag_list_find(list, "h");
	const struct tag *s = tag_list_find(list, "s");

	if (v != NULL && !span_equals(v->value, "DKIM1"))
		return "the key record is of another version";
	if (v != NULL && v != &list->items[0])
		return "v= is not the first tag of the key record";
	if (h != NULL && !tag_has_word(h, "sha256"))
		return "the key does not allow this hash";
	if (s != NULL && !tag_has_word(s, "*") && !tag_has_word(s, "email"))
		return "the key is not for mail";
	return NULL;
}

static const char *read_type(const struct tag_list *list)
{
	const struct tag *k = tag_list_find(list, "k");

	if (k == NULL || span_equals_nocase(k->value, "rsa"))
		return "rsa";
	return span_equals_nocase(k->value, "ed25519") ? "ed25519" : NULL;
}

static bool is_odd(struct span number)
{
	return (number.data[number.length - 1] & 1) != 0;
}

/* The work grows with the square of the modulus and with the exponent. */
static unsigned rsa_cost(unsigned bits, unsigned exponent_bits)
{
	unsigned kilobits = (bits + 1023) / 1024;
	unsigned cost = kilobits * kilobits * exponent_bits / (4 * 17);

	return cost == 0 ? 1 : cost;
}

static const char *read_rsa(struct signature_key *key, struct span der)
{
	struct rsa_der *rsa = &key->rsa;

	if (!rsa_der_read(der, rsa))
		return "the key cannot be decoded";
	key->facts.bits = rsa_der_bits(rsa->modulus);
	unsigned exponent_bits = rsa_der_bits(rsa->exponent);
	if (key->facts.bits > LIMIT_RSA_BITS)
		return "the key is too long";
	if (exponent_bits > LIMIT_RSA_EXPONENT_BITS || exponent_bits < 2 ||
	    !is_odd(rsa->exponent) || !is_odd(rsa->modulus))
		return "the key cannot be used";
	key->facts.cost = rsa_cost(key->facts.bits, exponent_bits);
	return NULL;
}

static const char *read_ed25519(struct signature_key *key, struct span raw)
{
	if (raw.length != ED25519_KEY_BYTES)
		return "the key cannot be decoded";
	key->raw = raw;
	key->facts.bits = 8 * ED25519_KEY_BYTES;
	key->facts.cost = LIMIT_ED25519_COST;
	return NULL;
}

static const char *read_key(struct signature_key *key,
			    const struct tag_list *list)
{
	const struct tag *p = tag_list_find(list, "p");
	size_t bytes;

	if (p == NULL)
		return "the key record has no p=";
	if (p->value.length == 0)
		return "the key is revoked";
	if (!base64_measure(p->value, &bytes))
		return "the key is not base64";
	if (bytes > LIMIT_KEY_BYTES)
		return "the key is too long";
	key->bytes = heap_block(bytes);
	struct span raw = base64_write(p->value, key->bytes);
	return strcmp(key->facts.type, "rsa") == 0 ? read_rsa(key, raw)
						   : read_ed25519(key, raw);
}

static void read_record(struct signature_key *key, struct span record)
{
	struct signature_key_facts *facts = &key->facts;
	struct tag_list list;

	if (record.length > LIMIT_KEY_RECORD_BYTES) {
		facts->use_fault = "the key record is too long";
		return;
	}
	if (tag_list_parse(&list, record) != NULL) {
		facts->use_fault = "syntax error in the key record";
		return;
	}
	facts->use_fault = check_use(&list);
	facts->type = read_type(&list);
	if (facts->use_fault != NULL || facts->type == NULL)
		return;
	const struct tag *t = tag_list_find(&list, "t");
	facts->is_testing = t != NULL && tag_has_word(t, "y");
	facts->is_strict = t != NULL && tag_has_word(t, "s");
	facts->key_fault = read_key(key, &list);
}

/* --- its life ------------------------------------------------------------- */

struct signature_key *signature_key_new(struct span record)
{
	struct signature_key *key = heap_new(struct signature_key);

	atomic_init(&key->references, 1);
	key->record = heap_memdup(record.data, record.length);
	key->length = record.length;
	read_record(key, record);
	return key;
}

struct signature_key *signature_key_ref(struct signature_key *key)
{
	(void)atomic_fetch_add(&key->references, 1);
	return key;
}

void signature_key_unref(struct signature_key *key)
{
	if (key == NULL || atomic_fetch_sub(&key->references, 1) > 1)
		return;
	public_key_free(atomic_load(&key->decoded));
	heap_free(key->bytes);
	heap_free(key->record);
	heap_free(key);
}

const struct signature_key_facts *
signature_key_facts(const struct signature_key *key)
{
	return &key->facts;
}

bool signature_key_is(const struct signature_key *key, struct span record)
{
	return key->length == record.length &&
	       memcmp(key->record, record.data, record.length) == 0;
}

/* --- its use -------------------------------------------------------------- */

const char *signature_key_fault(const struct signature_key *key,
				const char *algorithm)
{
	const struct signature_key_facts *facts = &key->facts;
	size_t length = strcspn(algorithm, "-");

	if (facts->use_fault != NULL)
		return facts->use_fault;
	if (facts->type == NULL || strlen(facts->type) != length ||
	    strncmp(facts->type, algorithm, length) != 0)
		return "the key is of another type than a=";
	return facts->key_fault;
}

int signature_key_compare(const struct signature_key *a,
			  const struct signature_key *b)
{
	if (a->facts.bits != b->facts.bits)
		return a->facts.bits > b->facts.bits ? -1 : 1;
	size_t common = a->length < b->length ? a->length : b->length;
	int order = memcmp(b->record, a->record, common);
	if (order != 0 || a->length == b->length)
		return order;
	return a->length > b->length ? -1 : 1;
}

/* Two threads may both decode it the first time; one result stays. */
static const struct public_key *decode(struct signature_key *key)
{
	struct public_key *own = atomic_load(&key->decoded);
	struct public_key *other = NULL;

	if (own != NULL)
		return own;
	own = strcmp(key->facts.type, "rsa") == 0
		  ? public_key_rsa(&key->rsa)
		  : public_key_ed25519(key->raw);
	(void)atomic_fetch_add(&decoded_count, 1);
	if (own == NULL ||
	    atomic_compare_exchange_strong(&key->decoded, &other, own))
		return own;
	public_key_free(own);
	return other;
}

enum public_key_verdict signature_key_verify(struct signature_key *key,
					     const struct digest_value *value,
					     struct span signature)
{
	const struct public_key *decoded = decode(key);

	return decoded == NULL ? PUBLIC_KEY_UNKNOWN
			       : public_key_verify(decoded, value, signature);
}
