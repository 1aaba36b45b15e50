/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * messages_rows.c - rows of other projects' tables as replay cases
 *
 * Those tables hand over results ("SPF passed for d.test"); here the results
 * have to come about: an SPF record that covers the client, a key and a
 * signature.
 */
#include "tests/conformance/messages.h"

#include <stdio.h>
#include <string.h>

#define FILE_BYTES (1024 * 1024)

static const char *text_at(json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

/* "a@b", or the list of such, joined. */
static void add_from(struct replay_case *c, json_t *from)
{
	json_t *item;
	size_t i;

	strbuf_add_text(&c->message, "From: ");
	if (json_is_string(from))
		strbuf_add_text(&c->message, json_string_value(from));
	json_array_foreach(from, i, item)
	{
		strbuf_printf(&c->message, "%s%s", i == 0 ? "" : ", ",
			      json_string_value(item));
	}
	strbuf_add_text(&c->message, "\r\nTo: a@mx.test\r\nSubject: x\r\n"
				     "Date: Fri, 01 May 2026 12:00:00 +0000\r\n"
				     "\r\nhello\r\n");
}

static void add_spf(TALLOC_CTX *mem, struct replay_case *c, const char *domain,
		    bool is_pass)
{
	c->mail_from = mem_printf(mem, "<bounce@%s>", domain);
	case_add(mem, &c->zone,
		 mem_printf(mem, "%s. TXT \"v=spf1 %s-all\"", domain,
			    is_pass ? "ip4:203.0.113.5 " : ""));
}

/* A signature that fails was made with a key that is not the published one. */
static void add_signature(TALLOC_CTX *mem, struct replay_case *c,
			  const char *domain, bool is_pass)
{
	case_add(mem, &c->zone,
		 mem_printf(mem, "s1._domainkey.%s. TXT <key:rsa>", domain));
	case_add(mem, &c->signs,
		 mem_printf(mem, "d=%s s=s1 key=%s", domain,
			    is_pass ? "rsa" : "rsa2"));
}

static void add_want(TALLOC_CTX *mem, struct replay_case *c, const char *path,
		     const char *value)
{
	case_add(mem, &c->wants, mem_printf(mem, "json %s=%s", path, value));
}

/* The file as it is: messages are read as they were stored. */
static bool read_message(TALLOC_CTX *mem, const struct row_source *source,
			 const char *name, struct replay_case *c)
{
	char *path = mem_printf(mem, "%s/%s", source->folder, name);
	char piece[4096];
	size_t got;
	FILE *file = fopen(path, "rb");

	if (file == NULL)
		return false;
	while ((got = fread(piece, 1, sizeof piece, file)) > 0)
		strbuf_add(&c->message, piece, got);
	(void)fclose(file);
	return c->message.length > 0;
}

/* -- mailauth: calls with results handed over, assertions; the last call -- */

static void add_mailauth_name(TALLOC_CTX *mem, struct replay_case *c,
			      const char *name, json_t *types)
{
	json_t *txt = json_object_get(types, "TXT");
	json_t *record;
	json_t *string;
	size_t i;
	size_t j;

	if (json_is_object(txt))
		case_add(mem, &c->zone,
			 mem_printf(mem, ";!FAIL %s. TXT TIMEOUT", name));
	json_array_foreach(txt, i, record)
	{
		char *line = mem_printf(mem, "%s. TXT", name);
		json_array_foreach(record, j, string)
		{
			line = mem_printf(mem, "%s \"%s\"", line,
					  json_string_value(string));
		}
		case_add(mem, &c->zone, line);
	}
}

/* "d.test" or {"domain": "d.test"}. */
static const char *mailauth_domain(json_t *item)
{
	return json_is_string(item) ? json_string_value(item)
				    : text_at(item, "domain");
}

static const struct path {
	const char *theirs;
	const char *ours;
	const char *if_true;  /* for an assertion without a value */
	const char *if_false; /* also: if undefined */
} paths[] = {
    {"result.status.result", "dmarc.result", NULL, NULL},
    {"result.status.header.from", "author_domain", NULL, NULL},
    {"result.policy", "dmarc.asked", NULL, NULL},
    {"result.domain", "dmarc.policy_domain", NULL, NULL},
    {"result.p", "dmarc.p", NULL, NULL},
    {"result.sp", "dmarc.sp", NULL, NULL},
    {"result.rr", "dmarc.record", NULL, NULL},
    {"result.alignment.dkim.strict", "dmarc.adkim", "s", "r"},
    {"result.alignment.spf.strict", "dmarc.aspf", "s", "r"},
    {"result.alignment.dkim.result", "dmarc.dkim_aligned", NULL, "false"},
    {"result.alignment.spf.result", "spf.domain", NULL, NULL},
    {"result.status.header.d", "dmarc.policy_domain", NULL, NULL},
    {"result", "dmarc.result", NULL, "permerror"},
};

static const char *mailauth_value(const struct path *path, const char *op,
				  const char *equal)
{
	if (strcmp(op, "equal") == 0)
		return equal;
	if (strcmp(op, "true") == 0)
		return path->if_true;
	return strcmp(op, "false") == 0 || strcmp(op, "undefined") == 0
		   ? path->if_false
		   : NULL;
}

/* Says so where alignd has nothing to compare with: pct, the count of bytes
 * outside a signature, and mailauth's own comments. */
static void add_mailauth_want(TALLOC_CTX *mem, struct replay_case *c,
			      const char *row, json_t *expected)
{
	const char *theirs = text_at(expected, "path");
	const char *op = text_at(expected, "op");
	const char *text = json_string_value(
	    json_array_get(json_object_get(expected, "args"), 0));

	/* The whole field as text is what they call info. */
	if (strcmp(theirs, "result.info") == 0 && strcmp(op, "include") == 0) {
		case_add(mem, &c->wants, mem_printf(mem, "header %s", text));
		return;
	}
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		const char *value = mailauth_value(&paths[i], op, text);
		if (strcmp(paths[i].theirs, theirs) == 0 && value != NULL) {
			add_want(mem, c, paths[i].ours, value);
			return;
		}
	}
	(void)printf("mailauth \"%s\": %s is not asked\n", row, theirs);
}

bool mailauth_row(TALLOC_CTX *mem, const struct row_source *source,
		  struct replay_case *c)
{
	json_t *calls = json_object_get(source->row, "calls");
	size_t last = json_array_size(calls) - 1;
	json_t *call = json_array_get(calls, last);
	const char *name;
	json_t *value;
	size_t i;

	json_object_foreach(json_object_get(call, "zone"), name, value)
	    add_mailauth_name(mem, c, name, value);
	json_array_foreach(json_object_get(call, "spfDomains"), i, value)
	    add_spf(mem, c, mailauth_domain(value), true);
	json_array_foreach(json_object_get(call, "dkimDomains"), i, value)
	    add_signature(mem, c, mailauth_domain(value), true);
	add_from(c, json_object_get(call, "headerFrom"));
	json_array_foreach(json_object_get(source->row, "expect"), i, value)
	{
		if (json_integer_value(json_object_get(value, "call")) ==
		    (json_int_t)last)
			add_mailauth_want(mem, c, text_at(source->row, "name"),
					  value);
	}
	return true;
}

/* -- authentication-headers: message files, Authentication-Results --------- */

/* The word behind "KEY" in their text becomes a want. */
static void add_property(TALLOC_CTX *mem, struct replay_case *c,
			 const char *text, const char *key, const char *path)
{
	const char *at = strstr(text, key);

	if (at == NULL)
		return;
	at += strlen(key);
	add_want(mem, c, path, mem_strndup(mem, at, strcspn(at, " ;")));
}

bool authheaders_row(TALLOC_CTX *mem, const struct row_source *source,
		     struct replay_case *c)
{
	const char *expected = text_at(source->row, "expected");
	const char *name;
	json_t *value;

	json_object_foreach(json_object_get(source->file, "dns_TXT"), name,
			    value)
	{
		char *line = mem_printf(mem, "%s. TXT", name);
		const char *text = json_string_value(value);
		for (size_t at = 0; at < strlen(text); at += 200)
			line =
			    mem_printf(mem, "%s \"%.200s\"", line, text + at);
		case_add(mem, &c->zone, line);
	}
	json_object_foreach(json_object_get(source->file, "exists"), name,
			    value)
	{
		if (json_is_true(value))
			case_add(mem, &c->zone,
				 mem_printf(mem, "%s. A 192.0.2.1", name));
	}
	add_property(mem, c, expected, "dkim=", "dkim.0.result");
	add_property(mem, c, expected, "dmarc=", "dmarc.result");
	add_property(mem, c, expected, "header.from=", "author_domain");
	add_property(mem, c, expected, "policy.dmarc=", "dmarc.asked");
	return read_message(mem, source, text_at(source->row, "message"), c);
}

/* ["From value", "domain"] */
bool authheaders_from_row(TALLOC_CTX *mem, const struct row_source *source,
			  struct replay_case *c)
{
	add_from(c, json_array_get(source->row, 0));
	add_want(mem, c, "author_domain",
		 json_string_value(json_array_get(source->row, 1)));
	return true;
}

/* -- mail-auth (Stalwart): a record or a small zone, one author ------------ */

static bool is_pass(json_t *row, const char *key)
{
	const char *word = text_at(row, key);

	return word != NULL && strcmp(word, "pass") == 0;
}

static void add_alignment(TALLOC_CTX *mem, struct replay_case *c, json_t *row,
			  const char *key, const char *path)
{
	json_t *want = json_object_get(row, key);

	if (want != NULL)
		add_want(mem, c, path,
			 json_is_true(want) || is_pass(row, key) ? "true"
								 : "false");
}

static void add_stalwart_zone(TALLOC_CTX *mem, struct replay_case *c,
			      json_t *row)
{
	const char *author = strchr(text_at(row, "from"), '@') + 1;
	const char *name;
	json_t *value;
	size_t i;

	json_object_foreach(json_object_get(row, "dns"), name, value) case_add(
	    mem, &c->zone,
	    mem_printf(mem, "%s. TXT \"%s\"", name, json_string_value(value)));
	json_array_foreach(json_object_get(row, "exists"), i, value) case_add(
	    mem, &c->zone,
	    mem_printf(mem, "%s. TXT \"x\"", json_string_value(value)));
	if (text_at(row, "record") != NULL)
		case_add(mem, &c->zone,
			 mem_printf(mem, "_dmarc.%s. TXT \"%s\"", author,
				    text_at(row, "record")));
}

bool stalwart_row(TALLOC_CTX *mem, const struct row_source *source,
		  struct replay_case *c)
{
	json_t *row = source->row;
	json_t *policy = json_object_get(row, "policy");

	add_stalwart_zone(mem, c, row);
	if (text_at(row, "mailfrom_domain") != NULL)
		add_spf(mem, c, text_at(row, "mailfrom_domain"),
			is_pass(row, "spf"));
	if (text_at(row, "dkim_d") != NULL)
		add_signature(mem, c, text_at(row, "dkim_d"),
			      is_pass(row, "dkim"));
	add_from(c, json_object_get(row, "from"));
	if (policy != NULL)
		add_want(mem, c, "dmarc.asked",
			 json_is_null(policy) ? "null"
					      : json_string_value(policy));
	add_alignment(mem, c, row, "expect_dkim_aligned", "dmarc.dkim_aligned");
	add_alignment(mem, c, row, "expect_spf_aligned", "dmarc.spf_aligned");
	add_alignment(mem, c, row, "spf_aligned", "dmarc.spf_aligned");
	return true;
}

/* -- espoofer: the attacker's messages, none of which may get through ------ */

/* attack.com is the attacker's, the others are domains that he forges;
 * example.com is a mail service where he has an account. */
static const char *const espoofer_zone[] = {
    "_dmarc.legitimate.com. TXT \"v=DMARC1; p=reject\"",
    "legitimate.com. TXT \"v=spf1 -all\"",
    "attack.com. TXT \"v=spf1 ip4:203.0.113.5 -all\"",
    "*.attack.com. TXT \"v=spf1 ip4:203.0.113.5 -all\"",
    "selector._domainkey.attack.com. TXT <key:rsa>",
    "_dmarc.example.com. TXT \"v=DMARC1; p=reject\"",
    "example.com. TXT \"v=spf1 ip4:203.0.113.5 -all\"",
};

/* A signature of theirs as a field; the selector may hold a NUL. */
static void add_espoofer_signature(struct replay_case *c, json_t *dkim)
{
	json_t *selector = json_object_get(dkim, "s");

	if (!json_is_object(dkim))
		return;
	strbuf_printf(&c->fields,
		      "DKIM-Signature: v=1; a=rsa-sha256; "
		      "c=relaxed/relaxed; d=%s; h=from; "
		      "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; "
		      "b=AAAA; s=",
		      text_at(dkim, "d"));
	strbuf_add(&c->fields, json_string_value(selector),
		   json_string_length(selector));
	strbuf_add_text(&c->fields, "\r\n");
}

bool espoofer_row(TALLOC_CTX *mem, const struct row_source *source,
		  struct replay_case *c)
{
	json_t *row = source->row;

	for (size_t i = 0; i < sizeof espoofer_zone / sizeof espoofer_zone[0];
	     i++)
		case_add(mem, &c->zone, espoofer_zone[i]);
	c->helo = text_at(row, "helo");
	c->mail_from = text_at(row, "mailfrom");
	add_espoofer_signature(c, json_object_get(row, "dkim"));
	add_want(mem, c, "verdict.applied", "reject");
	case_add(mem, &c->wants, "reply 550 ");
	case_add(mem, &c->wants, "no header dmarc=pass");
	return read_message(mem, source,
			    mem_printf(mem, "%s.eml", text_at(row, "id")), c);
}
