/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * posture.c - findings about a domain: left, put in order, summed up
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/posture.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define SHOWN_MAX 300	  /* of a record that is quoted */
#define STRING_BYTES 255  /* RFC 1035 3.3: one character-string */
#define PASTE_BYTES 32768 /* a record, with each byte escaped */

struct posture *posture_new(TALLOC_CTX *mem, const char *domain)
{
	struct posture *posture = mem_new(mem, struct posture);

	posture->domain = mem_strdup(posture, domain);
	return posture;
}

void posture_add(struct posture *posture, enum posture_kind_id kind,
		 const char *detail, const char *fix, const char *format, ...)
{
	va_list args;

	if ((posture->count & (posture->count - 1)) == 0)
		posture->items =
		    mem_resize(posture, posture->items, struct posture_finding,
			       posture->count == 0 ? 1 : posture->count * 2);
	va_start(args, format);
	posture->items[posture->count++] = (struct posture_finding){
	    .kind = &posture_kinds[kind],
	    .detail = mem_strdup(posture, detail),
	    .seen = mem_vprintf(posture, format, args),
	    .fix = fix == NULL ? NULL : mem_strdup(posture, fix),
	};
	va_end(args);
}

void posture_unchecked(struct posture *posture, const char *format, ...)
{
	struct text_list *list = &posture->unchecked;
	va_list args;

	va_start(args, format);
	const char *text = mem_vprintf(posture, format, args);
	va_end(args);
	if (text_place(list->items, list->count, text) >= 0)
		return;
	list->items =
	    mem_resize(posture, list->items, const char *, list->count + 1);
	list->items[list->count++] = text;
}

const char *posture_shown(TALLOC_CTX *mem, struct span text)
{
	return text_escape(mem, text, SHOWN_MAX, true);
}

const char *posture_txt(TALLOC_CTX *mem, const char *name, const char *text)
{
	struct strbuf paste;

	strbuf_init(&paste, mem, PASTE_BYTES);
	strbuf_printf(&paste, "%s. TXT \"", name);
	for (size_t i = 0; text[i] != '\0'; i++) {
		if (i > 0 && i % STRING_BYTES == 0)
			strbuf_add_text(&paste, "\" \"");
		if (text[i] == '"' || text[i] == '\\')
			strbuf_add_char(&paste, '\\');
		strbuf_add_char(&paste, text[i]);
	}
	strbuf_add_char(&paste, '"');
	return strbuf_is_full(&paste) ? NULL : strbuf_text(&paste);
}

/* --- once all are left --- */

static int compare(const void *left, const void *right)
{
	const struct posture_finding *a = left;
	const struct posture_finding *b = right;

	if (a->kind->severity != b->kind->severity)
		return a->kind->severity < b->kind->severity ? 1 : -1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	int order = strcmp(a->detail, b->detail);
	return order != 0 ? order : strcmp(a->seen, b->seen);
}

void posture_sort(struct posture *posture)
{
	if (posture->count > 0)
		qsort(posture->items, posture->count, sizeof posture->items[0],
		      compare);
}

enum posture_severity posture_worst(const struct posture *posture)
{
	enum posture_severity worst = POSTURE_INFO;

	for (size_t i = 0; i < posture->count; i++) {
		if (posture->items[i].kind->severity > worst)
			worst = posture->items[i].kind->severity;
	}
	return worst;
}

char posture_grade(const struct posture *posture)
{
	return "ABCDF"[posture_worst(posture)];
}

const char *posture_next(TALLOC_CTX *mem, const struct posture *posture)
{
	if (posture_worst(posture) > POSTURE_INFO) {
		const struct posture_finding *first = &posture->items[0];
		return mem_printf(mem, "%s (%s)", first->kind->advice,
				  first->seen);
	}
	if (posture->unchecked.count > 0)
		return mem_printf(mem, "Look again later: %s",
				  posture->unchecked.items[0]);
	return "Nothing.";
}
