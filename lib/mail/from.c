/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * from.c - the Author Domain
 *
 * RFC 9989 3.2.2, 5.3.1 and 11.5: one domain or an error value. The grammar is
 * address.c's; where it cannot read the only field, from_tolerant.c may. With
 * several From fields the domains of those that can be read are listed for
 * whoever looks at the message later; none of them is the Author Domain.
 */
#include "lib/mail/from.h"

#include <assert.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/mail/address.h"
#include "lib/mail/from_tolerant.h"

/* Adds what is new; at most LIMIT_FROM_ADDRESSES in all. */
static void add_domains(struct text_list *list, const struct text_list *found)
{
	for (size_t i = 0; i < found->count; i++) {
		if (list->count < LIMIT_FROM_ADDRESSES &&
		    !domain_list_has(list, found->items[i]))
			list->items[list->count++] = found->items[i];
	}
}

static enum author_error author_error_of(enum address_result result,
					 size_t domains)
{
	static const enum author_error errors[] = {
	    [ADDRESS_UNPARSABLE] = AUTHOR_UNPARSABLE,
	    [ADDRESS_BAD_DOMAIN] = AUTHOR_BAD_DOMAIN,
	    [ADDRESS_TOO_LONG] = AUTHOR_TOO_LONG,
	};

	if (result != ADDRESS_OK)
		return errors[result];
	if (domains == 0)
		return AUTHOR_NO_ADDRESS;
	return domains == 1 ? AUTHOR_OK : AUTHOR_SEVERAL_DOMAINS;
}

/* A special left unquoted can also look like a mailbox with a bad domain:
 * "=?UTF-8?Q?Deals_@_Shop?= <a@d.test>". */
static void read_tolerantly(TALLOC_CTX *mem, struct span value,
			    struct author *author)
{
	if (author->error != AUTHOR_UNPARSABLE &&
	    author->error != AUTHOR_BAD_DOMAIN)
		return;
	const char *domain = from_tolerant_domain(mem, value);
	if (domain == NULL)
		return;
	author->error = AUTHOR_OK;
	author->is_malformed = true;
	author->domains.items[0] = domain;
	author->domains.count = 1;
}

struct author from_author(TALLOC_CTX *mem, const struct span *values,
			  size_t count)
{
	struct author author = {.error = AUTHOR_NO_FROM};

	author.domains.items =
	    mem_array(mem, const char *, LIMIT_FROM_ADDRESSES);
	for (size_t i = 0; i < count; i++) {
		struct text_list found = {0, NULL};
		enum address_result result =
		    address_list_domains(mem, values[i], &found);
		add_domains(&author.domains, &found);
		author.error = author_error_of(result, author.domains.count);
	}
	if (count == 1)
		read_tolerantly(mem, values[0], &author);
	else if (count > 1)
		author.error = AUTHOR_SEVERAL_FROM;
	if (author.error == AUTHOR_OK)
		author.domain = author.domains.items[0];
	return author;
}

static const char *const error_texts[] = {
    [AUTHOR_OK] = NULL,
    [AUTHOR_NO_FROM] = "no From field",
    [AUTHOR_SEVERAL_FROM] = "several From fields",
    [AUTHOR_SEVERAL_DOMAINS] = "several author domains",
    [AUTHOR_NO_ADDRESS] = "no address in From",
    [AUTHOR_UNPARSABLE] = "unreadable From field",
    [AUTHOR_BAD_DOMAIN] = "From domain is no DNS name",
    [AUTHOR_TOO_LONG] = "From field too long",
    [AUTHOR_OVER_LIMIT] = "message past a header limit",
};

const char *author_error_text(enum author_error error)
{
	assert((size_t)error < COUNT_OF(error_texts));
	return error_texts[error];
}

int author_error_find(const char *text)
{
	return text_place(error_texts, COUNT_OF(error_texts), text);
}
