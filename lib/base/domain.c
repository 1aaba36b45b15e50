/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * domain.c - domain names in their one inner form
 *
 * RFC 1035 2.3.4 (sizes), RFC 5890 (A-labels).
 */
#include "lib/base/domain.h"

#include <string.h>

#include "lib/base/idn.h"
#include "lib/base/limits.h"

static bool is_label_byte(char c)
{
	return (c >= 'a' && c <= 'z') || ascii_is_digit(c) || c == '-' ||
	       c == '_';
}

bool domain_is_valid(const char *text)
{
	size_t label = 0;
	size_t i = 0;

	for (; text[i] != '\0'; i++) {
		if (text[i] == '.') {
			if (label == 0)
				return false;
			label = 0;
			continue;
		}
		label++;
		if (!is_label_byte(text[i]) || label > LIMIT_LABEL_BYTES)
			return false;
	}
	return label > 0 && i <= LIMIT_DOMAIN_BYTES;
}

static bool has_high_byte(struct span s)
{
	for (size_t i = 0; i < s.length; i++) {
		if ((unsigned char)s.data[i] >= 0x80)
			return true;
	}
	return false;
}

char *domain_normalize(TALLOC_CTX *mem, struct span text)
{
	/* A U-label name is longer than its A-label form only in bytes a
	 * character; four times the limit holds every name that can fit. */
	if (text.length == 0 || text.length > 4 * LIMIT_DOMAIN_BYTES ||
	    memchr(text.data, '\0', text.length) != NULL)
		return NULL;
	char *name = mem_strndup(mem, text.data, text.length);
	if (has_high_byte(text)) {
		name = idn_to_ascii(mem, name);
		if (name == NULL)
			return NULL;
	}
	size_t length = strlen(name);
	if (length > 0 && name[length - 1] == '.')
		name[length - 1] = '\0';
	text_lower(name);
	return domain_is_valid(name) ? name : NULL;
}

size_t domain_label_count(const char *domain)
{
	size_t count = domain[0] == '\0' ? 0 : 1;

	for (; *domain != '\0'; domain++)
		count += *domain == '.';
	return count;
}

const char *domain_suffix(const char *domain, size_t labels)
{
	size_t count = domain_label_count(domain);

	for (; count > labels; count--) {
		const char *parent = domain_parent(domain);
		if (parent == NULL)
			return domain + strlen(domain);
		domain = parent;
	}
	return domain;
}

const char *domain_parent(const char *domain)
{
	const char *dot = strchr(domain, '.');

	return dot == NULL ? NULL : dot + 1;
}

bool domain_is_below(const char *domain, const char *ancestor)
{
	size_t length = strlen(domain);
	size_t above = strlen(ancestor);

	return length > above + 1 && domain[length - above - 1] == '.' &&
	       strcmp(domain + length - above, ancestor) == 0;
}

bool domain_equals(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool domain_is_readable(struct span text)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_name = domain_normalize(mem, text) != NULL;

	mem_free(mem);
	return is_name;
}

bool domain_list_has(const struct text_list *list, const char *domain)
{
	for (size_t i = 0; i < list->count; i++) {
		if (domain_equals(list->items[i], domain))
			return true;
	}
	return false;
}
