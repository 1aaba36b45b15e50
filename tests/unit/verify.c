/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify.c - whole messages through signatures.h, for tests
 */
#include "tests/unit/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/engines/engines.h"
#include "tests/unit/caches.h"

struct dkim_settings verify_defaults(void)
{
	return (struct dkim_settings){.max_signatures = 10,
				      .min_rsa_bits = 1024,
				      .key_cache = caches_have_keys(true)};
}

/* One message on its way through ours, or through the library. */
struct course {
	struct signed_message *content;
	struct signatures *ours;
	const char *author_domain;
	const struct dkim_engine *library; /* NULL: ours */
	void *theirs;
};

static void give_field(TALLOC_CTX *mem, const struct course *course,
		       struct span field, bool has_crlf)
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
	(void)header_hash_add(course->content->header,
			      (struct field){name, value});
	if (course->library == NULL)
		signatures_header(course->ours, name, value);
	else
		course->library->header(course->theirs, name, value);
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

static bool end_header(const struct course *course)
{
	return course->library == NULL
		   ? signatures_end_of_header(course->ours,
					      course->author_domain)
		   : course->library->end_of_header(course->theirs);
}

static void give_body(const struct course *course, struct span body,
		      size_t chunk)
{
	while (body.length > 0) {
		size_t part = body.length < chunk ? body.length : chunk;
		struct span bytes = span_make(body.data, part);
		if (course->library == NULL)
			body_hashes_add(course->content->bodies, bytes);
		else
			course->library->body(course->theirs, bytes);
		body = skip(body, part);
	}
}

static struct evidence_signatures run(TALLOC_CTX *mem,
				      const struct course *course,
				      struct span message,
				      struct verify_style style)
{
	size_t length;

	while ((length = field_length(message)) > 0) {
		give_field(mem, course, span_make(message.data, length - 2),
			   style.has_crlf);
		message = skip(message, length);
	}
	if (end_header(course))
		give_body(course, skip(message, 2),
			  style.chunk == 0 ? 65535 : style.chunk);
	return course->library == NULL
		   ? signatures_finish(course->ours)
		   : course->library->finish(course->theirs);
}

struct evidence_signatures verify_message(TALLOC_CTX *mem,
					  struct signature_engine *engine,
					  struct dns *dns, struct span message,
					  struct verify_style style)
{
	struct signed_message *content = signed_message_new(mem);
	const struct course course = {
	    .content = content,
	    .ours = signatures_begin(
		mem, engine, dns_session_new(mem, dns, 5000), content),
	    .author_domain = style.author_domain};

	return run(mem, &course, message, style);
}

bool verify_is_library(void)
{
	const char *name = getenv("ALIGND_ENGINE");

	return name != NULL && strcmp(name, ENGINE_OPENDKIM) == 0;
}

static struct evidence_signatures
verify_by_library(TALLOC_CTX *mem, const struct dkim_engine *library,
		  struct dns *dns, struct span message)
{
	const struct course course = {
	    .content = signed_message_new(mem),
	    .library = library,
	    .theirs =
		library->begin(mem, library, dns_session_new(mem, dns, 5000))};

	return run(mem, &course, message, (struct verify_style){0});
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
	const struct clock *now = clock == NULL ? clock_system() : clock;
	struct signature_engine *engine;
	const struct dkim_engine *library = NULL;
	struct dns *dns;
	struct error err = {0};

	if (!caches_dns_new(zone, &dns, &err) ||
	    !signature_engine_new(settings, now, &engine, &err) ||
	    (verify_is_library() &&
	     !engine_opendkim_new(NULL, now, &library, &err))) {
		(void)fprintf(stderr, "%s\n%s\n", err.words, zone);
		abort();
	}
	TALLOC_CTX *own = mem_context(mem);
	struct evidence_signatures evidence =
	    library == NULL ? verify_message(own, engine, dns, message,
					     (struct verify_style){0})
			    : verify_by_library(own, library, dns, message);
	evidence = copy(mem, &evidence);
	mem_free(own);
	engine_opendkim_free(library);
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
