/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * authres_foreign.c - does a foreign Authentication-Results claim to be ours?
 *
 * RFC 8601 5: such fields are removed, and those of an unsupported version.
 * Only the front of the field is read: "authserv-id [version] ;". What follows
 * cannot change whose field it is, and large providers write properties that
 * no strict grammar accepts ("header.b=ab/c"); theirs must stay. An id with a
 * blank, a control byte, or bytes above ASCII that are no U-labels is taken as
 * ours, since nobody honest writes one. Hosts below our ids are not ours.
 */
#include "lib/mail/authres.h"

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/authres_value.h"
#include "lib/mail/scan.h"

static bool is_id_byte(char c)
{
	return authres_is_token_byte(c) || (unsigned char)c >= 0x80;
}

/* The text of a quoted-string: without the backslashes of its pairs. */
static char *unquote(TALLOC_CTX *mem, struct span inner)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, inner.length);
	for (size_t i = 0; i < inner.length; i++) {
		if (inner.data[i] == '\\')
			i++; /* scan_quoted has seen that a byte follows */
		strbuf_add_char(&buf, inner.data[i]);
	}
	return strbuf_text(&buf);
}

static bool read_id(TALLOC_CTX *mem, struct scan *scan, char **id)
{
	struct span text;

	if (scan_peek(scan) == '"') {
		if (!scan_quoted(scan, &text))
			return false;
		*id = unquote(mem, text);
		return true;
	}
	text = scan_run(scan, is_id_byte);
	*id = mem_strndup(mem, text.data, text.length);
	return true;
}

/* Reads "[version] ;"; false when it is neither, or not version 1. */
static bool read_version(struct scan *scan)
{
	if (!scan_cfws(scan))
		return false;
	struct span version = scan_run(scan, ascii_is_digit);
	if (version.length > 0 && !span_equals(version, "1"))
		return false;
	return scan_cfws(scan) && scan_peek(scan) == ';';
}

/* Is it an id that an honest host might write? */
static bool is_plausible(TALLOC_CTX *mem, const char *id)
{
	bool has_high = false;

	for (const char *c = id; *c != '\0'; c++) {
		if ((unsigned char)*c <= 0x20 || *c == 0x7f)
			return false;
		has_high |= (unsigned char)*c >= 0x80;
	}
	return id[0] != '\0' &&
	       (!has_high || domain_normalize(mem, span_of(id)) != NULL);
}

/* Equal without regard to case, or the same name in A-labels and U-labels. */
static bool is_same_id(TALLOC_CTX *mem, const char *id, const char *ours)
{
	const char *written = authres_clean(mem, ours);
	char *name = domain_normalize(mem, span_of(id));
	char *our_name = domain_normalize(mem, span_of(written));

	return text_equals_nocase(id, written) ||
	       (name != NULL && our_name != NULL &&
		domain_equals(name, our_name));
}

/* "authserv-id [version] ;"; false: it is none that an honest host writes. */
static bool read_front(TALLOC_CTX *mem, struct span value, char **id)
{
	struct scan scan = {.text = span_trim(value)};

	return value.length <= LIMIT_AUTHRES_BYTES &&
	       scan_is_clean(scan.text) && scan_cfws(&scan) &&
	       read_id(mem, &scan, id) && read_version(&scan) &&
	       is_plausible(mem, *id);
}

static bool is_among(TALLOC_CTX *mem, const char *id,
		     const struct text_list *authserv_ids)
{
	for (size_t i = 0; i < authserv_ids->count; i++) {
		if (is_same_id(mem, id, authserv_ids->items[i]))
			return true;
	}
	return false;
}

bool authres_is_ours(struct span value, const struct text_list *authserv_ids)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *id;
	bool is_ours =
	    !read_front(mem, value, &id) || is_among(mem, id, authserv_ids);

	mem_free(mem);
	return is_ours;
}

bool authres_names_us(struct span value, const struct text_list *authserv_ids)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *id;
	bool is_ours =
	    read_front(mem, value, &id) && is_among(mem, id, authserv_ids);

	mem_free(mem);
	return is_ours;
}
