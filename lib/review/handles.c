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

#define DAY_S 86400

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
	TALLOC_CTX *own = mem_context(NULL);
	struct json *list = json_read(own, dkim);
	size_t count = list == NULL ? 0 : json_count(list);
	struct text_list signers = {.items =
					mem_array(mem, const char *, count)};

	for (size_t i = 0; i < count; i++) {
		struct json *item = json_item(own, list, i);
		const char *domain = json_get_text(item, "domain");
		if (domain != NULL && auth_result_find(json_get_text(
					  item, "result")) == AUTH_PASS)
			signers.items[signers.count++] =
			    mem_strdup(mem, domain);
	}
	mem_free(own);
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
	struct review_handles handles = {
	    .client_ip = mem_strdup(mem, incident->client_ip),
	    .client_name = mem_strdup(mem, incident->client_name),
	};

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

/* A genuine message that is sent again passes by its signature, whoever sends
 * it and whatever he signs besides: it speaks for that signature alone. */
static bool is_spoken_for(const struct review_handle *handle,
			  const struct review_pass *pass)
{
	return pass->tuple->is_spf_aligned ||
	       (handle->kind == HANDLE_DKIM &&
		domain_equals(suffix_registrable(handle->value),
			      suffix_registrable(pass->tuple->author_domain)));
}

void review_handles_pass(struct review_handles *handles,
			 const struct review_pass *pass, int64_t count)
{
	for (size_t i = 0; i < handles->count; i++) {
		if (is_offered(&handles->items[i], pass) &&
		    is_spoken_for(&handles->items[i], pass))
			handles->items[i].passes += count;
	}
}

static bool is_the_client(const struct review_handle *handle)
{
	return handle->kind == HANDLE_HOST || handle->kind == HANDLE_NETWORK;
}

void review_handles_credit(struct review_handles *handles, int64_t messages)
{
	for (size_t i = 0; i < handles->count; i++) {
		if (is_the_client(&handles->items[i]))
			handles->items[i].passes += messages;
	}
}

/* --- what was forwarded --------------------------------------------------- */

/* Is the handle of the organization that its client is of? His confirmed name
 * says so, or SPF that passed there on several days. */
static bool is_of_client(const struct store_path_list *paths,
			 const struct store_path_known *client,
			 const struct review_handle *handle)
{
	if (is_the_client(handle))
		return true;
	const char *org = suffix_registrable(handle->value);
	if (strcmp(org, client->name.client) == 0)
		return true;
	const struct store_path_known *spf =
	    store_path_list_spf(paths, client->name.client, org);
	return spf != NULL && spf->path.days >= STORE_PATH_PASSING;
}

static void note_forwards(const struct store_path_list *paths,
			  struct review_handles *handles)
{
	const struct store_path_known *client = store_path_list_client(
	    paths, handles->client_ip, handles->client_name);

	if (client == NULL || client->lack != STORE_PATH_LACKS_NOTHING)
		return;
	for (size_t i = 0; i < handles->count; i++) {
		struct review_handle *handle = &handles->items[i];
		if (!is_of_client(paths, client, handle))
			continue;
		handle->forwarded = client->path.credit;
		handle->first_s = (int64_t)client->path.credit_first * DAY_S;
	}
}

void review_handles_forwards(const struct store_path_list *paths,
			     struct review_handles *const *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		note_forwards(paths, all[i]);
}

/* --- judging -------------------------------------------------------------- */

bool review_handle_is_forwarder(const struct review_handle *handle)
{
	return handle->forwarded > 0;
}

bool review_handle_is_known(const struct review_handle *handle)
{
	return handle->passes > 0 || review_handle_is_forwarder(handle);
}

const struct review_handle *
review_handles_known(const struct review_handles *handles)
{
	for (size_t i = 0; i < handles->count; i++) {
		if (review_handle_is_known(&handles->items[i]))
			return &handles->items[i];
	}
	return NULL;
}
