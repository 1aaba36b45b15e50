/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handles.c - by what an override could know a sender, and what is on
 * record of it
 */
#include "tools/review/handles.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/suffix.h"

#define TUPLES_MAX 200000

static const char *const kinds[REVIEW_HANDLES] = {"dkim", "spf", "host",
						  "network"};

struct text_list review_signers(TALLOC_CTX *mem, const char *dkim)
{
	struct json *list = json_read(mem, dkim);
	struct text_list signers = {0};
	size_t count = list == NULL ? 0 : json_count(list);

	signers.items = mem_array(mem, const char *, count);
	for (size_t i = 0; i < count; i++) {
		struct json *item = json_item(mem, list, i);
		const char *domain = json_get_text(item, "domain");
		const char *result = json_get_text(item, "result");
		if (domain != NULL && result != NULL &&
		    strcmp(result, "pass") == 0)
			signers.items[signers.count++] = domain;
	}
	return signers;
}

struct review_handles review_handles_of(TALLOC_CTX *mem,
					const struct store_incident *incident)
{
	struct review_handles handles = {.time_s = incident->time_s};

	for (size_t i = 0; i < REVIEW_HANDLES; i++) {
		struct review_record *record = &handles.items[handles.count];
		if (!review_find_handle(mem, incident, kinds[i],
					&record->handle))
			continue;
		record->handle.value = mem_strdup(mem, record->handle.value);
		handles.count++;
	}
	return handles;
}

/* --- what a tuple offers -------------------------------------------------- */

static bool has_signer(const struct text_list *signers, const char *domain)
{
	for (size_t i = 0; i < signers->count; i++) {
		if (domain_equals(signers->items[i], domain))
			return true;
	}
	return false;
}

static bool is_offered(const struct review_handle *handle,
		       const struct store_tuple *tuple,
		       const struct text_list *signers)
{
	if (strcmp(handle->setting, "dkim") == 0)
		return has_signer(signers, handle->value);
	if (strcmp(handle->setting, "spf") == 0)
		return strcmp(tuple->spf_result, "pass") == 0 &&
		       domain_equals(tuple->spf_domain, handle->value);
	if (strcmp(handle->setting, "host") == 0)
		return domain_equals(tuple->client_name, handle->value);
	return strcmp(tuple->client_ip, handle->value) == 0;
}

void review_handles_pass(struct review_handles *handles,
			 const struct store_tuple *tuple,
			 const struct text_list *signers, int64_t count)
{
	for (size_t i = 0; i < handles->count; i++) {
		struct review_record *record = &handles->items[i];
		if (is_offered(&record->handle, tuple, signers))
			record->passes += count;
	}
}

/* --- what was forwarded --------------------------------------------------- */

/* The records of all incidents, sorted by handle. */
struct search {
	TALLOC_CTX *mem;
	size_t count;
	struct review_record **records;
	bool has_signers; /* a handle is a signer */
};

static int compare_handles(const struct review_handle *a,
			   const struct review_handle *b)
{
	int order = strcmp(a->setting, b->setting);

	return order != 0 ? order : strcmp(a->value, b->value);
}

static int by_handle(const void *first, const void *second)
{
	const struct review_record *a = *(struct review_record *const *)first;
	const struct review_record *b = *(struct review_record *const *)second;

	return compare_handles(&a->handle, &b->handle);
}

/* The place of the first record that is not before the handle. */
static size_t find_first(const struct search *search,
			 const struct review_handle *handle)
{
	size_t low = 0;
	size_t high = search->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (compare_handles(&search->records[middle]->handle, handle) <
		    0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The author's organisation, once. */
static void add_org(struct search *search, struct review_record *record,
		    const char *org)
{
	for (size_t i = 0; i < record->org_count; i++) {
		if (strcmp(record->orgs[i], org) == 0)
			return;
	}
	if (record->org_count < REVIEW_FORWARD_ORGS)
		record->orgs[record->org_count++] =
		    mem_strdup(search->mem, org);
}

static void note(struct search *search, const char *setting, const char *value,
		 const struct store_tuple *tuple, int64_t first_s,
		 int64_t count)
{
	struct review_handle handle = {setting, value};
	/* By the list: with psd=y, names below one are organizations. */
	const char *org = suffix_registrable(tuple->org_domain[0] == '\0'
						 ? tuple->author_domain
						 : tuple->org_domain);

	/* His own mail is no forwarding. */
	if (value[0] == '\0' || domain_equals(suffix_registrable(value), org))
		return;
	for (size_t i = find_first(search, &handle);
	     i < search->count &&
	     compare_handles(&search->records[i]->handle, &handle) == 0;
	     i++) {
		struct review_record *record = search->records[i];
		if (record->forwarded == 0 || first_s < record->first_s)
			record->first_s = first_s;
		record->forwarded += count;
		add_org(search, record, org);
	}
}

static bool on_pass(void *context, int64_t first_hour_s, int64_t count,
		    const struct store_tuple *tuple)
{
	struct search *search = context;

	if (!tuple->is_dkim_aligned || tuple->is_spf_aligned)
		return true;
	if (strcmp(tuple->spf_result, "pass") == 0)
		note(search, "spf", tuple->spf_domain, tuple, first_hour_s,
		     count);
	note(search, "host", tuple->client_name, tuple, first_hour_s, count);
	note(search, "network", tuple->client_ip, tuple, first_hour_s, count);
	if (!search->has_signers)
		return true;
	TALLOC_CTX *mem = mem_context(NULL);
	struct text_list signers = review_signers(mem, tuple->dkim);
	for (size_t i = 0; i < signers.count; i++)
		note(search, "dkim", signers.items[i], tuple, first_hour_s,
		     count);
	mem_free(mem);
	return true;
}

bool review_handles_forwards(TALLOC_CTX *mem, struct store_reader *reader,
			     struct review_handles *const *all, size_t count,
			     struct error *err)
{
	struct search search = {.mem = mem};

	search.records =
	    mem_array(mem, struct review_record *, count * REVIEW_HANDLES);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < all[i]->count; k++) {
			struct review_record *record = &all[i]->items[k];
			search.has_signers |=
			    strcmp(record->handle.setting, "dkim") == 0;
			search.records[search.count++] = record;
		}
	}
	if (search.count == 0)
		return true;
	qsort(search.records, search.count, sizeof(struct review_record *),
	      by_handle);
	return store_all_passes(reader, TUPLES_MAX, on_pass, &search, err);
}

/* --- judging -------------------------------------------------------------- */

bool review_record_is_forwarder(const struct review_handles *handles,
				const struct review_record *record)
{
	return record->org_count == REVIEW_FORWARD_ORGS &&
	       record->first_s <= handles->time_s - REVIEW_FORWARD_S;
}

const struct review_record *
review_handles_known(const struct review_handles *handles)
{
	for (size_t i = 0; i < handles->count; i++) {
		const struct review_record *record = &handles->items[i];
		if (record->passes > 0 ||
		    review_record_is_forwarder(handles, record))
			return record;
	}
	return NULL;
}

const struct review_record *
review_handles_record(const struct review_handles *handles,
		      const struct review_handle *handle)
{
	const struct review_record *found = NULL;

	for (size_t i = 0; i < handles->count; i++) {
		if (compare_handles(&handles->items[i].handle, handle) == 0)
			found = &handles->items[i];
	}
	return found;
}
