/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dear.c - messages as dear as the bounds let them be, and plain ones beside
 *
 * dear FOLDER [-l] [ROW...]: writes for each row (-l: the long ones too) the
 * letters (letters.h) FOLDER/ROW and, with as many bytes, FOLDER/ROW.plain; and
 * FOLDER/zone, which has all their names. dear -n names the rows.
 *
 * A plain message has one aligned signature by rsa-2048, SPF with three
 * includes, and p=reject. What a row has is its shape, below. Where no key
 * fits, all of them are tried: so b= is made up, and as long as the keys are,
 * while bh= is right, since a body that was changed may spare the keys.
 *
 * Everything but the keys that sign is the same on every run.
 */
#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "tests/bench/letters.h"
#include "tests/unit/sign.h"

#define KB 1024
#define MESSAGE_MAX (24 * 1024 * 1024)
#define FRESH_LETTERS 12      /* each with selectors of its own */
#define RSA_BITS_MAX 8192     /* of a key made up */
#define LONGEST_RSA_BITS 5632 /* that fit LIMIT_KEY_BYTES */

/* A hundred labels, which leave room for a name and what is asked below it. */
#define TEN_LABELS "a.b.c.d.e.f.g.h.i.j"
#define FIFTY_LABELS                                                           \
	TEN_LABELS "." TEN_LABELS "." TEN_LABELS "." TEN_LABELS "." TEN_LABELS
#define LABELS FIFTY_LABELS "." FIFTY_LABELS

enum list {
	LIST_USUAL,  /* h=: seven names */
	LIST_ALL,    /* the name of every field, once each */
	LIST_ABSENT, /* as long as may be, of a name that no field has */
};

enum body { BODY_LINES, BODY_BLANKS, BODY_EMPTY_LINES };
enum from { FROM_PLAIN, FROM_MANY, FROM_COMMENTS };
enum spf { SPF_THREE, SPF_INCLUDES, SPF_MACROS, SPF_MX, SPF_PTR };

struct shape {
	const char *name;
	size_t size;   /* of the message; 0: 4 KB, or what the header takes */
	bool is_long;  /* left out of the short form */
	bool is_fresh; /* each letter has selectors of its own */
	/* signatures */
	unsigned signatures; /* by strangers' domains, ten labels deep */
	bool is_aligned;     /* or by the author's */
	bool has_labels;     /* a hundred, in their domains and the author's */
	unsigned junk;	     /* signature fields without sense, of 1 KB */
	unsigned keys;	     /* at each selector */
	unsigned bits;	     /* RSA; 0: ed25519 */
	unsigned exponent_bits;
	bool is_broken; /* the keys cannot be decoded */
	bool has_last;	/* the last key fits */
	bool has_both_forms;
	bool has_lengths; /* each signature has an l= of its own */
	enum list list;
	/* the other fields */
	unsigned fields;
	size_t field_bytes;
	unsigned results; /* Authentication-Results of others, of 5 KB */
	enum from from;
	/* chain */
	unsigned sets;
	unsigned chain_keys; /* at each selector, the last of which fits */
	bool has_long_lists; /* in h= of the twelve newest */
	bool has_chain_lengths;
	/* the rest */
	enum body body;
	enum spf spf;
};

#define RSA(count, size, exponent)                                             \
	.keys = (count), .bits = (size), .exponent_bits = (exponent)
#define MOST_KEYS LIMIT_KEY_RECORDS

static const struct shape shapes[] = {
    {"usual", .signatures = 1, .is_aligned = true, RSA(1, 2048, 17),
     .has_last = true},
    /* signatures x keys at a selector, at 4 KB */
    {"s10-k1", .signatures = 10, RSA(1, 2048, 17)},
    {"s10-k4-last", .signatures = 10, RSA(4, 2048, 17), .has_last = true},
    {"s10-k4-4096", .signatures = 10, RSA(4, 4096, 17)},
    {"s1-k8-4096", .signatures = 1, RSA(MOST_KEYS, 4096, 17)},
    {"s10-k8-2048", .signatures = 10, RSA(MOST_KEYS, 2048, 17)},
    {"s10-k8-4096", .signatures = 10, RSA(MOST_KEYS, 4096, 17)},
    {"s10-k8-e33", .signatures = 10, RSA(MOST_KEYS, 4096, 33)},
    {"s10-k8-e64", .signatures = 10, RSA(MOST_KEYS, 4096, 64)},
    {"s10-k8-longest", .signatures = 10, RSA(MOST_KEYS, LONGEST_RSA_BITS, 64)},
    {"s10-k8-slow", .signatures = 10, RSA(MOST_KEYS, 3072, 2500)},
    {"s10-k8-ed25519", .signatures = 10, .keys = MOST_KEYS},
    {"s10-k8-broken", .signatures = 10, RSA(MOST_KEYS, 4096, 17),
     .is_broken = true},
    {"s20-k8-aligned", .signatures = 20, .is_aligned = true,
     RSA(MOST_KEYS, 4096, 64)},
    {"s10-k1-fresh", .signatures = 10, RSA(1, 4096, 64), .is_fresh = true},
    {"s10-k4-fresh", .signatures = 10, RSA(4, 4096, 64), .is_fresh = true},
    {"s10-k8-fresh", .signatures = 10, RSA(MOST_KEYS, 4096, 64),
     .is_fresh = true},
    /* what an answer of the DNS may hold, which is more than is looked at */
    {"s10-k80-fresh", .signatures = 10, RSA(80, 4096, 64), .is_fresh = true},
    {"s900-junk", .signatures = 10, RSA(1, 2048, 17), .junk = 900},
    /* distinct l= x size */
    {"s10-l10-300k", 300 * KB, .signatures = 10, RSA(1, 2048, 17),
     .has_both_forms = true, .has_lengths = true},
    {"s20-l20-300k", 300 * KB, .signatures = 20, .is_aligned = true,
     RSA(1, 2048, 17), .has_both_forms = true, .has_lengths = true},
    {"s10-k8-l10-300k", 300 * KB, .signatures = 10, RSA(MOST_KEYS, 4096, 64),
     .has_both_forms = true, .has_lengths = true},
    {"s10-l10-3m", 3 * KB *KB, .signatures = 10, RSA(1, 2048, 17),
     .has_both_forms = true, .has_lengths = true},
    {"s10-l10-10m", 10 * KB *KB, .is_long = true, .signatures = 10,
     RSA(1, 2048, 17), .has_both_forms = true, .has_lengths = true},
    {"s10-l10-chain-3m", 3 * KB *KB, .signatures = 10, RSA(1, 2048, 17),
     .has_both_forms = true, .has_lengths = true, .sets = 12, .chain_keys = 1,
     .has_chain_lengths = true},
    {"s2-blanks-3m", 3 * KB *KB, .signatures = 2, RSA(1, 2048, 17),
     .has_both_forms = true, .body = BODY_BLANKS},
    {"s2-empty-3m", 3 * KB *KB, .signatures = 2, RSA(1, 2048, 17),
     .has_both_forms = true, .body = BODY_EMPTY_LINES},
    /* the header */
    {"s10-header", .signatures = 10, RSA(1, 2048, 17), .has_both_forms = true,
     .list = LIST_ALL, .fields = 900, .field_bytes = 1000},
    {"s10-names", .signatures = 10, RSA(1, 2048, 17), .has_both_forms = true,
     .list = LIST_ABSENT, .fields = 900, .field_bytes = 2},
    {"s10-few-large", .signatures = 10, RSA(1, 2048, 17),
     .has_both_forms = true, .list = LIST_ALL, .fields = 10,
     .field_bytes = 90 * KB},
    {"results", .signatures = 1, .is_aligned = true, RSA(1, 2048, 17),
     .results = 190},
    {"from-many", .signatures = 1, RSA(1, 2048, 17), .from = FROM_MANY},
    {"from-comments", .signatures = 1, RSA(1, 2048, 17), .from = FROM_COMMENTS},
    /* names */
    {"labels", .signatures = 10, RSA(1, 2048, 17), .has_labels = true},
    /* chains */
    {"chain", .sets = LIMIT_ARC_SETS, .chain_keys = 1},
    {"chain-k4", .sets = LIMIT_ARC_SETS, .chain_keys = 4, RSA(0, 4096, 64)},
    {"chain-fresh", .sets = LIMIT_ARC_SETS, .chain_keys = 1, .is_fresh = true},
    {"chain-k4-fresh", .sets = LIMIT_ARC_SETS, .chain_keys = 4,
     RSA(0, 4096, 64), .is_fresh = true},
    {"chain-names", .sets = LIMIT_ARC_SETS, .chain_keys = 1, .fields = 800,
     .field_bytes = 2, .has_long_lists = true},
    {"chain-header", .sets = LIMIT_ARC_SETS, .chain_keys = 1, .fields = 800,
     .field_bytes = 900, .has_long_lists = true},
    /* SPF */
    {"spf-includes", .spf = SPF_INCLUDES},
    {"spf-macros", .spf = SPF_MACROS},
    {"spf-mx", .spf = SPF_MX},
    {"spf-ptr", .spf = SPF_PTR},
    /* all of it */
    {"all", .signatures = 10, RSA(MOST_KEYS, 4096, 64), .has_both_forms = true,
     .has_lengths = true, .sets = LIMIT_ARC_SETS, .chain_keys = 4,
     .spf = SPF_MX, .from = FROM_MANY},
    {"all-fresh", .signatures = 10, RSA(MOST_KEYS, 4096, 64),
     .has_both_forms = true, .has_lengths = true, .sets = LIMIT_ARC_SETS,
     .chain_keys = 4, .spf = SPF_MX, .from = FROM_MANY, .is_fresh = true},
    {"all-header", .signatures = 10, RSA(MOST_KEYS, 4096, 64),
     .has_both_forms = true, .list = LIST_ALL, .fields = 800,
     .field_bytes = 900, .sets = LIMIT_ARC_SETS, .chain_keys = 4,
     .has_long_lists = true, .spf = SPF_MX, .from = FROM_MANY},
};

#define SHAPES (sizeof shapes / sizeof shapes[0])

struct dear {
	TALLOC_CTX *mem;
	const char *folder;
	FILE *zone;
	uint32_t state;		 /* of the numbers that vary everything */
	struct sign_key *signer; /* signs what need not verify */
	struct sign_key *usual;	 /* signs what has to, rsa-2048 */
};

/* One letter in the making. */
struct letter_plan {
	const struct shape *shape;
	unsigned row;
	unsigned number;    /* in its file */
	const char *domain; /* the author's */
	const char *sender; /* that of MAIL FROM */
};

static unsigned pick(struct dear *dear, unsigned below)
{
	dear->state = dear->state * 1664525U + 1013904223U;
	return (dear->state >> 8) % below;
}

/* --- keys ---------------------------------------------------------------- */

static void fill(struct dear *dear, unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (unsigned char)pick(dear, 256);
}

static const char *base64(TALLOC_CTX *mem, const unsigned char *bytes,
			  size_t length)
{
	char *text = mem_array(mem, char, (length + 2) / 3 * 4 + 1);

	(void)EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
	return text;
}

static EVP_PKEY *rsa_of(const BIGNUM *modulus, const BIGNUM *exponent)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;

	OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus);
	OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent);
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_fromdata_init(context);
	EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
	assert(key != NULL);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(context);
	return key;
}

/* 65537 of 17 bits, which everybody has; else all bits set, which takes the
 * most steps. */
static BIGNUM *exponent_of(unsigned bits)
{
	BIGNUM *exponent = BN_new();

	BN_set_word(exponent, 1);
	(void)BN_lshift(exponent, exponent, bits == 17 ? 16 : (int)bits);
	if (bits == 17)
		BN_add_word(exponent, 1);
	else
		BN_sub_word(exponent, 1);
	return exponent;
}

/* Nobody has its private part. The modulus is as great as its length allows,
 * so that any b= of ours is below it. */
static const char *made_up_rsa(struct dear *dear, TALLOC_CTX *mem,
			       unsigned bits, unsigned exponent_bits)
{
	unsigned char bytes[RSA_BITS_MAX / 8];
	size_t length = bits / 8;
	unsigned char *der = NULL;

	fill(dear, bytes, length);
	bytes[0] = 0xff;
	bytes[length - 1] |= 1;
	BIGNUM *modulus = BN_bin2bn(bytes, (int)length, NULL);
	BIGNUM *exponent = exponent_of(exponent_bits);
	EVP_PKEY *key = rsa_of(modulus, exponent);
	int size = i2d_PUBKEY(key, &der);
	assert(size > 0);
	const char *text = base64(mem, der, (size_t)size);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	BN_free(modulus);
	BN_free(exponent);
	return text;
}

/* Begins as a key does: what is inside has to be looked at. */
static const char *broken_rsa(struct dear *dear, TALLOC_CTX *mem, unsigned bits)
{
	static const unsigned char start[] = {0x30, 0x82, 0x02, 0x22, 0x30,
					      0x0d, 0x06, 0x09, 0x2a, 0x86};
	unsigned char bytes[RSA_BITS_MAX / 8];

	fill(dear, bytes, bits / 8);
	memcpy(bytes, start, sizeof start);
	return base64(mem, bytes, bits / 8);
}

static const char *made_up_record(struct dear *dear, TALLOC_CTX *mem,
				  const struct shape *shape)
{
	if (shape->bits == 0)
		return sign_key_record(mem, sign_key_new(mem, "ed25519", 0));
	return mem_printf(mem, "v=DKIM1; k=rsa; p=%s",
			  shape->is_broken ? broken_rsa(dear, mem, shape->bits)
					   : made_up_rsa(dear, mem, shape->bits,
							 shape->exponent_bits));
}

/* `count` records at a selector, the last of them `last` unless that is NULL */
static void print_keys(struct dear *dear, const struct shape *shape,
		       const char *domain, const char *selector, unsigned count,
		       const char *last)
{
	TALLOC_CTX *mem = mem_context(dear->mem);

	for (unsigned i = 0; i < count; i++)
		(void)fputs(
		    sign_key_zone(mem, domain, selector,
				  i + 1 == count && last != NULL
				      ? last
				      : made_up_record(dear, mem, shape)),
		    dear->zone);
	mem_free(mem);
}

/* --- the zone ------------------------------------------------------------ */

static void print_text(struct dear *dear, const char *name, const char *text)
{
	(void)fprintf(dear->zone, "%s. TXT", name);
	for (size_t i = 0; i < strlen(text); i += 200)
		(void)fprintf(dear->zone, " \"%.200s\"", text + i);
	(void)fputc('\n', dear->zone);
}

/* Three includes, the last of which has 198.18.0.0/24. */
static void print_spf_three(struct dear *dear, const char *sender)
{
	FILE *zone = dear->zone;

	(void)fprintf(zone,
		      "%s. TXT \"v=spf1 include:_a.%s include:_b.%s "
		      "include:_c.%s -all\"\n",
		      sender, sender, sender, sender);
	(void)fprintf(zone,
		      "_a.%s. TXT \"v=spf1 ip4:203.0.113.0/28 "
		      "ip4:203.0.113.64/28 ~all\"\n"
		      "_b.%s. TXT \"v=spf1 ip4:192.0.2.0/28 ~all\"\n"
		      "_c.%s. TXT \"v=spf1 ip4:198.18.0.0/24 ~all\"\n",
		      sender, sender, sender);
}

/* Ten terms of a kind: "include:_N.SENDER" */
static void print_ten_terms(struct dear *dear, const char *sender,
			    const char *term)
{
	TALLOC_CTX *mem = mem_context(dear->mem);
	struct strbuf text;

	strbuf_init(&text, mem, LIMIT_SPF_RECORD_BYTES);
	strbuf_add_text(&text, "v=spf1");
	for (unsigned i = 0; i < 10; i++)
		strbuf_printf(&text, " %s%u.%s", term, i, sender);
	strbuf_add_text(&text, " -all");
	print_text(dear, sender, strbuf_text(&text));
	mem_free(mem);
}

static void print_spf_includes(struct dear *dear, const char *sender)
{
	print_ten_terms(dear, sender, "include:_");
	for (unsigned i = 0; i < 10; i++) {
		TALLOC_CTX *mem = mem_context(dear->mem);
		struct strbuf text;
		strbuf_init(&text, mem, LIMIT_SPF_RECORD_BYTES);
		strbuf_add_text(&text, "v=spf1");
		for (unsigned n = 0; text.length < LIMIT_SPF_RECORD_BYTES - 20;
		     n++)
			strbuf_printf(&text, " ip4:9.%u.%u.0", i, n % 250);
		print_text(dear, mem_printf(mem, "_%u.%s", i, sender),
			   strbuf_text(&text));
		mem_free(mem);
	}
}

/* As many macros as may be in each of ten names, which all exist. */
static void print_spf_macros(struct dear *dear, const char *sender)
{
	TALLOC_CTX *mem = mem_context(dear->mem);
	struct strbuf text;

	strbuf_init(&text, mem, 2 * LIMIT_SPF_RECORD_BYTES);
	strbuf_add_text(&text, "v=spf1");
	for (unsigned i = 0; i < 10; i++) {
		strbuf_add_text(&text, " a:");
		for (unsigned n = 0; n < 60; n++)
			strbuf_add_text(&text, "%{sr-}");
		strbuf_printf(&text, ".%u.w.spf.example", i);
	}
	strbuf_add_text(&text, " -all");
	print_text(dear, sender, strbuf_text(&text));
	(void)fputs("*.w.spf.example. A 192.0.2.1\n", dear->zone);
	mem_free(mem);
}

/* Ten domains with ten hosts each, which have as many addresses as are kept. */
static void print_spf_mx(struct dear *dear, const char *sender)
{
	FILE *zone = dear->zone;

	print_ten_terms(dear, sender, "mx:m");
	for (unsigned i = 0; i < 10; i++) {
		for (unsigned host = 0; host < LIMIT_SPF_MX; host++)
			(void)fprintf(zone, "m%u.%s. MX 10 h%u.mx.example.\n",
				      i, sender, 10 * i + host);
	}
}

static void print_mail_hosts(struct dear *dear)
{
	for (unsigned host = 0; host < 100; host++) {
		for (unsigned n = 0; n < LIMIT_ANSWER_RECORDS; n++)
			(void)fprintf(dear->zone,
				      "h%u.mx.example. A 10.1.%u.%u\n", host,
				      host, n);
	}
}

static void print_spf(struct dear *dear, const struct letter_plan *plan)
{
	switch (plan->shape->spf) {
	case SPF_THREE:
		print_spf_three(dear, plan->sender);
		break;
	case SPF_INCLUDES:
		print_spf_includes(dear, plan->sender);
		break;
	case SPF_MACROS:
		print_spf_macros(dear, plan->sender);
		break;
	case SPF_MX:
		print_spf_mx(dear, plan->sender);
		break;
	case SPF_PTR:
		print_ten_terms(dear, plan->sender, "ptr:q");
		break;
	}
}

/* The client's names, of which so many lead back to it. */
static void print_client(struct dear *dear, unsigned row, unsigned names)
{
	for (unsigned i = 0; i < names; i++)
		(void)fprintf(dear->zone,
			      "1.%u.19.198.in-addr.arpa. PTR c%u.r%u.example.\n"
			      "c%u.r%u.example. A 198.19.%u.1\n",
			      row, i, row, i, row, row);
}

static void print_domain(struct dear *dear, const char *domain)
{
	(void)fprintf(dear->zone,
		      "_dmarc.%s. TXT \"v=DMARC1; p=reject; "
		      "rua=mailto:dmarc@%s\"\n%s. A 198.18.0.1\n",
		      domain, domain, domain);
}

/* --- messages ------------------------------------------------------------ */

static void add_lines(struct dear *dear, struct strbuf *text, size_t size)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
				      "nopqrstuvwxyz0123456789+/";
	char line[78];

	memcpy(line + 76, "\r\n", 2);
	for (size_t done = 0; done < size; done += sizeof line) {
		for (size_t i = 0; i < 76; i++)
			line[i] = letters[pick(dear, 64)];
		strbuf_add(text, line, sizeof line);
	}
}

static void add_repeated(struct strbuf *text, const char *piece, size_t size)
{
	size_t length = strlen(piece);

	for (size_t done = 0; done < size; done += length)
		strbuf_add(text, piece, length);
}

static void add_body(struct dear *dear, struct strbuf *text, enum body body,
		     size_t size)
{
	if (body == BODY_BLANKS)
		add_repeated(text, "a \t b\t c \t d  e\tf g \t h  i \r\n",
			     size);
	else if (body == BODY_EMPTY_LINES)
		add_repeated(text, "\r\n\r\n\r\n\r\na\r\n", size);
	else
		add_lines(dear, text, size);
}

static void add_from(struct strbuf *text, const struct letter_plan *plan)
{
	size_t start = text->length;

	strbuf_add_text(text, "From: ");
	if (plan->shape->from == FROM_COMMENTS) {
		while (text->length - start < LIMIT_FROM_BYTES - 300) {
			add_repeated(text, "(", LIMIT_COMMENT_DEPTH - 1);
			strbuf_add_text(text, "\\)");
			add_repeated(text, ")", LIMIT_COMMENT_DEPTH - 1);
			strbuf_add_text(text, "\r\n ");
		}
	}
	unsigned last =
	    plan->shape->from == FROM_MANY ? LIMIT_FROM_ADDRESSES : 1;
	for (unsigned i = 1; i < last; i++)
		strbuf_printf(text,
			      "\"A. \\\"N.\\\" %u\" (one) <a%u.b.c.d@%s>,\r\n ",
			      i, i, plan->domain);
	strbuf_printf(text, "\"Billing\" <billing@%s%s>\r\n",
		      plan->shape->has_labels ? LABELS "." : "", plan->domain);
}

static void add_usual_fields(struct strbuf *text, const char *domain,
			     unsigned number)
{
	strbuf_printf(text,
		      "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
		      "To: someone@mx.bench.test\r\n"
		      "Subject: your order number %u\r\n"
		      "Message-ID: <%08x@%s>\r\n"
		      "MIME-Version: 1.0\r\n"
		      "Content-Type: text/plain; charset=utf-8\r\n",
		      number, number, domain);
}

static void add_other_fields(struct dear *dear, struct strbuf *text,
			     const struct shape *shape)
{
	for (unsigned i = 0; i < shape->results; i++) {
		strbuf_add_text(text, "Authentication-Results: other.example");
		add_repeated(text,
			     ";\r\n dkim=pass (a comment) header.d=a.example",
			     5 * KB);
		strbuf_add_text(text, "\r\n");
	}
	for (unsigned i = 0; i < shape->fields; i++) {
		strbuf_add_text(text, "A:");
		/* Half of them have blanks to be put together. */
		if (i % 2 == 0 || shape->field_bytes < 100)
			add_repeated(text, "b", shape->field_bytes);
		else
			add_repeated(text, "b \t", shape->field_bytes);
		strbuf_add_text(text, "\r\n");
	}
	for (unsigned i = 0; i < shape->junk; i++) {
		strbuf_printf(text, "DKIM-Signature: v=1; a=rsa-sha256; n%u=",
			      pick(dear, 1000));
		add_repeated(text, "x", 1000);
		strbuf_add_text(text, "\r\n");
	}
}

/* h= of a signature over all this. */
static const char *list_of(TALLOC_CTX *mem, const struct shape *shape)
{
	struct strbuf text;

	strbuf_init(&text, mem, LIMIT_SIGNATURE_BYTES);
	strbuf_add_text(&text, "from:to:subject:date:message-id:mime-version:"
			       "content-type");
	if (shape->list == LIST_ALL)
		add_repeated(&text, ":a", 2 * (size_t)shape->fields);
	else if (shape->list == LIST_ABSENT)
		add_repeated(&text, ":b", LIMIT_SIGNATURE_BYTES - 2500);
	return strbuf_text(&text);
}

/* As long as a signature by one of the keys. */
static const char *made_up_signature(struct dear *dear, TALLOC_CTX *mem,
				     unsigned bits)
{
	unsigned char bytes[RSA_BITS_MAX / 8];
	size_t length = bits == 0 ? 64 : bits / 8;

	fill(dear, bytes, length);
	bytes[0] &= 0x7f;
	bytes[length - 1] &= 0x0f; /* RFC 8032 5.1.7: S is below the order */
	return base64(mem, bytes, length);
}

/* The field with other values of h= and b=. */
static const char *replace(TALLOC_CTX *mem, const char *field,
			   const char *names, const char *signature)
{
	const char *h = strstr(field, "h=from:");
	const char *bh = strstr(field, ";\r\n\tbh=");
	const char *b = strstr(field, "\r\n\tb=");

	return mem_printf(mem, "%.*sh=%s%.*s\r\n\tb=%s\r\n", (int)(h - field),
			  field, names, (int)(b - bh), bh, signature);
}

/* Long, and with many labels: each of its questions has a name like it. */
static const char *signature_domain(TALLOC_CTX *mem,
				    const struct letter_plan *plan, unsigned n)
{
	static const char label[] = "a-label-of-a-stranger-who-likes-them-long";

	if (plan->shape->has_labels)
		return mem_printf(mem, "%s.s%u.%s", LABELS, n, plan->domain);
	return plan->shape->is_aligned
		   ? plan->domain
		   : mem_printf(mem, "%s.%s.%s.%s.5.6.7.8.s%u.%s", label, label,
				label, label, n, plan->domain);
}

static const char *add_signature(struct dear *dear, TALLOC_CTX *mem,
				 const struct letter_plan *plan, unsigned n,
				 const char *message, const char *body)
{
	const struct shape *shape = plan->shape;
	const char *domain = signature_domain(mem, plan, n);
	const char *selector = mem_printf(mem, "k%u-%u", n, plan->number);
	struct sign_options options = {
	    .algorithm = shape->bits == 0 ? "ed25519-sha256" : "rsa-sha256",
	    .canonicalization = shape->has_both_forms && n % 2 == 1
				    ? "simple/simple"
				    : "relaxed/relaxed",
	    .has_length = shape->has_lengths,
	    .length = shape->has_lengths ? strlen(body) - 200 - 2 * n : 0};

	print_keys(dear, shape, domain, selector, shape->keys,
		   shape->has_last ? sign_key_record(mem, dear->usual) : NULL);
	if (shape->has_last)
		return sign_message(mem, domain, selector, dear->usual,
				    &options, message);
	const char *field =
	    sign_message(mem, domain, selector, dear->signer, &options,
			 mem_printf(mem, "From: a@b.test\r\n\r\n%s", body));
	return replace(mem, field, list_of(mem, shape),
		       made_up_signature(dear, mem, shape->bits));
}

/* Another set on top of the message. */
static char *add_set(struct dear *dear, TALLOC_CTX *mem,
		     const struct letter_plan *plan, unsigned instance,
		     const char *message, size_t body_length)
{
	const struct shape *shape = plan->shape;
	const char *domain = mem_printf(mem, "arc.%s", plan->domain);
	const char *selector =
	    mem_printf(mem, "a%u-%u", instance, plan->number);
	struct seal_options options = {.instance = instance};
	struct strbuf names;

	strbuf_init(&names, mem, LIMIT_SIGNATURE_BYTES);
	strbuf_add_text(&names, "from:to:subject:date");
	if (shape->has_long_lists && instance + 12 > shape->sets)
		add_repeated(&names, ":a", 2 * (size_t)shape->fields);
	options.message.fields = strbuf_text(&names);
	if (shape->has_chain_lengths) {
		options.message.canonicalization =
		    instance % 2 == 0 ? "relaxed/simple" : "relaxed/relaxed";
		options.message.has_length = true;
		options.message.length = body_length - 300 - 2 * instance;
	}
	/* One key, under as many records: each is decoded for itself. */
	print_keys(dear, shape, domain, selector, shape->chain_keys,
		   mem_printf(mem, "%s; n=%u-%u-%u",
			      sign_key_record(mem, dear->usual), plan->row,
			      plan->number, instance));
	return mem_printf(
	    mem, "%s%s",
	    seal_message(mem, domain, selector, dear->usual, &options, message),
	    message);
}

static size_t body_size(const struct shape *shape, size_t header)
{
	size_t size = shape->size == 0 ? 4 * KB : shape->size;

	return size > header + 2 * KB ? size - header : 2 * KB;
}

/* Header section but for signatures, and body. */
static char *make_content(struct dear *dear, TALLOC_CTX *mem,
			  const struct letter_plan *plan, size_t *header)
{
	const struct shape *shape = plan->shape;
	struct strbuf text;

	strbuf_init(&text, mem, MESSAGE_MAX);
	add_other_fields(dear, &text, shape);
	add_from(&text, plan);
	add_usual_fields(&text, plan->domain, plan->number);
	strbuf_add_text(&text, "\r\n");
	*header = text.length;
	add_body(dear, &text, shape->body, body_size(shape, text.length));
	assert(!strbuf_is_full(&text));
	return strbuf_text(&text);
}

static char *make_message(struct dear *dear, TALLOC_CTX *mem,
			  const struct letter_plan *plan)
{
	size_t header;
	char *message = make_content(dear, mem, plan, &header);
	const char *body = message + header;
	size_t body_length = strlen(body);
	const char *signatures = "";

	for (unsigned i = 1; i <= plan->shape->sets; i++)
		message = add_set(dear, mem, plan, i, message, body_length);
	for (unsigned i = 0; i < plan->shape->signatures; i++)
		signatures =
		    mem_printf(mem, "%s%s",
			       add_signature(dear, mem, plan, i, message, body),
			       signatures);
	return mem_printf(mem, "%s%s", signatures, message);
}

/* --- files --------------------------------------------------------------- */

static FILE *create(const struct dear *dear, const char *name)
{
	FILE *file =
	    fopen(mem_printf(dear->mem, "%s/%s", dear->folder, name), "w");

	if (file == NULL) {
		perror(name);
		abort();
	}
	return file;
}

static size_t write_row(struct dear *dear, struct letter_plan *plan)
{
	const struct shape *shape = plan->shape;
	FILE *file = create(dear, shape->name);
	unsigned count = shape->is_fresh ? FRESH_LETTERS : 1;
	size_t length = 0;

	print_domain(dear, plan->domain);
	print_spf(dear, plan);
	print_client(dear, plan->row,
		     shape->spf == SPF_PTR ? LIMIT_ANSWER_RECORDS : 1);
	for (; plan->number < count; plan->number++) {
		TALLOC_CTX *mem = mem_context(dear->mem);
		const char *message = make_message(dear, mem, plan);
		length = strlen(message);
		letters_write(file,
			      mem_printf(mem,
					 "198.19.%u.1 c0.r%u.example "
					 "<a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-"
					 "s-t-u-v-w-x-y-z-0-1-2-3-4@%s> any",
					 plan->row, plan->row, plan->sender),
			      span_of(message));
		mem_free(mem);
	}
	(void)fclose(file);
	return length;
}

/* A plain message of so many bytes. */
static void write_plain(struct dear *dear, const char *row, size_t size)
{
	static const char domain[] = "plain.example";
	TALLOC_CTX *mem = mem_context(dear->mem);
	FILE *file = create(dear, mem_printf(mem, "%s.plain", row));
	struct sign_options options = {.fields =
					   "from:to:subject:date:message-id:"
					   "mime-version:content-type"};
	struct strbuf text;

	strbuf_init(&text, mem, MESSAGE_MAX);
	strbuf_printf(&text, "From: \"Billing\" <billing@%s>\r\n", domain);
	add_usual_fields(&text, domain, 1);
	strbuf_add_text(&text, "\r\n");
	add_lines(dear, &text, size > KB ? size - KB : size);
	const char *message = strbuf_text(&text);
	const char *field =
	    sign_message(mem, domain, "s1", dear->usual, &options, message);
	letters_write(file,
		      "198.18.0.1 plain.example <bounce@plain.example> accept",
		      span_of(mem_printf(mem, "%s%s", field, message)));
	(void)fclose(file);
	mem_free(mem);
}

static void print_plain(struct dear *dear)
{
	static const char domain[] = "plain.example";

	print_domain(dear, domain);
	print_spf_three(dear, domain);
	(void)fputs("1.0.18.198.in-addr.arpa. PTR plain.example.\n",
		    dear->zone);
	(void)fputs(sign_key_zone(dear->mem, domain, "s1",
				  sign_key_record(dear->mem, dear->usual)),
		    dear->zone);
}

/* SPF macros are dearest where the name is long. */
static const char *sender_of(struct dear *dear, const struct shape *shape,
			     const char *domain)
{
	struct strbuf text;

	if (shape->spf != SPF_MACROS)
		return domain;
	strbuf_init(&text, dear->mem, LIMIT_DOMAIN_BYTES);
	add_repeated(&text, "a.", 160);
	strbuf_add_text(&text, domain);
	return strbuf_text(&text);
}

static void write_shape(struct dear *dear, unsigned row)
{
	const struct shape *shape = &shapes[row];
	const char *domain = mem_printf(dear->mem, "%s.example", shape->name);
	struct letter_plan plan = {.shape = shape,
				   .row = row,
				   .domain = domain,
				   .sender = sender_of(dear, shape, domain)};

	write_plain(dear, shape->name, write_row(dear, &plan));
}

static void start(struct dear *dear)
{
	dear->signer = sign_key_new(dear->mem, "rsa", 1024);
	dear->usual = sign_key_new(dear->mem, "rsa", 2048);
	dear->zone = create(dear, "zone");
	(void)fputs("$ORIGIN .\n$TTL 3600\n"
		    ". SOA ns.example. host.example. 1 3600 600 86400 3600\n"
		    ". NS ns.example.\nns.example. A 127.0.0.1\n",
		    dear->zone);
	print_plain(dear);
	print_mail_hosts(dear);
}

static bool is_named(const char *name, int count, char **names)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	struct dear dear = {.mem = mem_context(NULL), .state = 1};

	if (argc < 2) {
		(void)fputs("usage: dear -n | FOLDER [-l] [ROW...]\n", stderr);
		return EXIT_FAILURE;
	}
	bool is_list = strcmp(argv[1], "-n") == 0;
	bool has_long = argc > 2 && strcmp(argv[2], "-l") == 0;
	int skip = has_long ? 3 : 2;
	dear.folder = argv[1];
	if (!is_list)
		start(&dear);
	for (unsigned i = 0; i < SHAPES; i++) {
		if (argc > skip
			? !is_named(shapes[i].name, argc - skip, argv + skip)
			: shapes[i].is_long && !has_long)
			continue;
		(void)puts(shapes[i].name);
		if (!is_list)
			write_shape(&dear, i);
	}
	if (!is_list)
		(void)fclose(dear.zone);
	mem_free(dear.mem);
	return EXIT_SUCCESS;
}
