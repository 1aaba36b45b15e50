/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handles.c - by what an override could know a sender, and what is on
 * record of it
 * Tested by test_alignctl_evidence, test_alignctl_desk.
 */
#include "lib/review/handles.h"

#include <stdlib.h>
#include <string.h>

#include "lib/auth/evidence.h"
#include "lib/base/domain.h"
#include "lib/base/json.h"
#include "lib/base/net.h"
#include "lib/base/suffix.h"

#define TUPLES_MAX 200000

static const char *const kinds[REVIEW_HANDLES] = {
    [HANDLE_DKIM] = "dkim",
    [HANDLE_SPF] = "spf",
    [HANDLE_HOST] = "host",
    [HANDLE_NETWORK] = "network",
};

const char *review_handle_text(enum review_handle_kind kind)
{
	return kinds[kind];
}

/* --- what a row shows ----------------------------------------------------- */

struct text_list review_signers(TALLOC_CTX *mem, const char *dkim)
{
	struct json *list = json_read(mem, dkim);
	size_t count = list == NULL ? 0 : json_count(list);
	struct text_list signers = {.items =
					mem_array(mem, const char *, count)};

	for (size_t i = 0; i < count; i++) {
		struct json *item = json_item(mem, list, i);
		const char *domain = json_get_text(item, "domain");
		if (domain != NULL && auth_result_find(json_get_text(
					  item, "result")) == AUTH_PASS)
			signers.items[signers.count++] = domain;
	}
	return signers;
}

const char *review_spf_pass(const char *result, const char *domain)
{
	return auth_result_find(result) == AUTH_PASS ? domain : "";
}

struct review_pass review_pass_of(TALLOC_CTX *mem,
				  const struct store_tuple *tuple)
{
	return (struct review_pass){
	    .tuple = tuple,
	    .signers = review_signers(mem, tuple->dkim),
	    .spf_domain = review_spf_pass(tuple->spf_result, tuple->spf_domain),
	};
}

/* "localhost", "com": holds everybody, and the overrides file refuses it. */
static const char *usable(const char *domain)
{
	return strchr(domain, '.') != NULL ? domain : NULL;
}

static const char *usable_signer(TALLOC_CTX *mem, const char *dkim)
{
	struct text_list signers = review_signers(mem, dkim);
	const char *found = NULL;

	for (size_t i = 0; found == NULL && i < signers.count; i++)
		found = usable(signers.items[i]);
	return found;
}

struct review_handles review_handles_of(TALLOC_CTX *mem,
					const struct store_incident *incident)
{
	struct net_address address;
	bool is_address = net_address_parse(incident->client_ip, &address) &&
			  !net_address_is_loopback(&address);
	const char *const values[REVIEW_HANDLES] = {
	    [HANDLE_DKIM] = usable_signer(mem, incident->dkim),
	    [HANDLE_SPF] = usable(
		review_spf_pass(incident->spf_result, incident->spf_domain)),
	    [HANDLE_HOST] = usable(incident->client_name),
	    [HANDLE_NETWORK] = is_address ? incident->client_ip : NULL,
	};
	struct review_handles handles = {.time_s = incident->time_s};

	for (size_t i = 0; i < REVIEW_HANDLES; i++) {
		if (values[i] != NULL)
			handles.items[handles.count++] = (struct review_handle){
			    .kind = (enum review_handle_kind)i,
			    .value = mem_strdup(mem, values[i])};
	}
	return handles;
}

struct review_handle *review_handles_find(struct review_handles *handles,
					  const char *text)
{
	int kind = text_place(kinds, REVIEW_HANDLES, text);

	for (size_t i = 0; i < handles->count; i++) {
		if (text == NULL || (int)handles->items[i].kind == kind)
			return &handles->items[i];
	}
	return NULL;
}

/* --- what passed with them ------------------------------------------------ */

bool review_has_signer(const struct review_pass *pass, const char *domain)
{
	return domain_list_has(&pass->signers, domain);
}

static bool is_offered(const struct review_handle *handle,
		       const struct review_pass *pass)
{
	switch (handle->kind) {
	case HANDLE_DKIM:
		return review_has_signer(pass, handle->value);
	case HANDLE_SPF:
		return domain_equals(pass->spf_domain, handle->value);
	case HANDLE_HOST:
		return domain_equals(pass->tuple->client_name, handle->value);
	case HANDLE_NETWORK:
	case REVIEW_HANDLES:
		break;
	}
	return strcmp(pass->tuple->client_ip, handle->value) == 0;
}

void review_handles_pass(struct review_handles *handles,
			 const struct review_pass *pass, int64_t count)
{
	for (size_t i = 0; i < handles->count; i++) {
		if (is_offered(&handles->items[i], pass))
			handles->items[i].passes += count;
	}
}

/* --- what was forwarded --------------------------------------------------- */

/* The handles of all incidents, sorted. */
struct search {
	TALLOC_CTX *mem;
	size_t count;
	struct review_handle **handles;
	bool has_signers; /* a handle is a signer */
};

static int compare_handles(const struct review_handle *a,
			   const struct review_handle *b)
{
	return a->kind != b->kind ? (int)a->kind - (int)b->kind
				  : strcmp(a->value, b->value);
}

static int by_handle(const void *first, const void *second)
{
	return compare_handles(*(struct review_handle *const *)first,
			       *(struct review_handle *const *)second);
}

/* The place of the first that is not before the handle. */
static size_t find_first(const struct search *search,
			 const struct review_handle *handle)
{
	size_t low = 0;
	size_t high = search->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (compare_handles(search->handles[middle], handle) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The author's organisation, once. */
static void add_org(struct search *search, struct review_handle *handle,
		    const char *org)
{
	for (size_t i = 0; i < handle->org_count; i++) {
		if (strcmp(handle->orgs[i], org) == 0)
			return;
	}
	if (handle->org_count < REVIEW_FORWARD_ORGS)
		handle->orgs[handle->org_count++] =
		    mem_strdup(search->mem, org);
}

static void note_forward(struct search *search, enum review_handle_kind kind,
			 const char *value, const struct store_tuple *tuple,
			 int64_t first_s, int64_t count)
{
	const struct review_handle wanted = {.kind = kind, .value = value};
	/* By the list: with psd=y, names below one are organizations. */
	const char *org = suffix_registrable(tuple->org_domain[0] == '\0'
						 ? tuple->author_domain
						 : tuple->org_domain);

	/* His own mail is no forwarding. */
	if (value[0] == '\0' || domain_equals(suffix_registrable(value), org))
		return;
	for (size_t i = find_first(search, &wanted);
	     i < search->count &&
	     compare_handles(search->handles[i], &wanted) == 0;
	     i++) {
		struct review_handle *handle = search->handles[i];
		if (handle->forwarded == 0 || first_s < handle->first_s)
			handle->first_s = first_s;
		handle->forwarded += count;
		add_org(search, handle, org);
	}
}

static bool on_forward(void *context, int64_t first_hour_s, int64_t count,
		       const struct store_tuple *tuple)
{
	struct search *search = context;

	if (!tuple->is_dkim_aligned || tuple->is_spf_aligned)
		return true;
	note_forward(search, HANDLE_SPF,
		     review_spf_pass(tuple->spf_result, tuple->spf_domain),
		     tuple, first_hour_s, count);
	note_forward(search, HANDLE_HOST, tuple->client_name, tuple,
		     first_hour_s, count);
	note_forward(search, HANDLE_NETWORK, tuple->client_ip, tuple,
		     first_hour_s, count);
	if (!search->has_signers)
		return true;
	TALLOC_CTX *mem = mem_context(NULL);
	struct text_list signers = review_signers(mem, tuple->dkim);
	for (size_t i = 0; i < signers.count; i++)
		note_forward(search, HANDLE_DKIM, signers.items[i], tuple,
			     first_hour_s, count);
	mem_free(mem);
	return true;
}

bool review_handles_forwards(TALLOC_CTX *mem, struct store_reader *reader,
			     struct review_handles *const *all, size_t count,
			     struct error *err)
{
	struct search search = {.mem = mem};

	search.handles =
	    mem_array(mem, struct review_handle *, count * REVIEW_HANDLES);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < all[i]->count; k++) {
			struct review_handle *handle = &all[i]->items[k];
			search.has_signers |= handle->kind == HANDLE_DKIM;
			search.handles[search.count++] = handle;
		}
	}
	if (search.count == 0)
		return true;
	qsort(search.handles, search.count, sizeof(struct review_handle *),
	      by_handle);
	return store_all_passes(reader, TUPLES_MAX, on_forward, &search, err);
}

/* --- judging -------------------------------------------------------------- */

bool review_handle_is_forwarder(const struct review_handles *handles,
				const struct review_handle *handle)
{
	return handle->org_count == REVIEW_FORWARD_ORGS &&
	       handle->first_s <= handles->time_s - REVIEW_FORWARD_S;
}

bool review_handle_is_known(const struct review_handles *handles,
			    const struct review_handle *handle)
{
	return handle->passes > 0 ||
	       review_handle_is_forwarder(handles, handle);
}

const struct review_handle *
review_handles_known(const struct review_handles *handles)
{
	for (size_t i = 0; i < handles->count; i++) {
		if (review_handle_is_known(handles, &handles->items[i]))
			return &handles->items[i];
	}
	return NULL;
}
