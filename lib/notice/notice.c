/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notice.c - what people are told without asking, as plain data
 * Tested by test_alignctl_notice.
 */
#include "lib/notice/notice.h"

#include <assert.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

const struct notice_kind_row notice_kinds[NOTICE_KINDS] = {
    [NOTICE_HELD] = {"held", "Held mail that waits",
		     "alignctl review --open --applied quarantine"},
    [NOTICE_WAVE] = {"wave", "Waves of mail that claims to be yours",
		     "alignctl review --since 3h --group-by from"},
    [NOTICE_LIKELY] = {"likely", "Likely errors: refused or held, maybe good",
		       "alignctl review --likely-legitimate --since 30d"},
    [NOTICE_PATH] = {"path", "Mail that used to pass, refused now",
		     "alignctl paths --broken"},
    [NOTICE_SOURCE] = {"source", "New sources that fail in your names",
		       "alignctl inbox sources --new"},
    [NOTICE_TLS] = {"tls", "TLS to your mail servers, as others report it",
		    "alignctl inbox summary"},
    [NOTICE_POSTURE] = {"posture", "Records of your domains",
			"alignctl posture"},
    [NOTICE_OVERRIDE] = {"override", "Overrides that end",
			 "alignctl override list"},
    [NOTICE_DESTINATION] = {"destination", "Addresses that take no report",
			    "alignctl report status"},
    [NOTICE_RUN] = {"run", "Report runs", "alignctl report status"},
    [NOTICE_FLEET] = {"fleet", "Hosts of the fleet", "alignctl fleet status"},
};

static const char *copy(TALLOC_CTX *mem, const char *text)
{
	return text == NULL ? NULL : mem_strdup(mem, text);
}

void notice_add(TALLOC_CTX *mem, struct notice *notice,
		const struct notice_fact *fact)
{
	size_t of_kind = 0;

	assert(fact->command != NULL || fact->reason != NULL);
	for (size_t i = notice->count; i > 0; i--) {
		if (notice->items[i - 1].kind != fact->kind)
			break;
		of_kind++;
	}
	if (of_kind == LIMIT_NOTICE_FACTS) {
		notice->left_out[fact->kind]++;
		return;
	}
	if ((notice->count & (notice->count - 1)) == 0)
		notice->items =
		    mem_resize(mem, notice->items, struct notice_fact,
			       notice->count == 0 ? 1 : notice->count * 2);
	struct notice_fact *added = &notice->items[notice->count++];
	*added = *fact;
	added->key = mem_strdup(mem, fact->key);
	added->words = mem_strdup(mem, fact->words);
	added->command = copy(mem, fact->command);
	added->reason = copy(mem, fact->reason);
}

/* --- texts --- */

/* What is a letter behind a dot begins a label that may be a top-level one. */
static void add_unlinked(struct strbuf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '.' && ascii_is_alpha(text[1]))
			strbuf_add_text(out, "[.]");
		else if (*text == ':' && text[1] == '/')
			strbuf_add_text(out, "[:]");
		else
			strbuf_add_char(out, *text);
	}
}

const char *notice_plain(TALLOC_CTX *mem, const char *text, size_t max)
{
	TALLOC_CTX *own = mem_context(NULL);
	size_t length = strnlen(text, max + 1);
	const char *clean = text_printable(own, mem_strndup(own, text, length));
	struct strbuf out;

	/* A byte becomes four at most, as \xHH, and one of these none more. */
	strbuf_init(&out, own, 4 * (max + 1) * 3);
	add_unlinked(&out, clean);
	bool is_cut = length > max || out.length > max;
	size_t kept = out.length > max ? max : out.length;
	const char *plain = is_cut ? mem_printf(mem, "%.*s...", (int)(kept - 3),
						strbuf_text(&out))
				   : mem_strdup(mem, strbuf_text(&out));
	mem_free(own);
	return plain;
}

bool notice_is_word(const char *text)
{
	const char *at = text;

	while (ascii_is_alpha(*at) || ascii_is_digit(*at) ||
	       (at != text && *at == '-'))
		at++;
	return at != text && *at == '\0';
}

bool notice_is_own(const struct text_list *own, const char *domain)
{
	for (size_t i = 0; i < own->count; i++) {
		if (domain_equals(domain, own->items[i]) ||
		    domain_is_below(domain, own->items[i]))
			return true;
	}
	return own->count == 0;
}

const char *notice_domain(TALLOC_CTX *mem, const struct text_list *own,
			  const char *domain)
{
	bool is_ours = own->count > 0 && notice_is_own(own, domain);

	return is_ours ? text_printable(mem, domain)
		       : notice_plain(mem, domain, LIMIT_NOTICE_TEXT);
}
