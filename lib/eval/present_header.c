/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * present_header.c - a verdict as Authentication-Results (RFC 8601)
 *
 * Properties as registered: RFC 8601 2.7, RFC 6008 (header.b), RFC 8617 10,
 * RFC 9989 9.1 (policy.dmarc).
 */
#include "lib/eval/present.h"

#include <stdio.h>

#include "lib/mail/authres.h"

#define NUMBER_TEXT 12
#define HASH_HEAD 8

/* A HELO name stands here only for the null reverse-path, whose MAIL FROM
 * identity it is (RFC 7208 2.4): CVE-2019-20790 came from any other use. */
static void add_spf(struct authres *field, const struct evidence_spf *spf)
{
	authres_add_result(field, "spf", auth_result_text(spf->result),
			   spf->result == AUTH_PASS ? NULL : spf->reason, NULL);
	authres_add_property(field, "smtp", spf->is_helo ? "helo" : "mailfrom",
			     spf->domain);
}

/* RFC 6008 4: at least eight characters of b=. */
static void add_hash(struct authres *field, const char *hash_text)
{
	char head[HASH_HEAD + 1] = "";

	if (hash_text == NULL)
		return;
	(void)snprintf(head, sizeof head, "%s", hash_text);
	authres_add_property(field, "header", "b", head);
}

static void add_signature(struct authres *field,
			  const struct evidence_signature *signature)
{
	authres_add_result(field, "dkim", auth_result_text(signature->result),
			   signature->reason, NULL);
	authres_add_property(field, "header", "d", signature->domain);
	authres_add_property(field, "header", "i", signature->identity);
	authres_add_property(field, "header", "s", signature->selector);
	authres_add_property(field, "header", "a", signature->algorithm);
	add_hash(field, signature->hash_text);
}

static void add_dkim(struct authres *field,
		     const struct evidence_signatures *dkim)
{
	if (dkim->count == 0)
		authres_add_result(field, "dkim", "none", NULL, NULL);
	for (size_t i = 0; i < dkim->count; i++)
		add_signature(field, &dkim->items[i]);
}

/* The operator's override by its kind; its name is nobody else's business. */
static const char *dmarc_comment(TALLOC_CTX *mem, const struct verdict *verdict)
{
	if (verdict->override_name == NULL)
		return verdict->reason;
	return mem_printf(mem, "%s%soverride=%s",
			  verdict->reason == NULL ? "" : verdict->reason,
			  verdict->reason == NULL ? "" : "; ",
			  override_type_text(verdict->input.override.type));
}

static void add_dmarc(TALLOC_CTX *mem, struct authres *field,
		      const struct verdict *verdict)
{
	authres_add_result(field, "dmarc", dmarc_result_text(verdict->result),
			   dmarc_comment(mem, verdict), NULL);
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
			   arc->reason, NULL);
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
			   iprev->name, NULL);
	authres_add_property(field, "policy", "iprev",
			     net_address_text(&verdict->client.address, text));
}

const char *present_header(TALLOC_CTX *mem, const struct verdict *verdict,
			   const char *authserv_id)
{
	struct authres *field = authres_new(mem, authserv_id);

	add_spf(field, &verdict->evidence.spf);
	add_dkim(field, &verdict->evidence.dkim);
	add_dmarc(mem, field, verdict);
	add_arc(field, verdict);
	add_iprev(field, verdict);
	return authres_text(field);
}
