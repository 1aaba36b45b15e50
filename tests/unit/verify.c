/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify.c - whole messages through signatures.h, for tests
 */
#include "tests/unit/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "tests/unit/caches.h"
#include "tests/unit/verify_library.h"

struct dkim_settings verify_defaults(void)
{
	return (struct dkim_settings){.max_signatures = 10,
				      .min_rsa_bits = 1024,
				      .key_cache = caches_have_keys(true)};
}

static void give_field(TALLOC_CTX *mem, struct field_list *fields,
		       struct signatures *s, struct span field, bool has_crlf)
{
	struct span name;
	struct span value;
	struct strbuf text;

	(void)span_cut(field, ':', &name, &value);
	strbuf_init(&text, mem, value.length);
	for (size_t i = 0; i < value.length; i++) {
		bool is_cr = value.data[i] == '\r' && i + 1 < value.length &&
			     value.data[i + 1] == '\n';
		if (has_crlf || !is_cr)
			strbuf_add_char(&text, value.data[i]);
	}
	value = span_make(strbuf_text(&text), text.length);
	field_list_add(mem, fields, (struct field){name, value});
	signatures_header(s, name, value);
}

/* Bytes of the first field, its last CRLF included; 0 at the header's end. */
static size_t field_length(struct span rest)
{
	for (size_t i = 0; i + 1 < rest.length; i++) {
		if (rest.data[i] != '\r' || rest.data[i + 1] != '\n')
			continue;
		if (i == 0)
			return 0;
		if (i + 2 == rest.length ||
		    (rest.data[i + 2] != ' ' && rest.data[i + 2] != '\t'))
			return i + 2;
	}
	return 0;
}

static struct span skip(struct span s, size_t bytes)
{
	bytes = bytes > s.length ? s.length : bytes;
	return span_make(s.data + bytes, s.length - bytes);
}

struct evidence_signatures verify_message(TALLOC_CTX *mem,
					  struct signature_engine *engine,
					  struct dns *dns, struct span message,
					  struct verify_style style)
{
	struct dns_session *session = dns_session_new(mem, dns, 5000);
	struct field_list fields = {0};
	struct signed_message *content = signed_message_new(mem, &fields);
	struct signatures *s = signatures_begin(mem, engine, session, content);
	size_t length;

	while ((length = field_length(message)) > 0) {
		give_field(mem, &fields, s, span_make(message.data, length - 2),
			   style.has_crlf);
		message = skip(message, length);
	}
	message = skip(message, 2);
	if (signatures_end_of_header(s, style.author_domain)) {
		size_t chunk = style.chunk == 0 ? 65535 : style.chunk;
		while (message.length > 0) {
			size_t part =
			    message.length < chunk ? message.length : chunk;
			body_hashes_add(content->bodies,
					span_make(message.data, part));
			message = skip(message, part);
		}
	}
	return signatures_finish(s);
}

static const char *copy_text(TALLOC_CTX *mem, const char *text)
{
	return text == NULL ? NULL : mem_strdup(mem, text);
}

/* What is left when the engine and the message are gone. */
static struct evidence_signatures
copy(TALLOC_CTX *mem, const struct evidence_signatures *evidence)
{
	struct evidence_signatures own = *evidence;

	own.items = mem_array(mem, struct evidence_signature, own.count);
	for (size_t i = 0; i < own.count; i++) {
		const struct evidence_signature *item = &evidence->items[i];
		own.items[i] = *item;
		own.items[i].domain = copy_text(mem, item->domain);
		own.items[i].selector = copy_text(mem, item->selector);
		own.items[i].algorithm = copy_text(mem, item->algorithm);
		own.items[i].identity = copy_text(mem, item->identity);
		own.items[i].hash_text = copy_text(mem, item->hash_text);
		own.items[i].reason = copy_text(mem, item->reason);
	}
	return own;
}

struct evidence_signatures verify_once(TALLOC_CTX *mem,
				       const struct dkim_settings *settings,
				       const struct clock *clock,
				       const char *zone, struct span message)
{
	struct signature_engine *engine;
	struct dns *dns;
	struct error err = {0};

	if (!caches_dns_new(zone, &dns, &err) ||
	    !signature_engine_new(settings,
				  clock == NULL ? clock_system() : clock,
				  &engine, &err)) {
		(void)fprintf(stderr, "%s\n%s\n", err.words, zone);
		abort();
	}
	TALLOC_CTX *own = mem_context(mem);
	struct evidence_signatures evidence;
	if (verify_library_is_wanted())
		evidence = verify_by_library(own, clock, dns, message);
	else
		evidence = verify_message(own, engine, dns, message,
					  (struct verify_style){0});
	evidence = copy(mem, &evidence);
	mem_free(own);
	signature_engine_free(engine);
	dns_free(dns);
	return evidence;
}

const char *verify_text(TALLOC_CTX *mem,
			const struct evidence_signatures *evidence)
{
	struct strbuf text;

	strbuf_init(&text, mem, 65536);
	for (size_t i = 0; i < evidence->count; i++) {
		const struct evidence_signature *item = &evidence->items[i];
		strbuf_printf(&text, "%s%s %s", i == 0 ? "" : "; ",
			      auth_result_text(item->result),
			      item->domain == NULL ? "-" : item->domain);
		if (item->reason != NULL)
			strbuf_printf(&text, " (%s)", item->reason);
		if (item->is_body_changed)
			strbuf_add_text(&text, " changed");
	}
	return strbuf_text(&text);
}
