/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arf.c - a failure report about one message
 */
#include "lib/report/read/arf.h"

#include "lib/base/limits.h"
#include "lib/base/net.h"
#include "lib/report/read/lines.h"

struct arf {
	struct received_failure failure;
	const char *author_domain;
};

/* What is kept of a field's value. */
enum keep { KEEP_TEXT, KEEP_WORD, KEEP_DOMAIN, KEEP_ADDRESS };

static const struct place {
	const char *name;
	size_t offset; /* of a const char * in struct received_failure */
	enum keep keep;
} places[] = {
    {"Feedback-Type", offsetof(struct received_failure, type), KEEP_WORD},
    {"Reported-Domain", offsetof(struct received_failure, domain), KEEP_DOMAIN},
    {"Source-IP", offsetof(struct received_failure, source_ip), KEEP_ADDRESS},
    {"Auth-Failure", offsetof(struct received_failure, auth_failure),
     KEEP_WORD},
    {"Identity-Alignment",
     offsetof(struct received_failure, identity_alignment), KEEP_WORD},
    {"Delivery-Result", offsetof(struct received_failure, delivery_result),
     KEEP_WORD},
    {"Original-Mail-From", offsetof(struct received_failure, mail_from_domain),
     KEEP_DOMAIN},
    {"DKIM-Domain", offsetof(struct received_failure, dkim_domain),
     KEEP_DOMAIN},
    {"DKIM-Selector", offsetof(struct received_failure, dkim_selector),
     KEEP_TEXT},
};

static const char **value_at(struct received_failure *failure, size_t offset)
{
	return (const char **)(void *)((char *)failure + offset);
}

/* --- values --- */

static char *lower(TALLOC_CTX *mem, struct span value)
{
	char *text = text_escape(mem, value, LIMIT_RECEIVED_VALUE_BYTES, true);

	text_lower(text);
	return text;
}

static bool is_name_byte(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) || c == '.' || c == '-' ||
	       c == '_';
}

/* What follows the last "@" as far as it is a name: "Ann <ann@a.test>" gives
 * "a.test"; without one, all that is a name at the front. */
static const char *domain_of(TALLOC_CTX *mem, struct span value)
{
	size_t at = 0;
	size_t length = 0;

	for (size_t i = 0; i < value.length; i++)
		at = value.data[i] == '@' ? i + 1 : at;
	value = span_trim(span_from(value, at));
	while (length < value.length && is_name_byte(value.data[length]))
		length++;
	return lower(mem, span_make(value.data, length));
}

static const char *address_of(TALLOC_CTX *mem, struct span value)
{
	struct net_address address;
	const char *text = mem_strndup(mem, value.data, value.length);

	if (!net_address_parse(text, &address))
		return "";
	return net_address_copy(mem, &address);
}

static const char *keep_value(TALLOC_CTX *mem, enum keep keep,
			      struct span value)
{
	switch (keep) {
	case KEEP_WORD:
		return lower(mem, value);
	case KEEP_DOMAIN:
		return domain_of(mem, value);
	case KEEP_ADDRESS:
		return address_of(mem, value);
	case KEEP_TEXT:
		break;
	}
	return text_escape(mem, value, LIMIT_RECEIVED_VALUE_BYTES, true);
}

/* --- fields --- */

/* The next field, unfolded in that a value ends before the next line that
 * begins one; false at an empty line, and at the end. */
static bool next_field(struct span *rest, struct span *name, struct span *value)
{
	struct span line;
	struct span tail;

	if (!span_cut(*rest, '\n', &line, &tail) && line.length == 0)
		return false;
	if (span_trim(line).length == 0)
		return false;
	line = lines_unfold(line, &tail);
	*rest = tail;
	(void)span_cut(line, ':', name, value);
	*name = span_trim(*name);
	*value = span_trim(*value);
	return true;
}

static void take_field(struct arf *arf, struct span name, struct span value)
{
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		const char **place = value_at(&arf->failure, places[i].offset);
		if (span_equals_nocase(name, places[i].name) && **place == '\0')
			*place = keep_value(arf, places[i].keep, value);
	}
}

static struct span within(struct span bytes)
{
	return span_make(bytes.data, bytes.length < LIMIT_RECEIVED_ARF_BYTES
					 ? bytes.length
					 : LIMIT_RECEIVED_ARF_BYTES);
}

struct arf *arf_new(TALLOC_CTX *mem, struct span fields)
{
	struct arf *arf = mem_new(mem, struct arf);
	struct span rest = within(fields);
	struct span name;
	struct span value;

	arf->author_domain = "";
	for (size_t i = 0; i < COUNT_OF(places); i++)
		*value_at(&arf->failure, places[i].offset) = "";
	/* Some begin with an empty line. */
	while (rest.length > 0 && ascii_is_blank(rest.data[0]))
		rest = span_from(rest, 1);
	while (next_field(&rest, &name, &value))
		take_field(arf, name, value);
	return arf;
}

void arf_see_original(struct arf *arf, struct span bytes)
{
	struct span rest = within(bytes);
	struct span name;
	struct span value;

	while (*arf->author_domain == '\0' && next_field(&rest, &name, &value))
		if (span_equals_nocase(name, "From"))
			arf->author_domain = domain_of(arf, value);
}

void arf_tell(const struct arf *arf, const char *name,
	      const struct received_reader *reader)
{
	struct received_failure failure = arf->failure;

	if (*failure.domain == '\0')
		failure.domain = arf->author_domain;
	if (*failure.type == '\0')
		reader->refused(reader->context, name,
				"it is a failure report that does not say of "
				"which type it is (Feedback-Type)");
	else if (*failure.domain == '\0')
		reader->refused(reader->context, name,
				"it is a failure report that does not say "
				"whose mail failed (Reported-Domain, or the "
				"author of the message)");
	else
		reader->failure(reader->context, name, &failure);
}
