/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * present_header.c - a verdict as Authentication-Results (RFC 8601)
 *
 * Properties as registered: RFC 8601 2.7, RFC 6008 (header.b), RFC 8617 10,
 * RFC 9989 9.1 (policy.dmarc).
 *
 * What decides stands first: dmarc, spf, then dkim, the aligned signatures
 * before those that pass for others, and these before the rest. Twenty
 * signatures of anybody's making push none of it out of the field: only those
 * of the rest are spare.
 */
#include "lib/eval/present.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/mail/authres.h"

#define NUMBER_TEXT 12
#define HASH_HEAD 8 /* RFC 6008 4: at least */
#define REASON_BYTES (LIMIT_AUTHRES_COMMENT - 100)

/* In the order of the field. */
enum standing { STANDING_ALIGNED, STANDING_PASS, STANDING_REST };

/* A HELO name stands here only for the null reverse-path, whose MAIL FROM
 * identity it is (RFC 7208 2.4): CVE-2019-20790 came from any other use. */
static void add_spf(struct authres *field, const struct evidence_spf *spf)
{
	authres_add_result(field, "spf", auth_result_text(spf->result),
			   spf->result == AUTH_PASS ? NULL : spf->reason);
	authres_add_property(field, "smtp", spf->is_helo ? "helo" : "mailfrom",
			     spf->domain);
}

/* Bytes at the begin that both have; LIMIT_AUTHRES_HASH at most. */
static size_t common_head(const char *a, const char *b)
{
	size_t length = 0;

	while (length < LIMIT_AUTHRES_HASH && a[length] != '\0' &&
	       a[length] == b[length])
		length++;
	return length;
}

/* RFC 6008 4: as much of b= as tells the signature from every other. One that
 * stands there twice is not told from itself. */
static void add_hash(TALLOC_CTX *mem, struct authres *field,
		     const struct evidence_signatures *dkim, const char *hash)
{
	size_t length = HASH_HEAD;

	for (size_t i = 0; hash != NULL && i < dkim->count; i++) {
		const char *other = dkim->items[i].hash_text;
		if (other == NULL || strcmp(other, hash) == 0)
			continue;
		size_t common = common_head(hash, other);
		if (common >= length)
			length = common < LIMIT_AUTHRES_HASH
				     ? common + 1
				     : LIMIT_AUTHRES_HASH;
	}
	if (hash != NULL)
		authres_add_property(
		    field, "header", "b",
		    mem_printf(mem, "%.*s", (int)length, hash));
}

/* A name too long for DNS was never asked for: such a signature is aligned in
 * words alone. */
static bool has_key_name(const struct evidence_signature *signature)
{
	return signature->domain != NULL && signature->selector != NULL &&
	       strlen(signature->selector) + strlen("._domainkey.") +
		       strlen(signature->domain) <=
		   LIMIT_DOMAIN_BYTES;
}

static void add_signature(TALLOC_CTX *mem, struct authres *field,
			  const struct evidence_signatures *dkim, size_t index,
			  enum standing standing)
{
	const struct evidence_signature *signature = &dkim->items[index];

	authres_add_result(field, "dkim", auth_result_text(signature->result),
			   signature->reason);
	authres_add_property(field, "header", "d", signature->domain);
	authres_add_detail(field, "header", "i", signature->identity);
	authres_add_property(field, "header", "s", signature->selector);
	authres_add_detail(field, "header", "a", signature->algorithm);
	add_hash(mem, field, dkim, signature->hash_text);
	if (standing == STANDING_REST || !has_key_name(signature))
		authres_spare_result(field);
}

static void add_dkim(TALLOC_CTX *mem, struct authres *field,
		     const struct verdict *verdict)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;

	if (dkim->count == 0)
		authres_add_result(field, "dkim", "none", NULL);
	for (int standing = 0; standing <= STANDING_REST; standing++) {
		for (size_t i = 0; i < dkim->count; i++) {
			bool has_passed = dkim->items[i].result == AUTH_PASS;
			enum standing own = verdict->is_aligned[i]
						? STANDING_ALIGNED
					    : has_passed ? STANDING_PASS
							 : STANDING_REST;
			if ((int)own == standing)
				add_signature(mem, field, dkim, i, own);
		}
	}
}

static const char *join(TALLOC_CTX *mem, const char *words, const char *name,
			const char *value)
{
	return mem_printf(mem, "%s%s%s=%s", words == NULL ? "" : words,
			  words == NULL ? "" : ", ", name, value);
}

/* The operator's override by its kind; its name is nobody else's business. A
 * long reason is cut so that the comment still has room for it. */
static const char *dmarc_comment(TALLOC_CTX *mem, const struct verdict *verdict)
{
	const char *reason = verdict->reason;
	enum basis basis = verdict->input.basis;

	if (verdict->override_name == NULL && basis == BASIS_ANSWERED)
		return reason;
	if (reason != NULL && strlen(reason) > REASON_BYTES)
		reason = mem_printf(mem, "%.*s...", REASON_BYTES, reason);
	if (basis != BASIS_ANSWERED)
		reason = join(mem, reason, "basis", basis_text(basis));
	return verdict->override_name == NULL
		   ? reason
		   : join(mem, reason, "override",
			  override_type_text(verdict->input.override.type));
}

static void add_dmarc(TALLOC_CTX *mem, struct authres *field,
		      const struct verdict *verdict)
{
	authres_add_result(field, "dmarc", dmarc_result_text(verdict->result),
			   dmarc_comment(mem, verdict));
	authres_add_property(field, "header", "from", verdict->author.domain);
	authres_add_property(field, "policy", "dmarc",
			     request_text(verdict->decision.asked));
}

static void add_arc(struct authres *field, const struct verdict *verdict)
{
	const struct evidence_arc *arc = &verdict->evidence.arc;
	char text[NET_ADDRESS_TEXT];
	char number[NUMBER_TEXT];

	if (arc->result == AUTH_NONE)
		return;
	authres_add_result(field, "arc", auth_result_text(arc->result),
			   arc->reason);
	authres_add_property(field, "smtp", "remote-ip",
			     net_address_text(&verdict->client.address, text));
	(void)snprintf(number, sizeof number, "%u", arc->oldest_pass);
	if (arc->result == AUTH_PASS)
		authres_add_property(field, "header", "oldest-pass", number);
}

static void add_iprev(struct authres *field, const struct verdict *verdict)
{
	const struct evidence_iprev *iprev = &verdict->evidence.iprev;
	char text[NET_ADDRESS_TEXT];

	if (iprev->result == AUTH_NONE)
		return;
	authres_add_result(field, "iprev", auth_result_text(iprev->result),
			   iprev->name);
	authres_add_property(field, "policy", "iprev",
			     net_address_text(&verdict->client.address, text));
}

const char *present_header(TALLOC_CTX *mem, const struct verdict *verdict,
			   const char *authserv_id)
{
	struct authres *field = authres_new(mem, authserv_id);

	add_dmarc(mem, field, verdict);
	add_spf(field, &verdict->evidence.spf);
	add_dkim(mem, field, verdict);
	add_arc(field, verdict);
	add_iprev(field, verdict);
	return authres_text(field);
}
