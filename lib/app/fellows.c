/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fellows.c - the hosts of this host's fleet, as alignd reads them
 */
#include "lib/app/fellows.h"

#include <string.h>

#include "lib/app/config_files.h"
#include "lib/base/domain.h"
#include "lib/base/file_read.h"
#include "lib/base/settings.h"
#include "lib/base/strbuf.h"
#include "lib/base/suffix.h"

#define ADDRESSES_MAX 16

static bool check_id(const char *value, struct error *err)
{
	return domain_is_valid(value) ||
	       setting_refuse(err, value, "is no host name");
}

/* Of a host's own: whoever could write 0.0.0.0 or 127.0.0.1 here would have
 * strangers believed. */
static bool is_one_hosts(const char *text, struct net_address *address)
{
	static const uint8_t loopback6[16] = {[15] = 1};
	static const uint8_t zero[16] = {0};

	if (!net_address_parse(text, address))
		return false;
	if (address->family == NET_IPV4)
		return address->bytes[0] != 0 && address->bytes[0] != 127 &&
		       address->bytes[0] < 224;
	return memcmp(address->bytes, zero, 16) != 0 &&
	       memcmp(address->bytes, loopback6, 16) != 0 &&
	       address->bytes[0] != 0xff;
}

static bool check_address(const char *value, struct error *err)
{
	struct net_address address;

	return is_one_hosts(value, &address) ||
	       setting_refuse(err, value, "is no address of one host");
}

static const struct setting fellow_rows[] = {
    {.name = "authserv_id",
     .type = SETTING_TEXT,
     .offset = offsetof(struct fellow, authserv_id),
     .initial = "localhost",
     .check = check_id,
     .summary = "What it calls itself in Authentication-Results."},
    {.name = "addresses",
     .type = SETTING_LIST,
     .offset = offsetof(struct fellow, addresses),
     .initial = "",
     .check = check_address,
     .summary = "From where it brings mail."},
    {.name = NULL},
};

static const struct setting_section fellow_kind = {
    .name = "host",
    .rows = fellow_rows,
};

/* --- written --- */

struct text_list fellow_addresses(TALLOC_CTX *mem, const char *text)
{
	struct text_list list = {
	    .items = mem_array(mem, const char *, ADDRESSES_MAX)};
	struct span rest = span_of(text);
	struct net_address address;
	struct span item;

	while (rest.length > 0 && list.count < ADDRESSES_MAX) {
		(void)span_cut(rest, ' ', &item, &rest);
		const char *word = mem_strndup(mem, item.data, item.length);
		if (is_one_hosts(word, &address))
			list.items[list.count++] =
			    net_address_copy(mem, &address);
	}
	return list;
}

static void add_host(struct strbuf *text, const struct fellow *host)
{
	strbuf_printf(text, "host %s {\n\tauthserv_id = \"%s\"\n",
		      setting_quoted(text->mem, host->name), host->authserv_id);
	strbuf_add_text(text, "\taddresses = {");
	for (size_t i = 0; i < host->addresses.count; i++)
		strbuf_printf(text, "%s\"%s\"", i == 0 ? "" : ", ",
			      host->addresses.items[i]);
	strbuf_add_text(text, "}\n}\n");
}

bool fellow_is_sound(const struct fellow *fellow)
{
	return domain_is_valid(fellow->authserv_id) &&
	       domain_is_valid(fellow->name) &&
	       strcmp(suffix_registrable(fellow->authserv_id),
		      suffix_registrable(fellow->name)) == 0;
}

const char *fellows_text(TALLOC_CTX *mem, const struct fellow *items,
			 size_t count)
{
	struct strbuf text;

	strbuf_init(&text, mem, FELLOWS_BYTES_MAX);
	strbuf_add_text(&text, "# The fleet's hosts. Written by alignctl fleet "
			       "forward, which replaces it.\n");
	for (size_t i = 0; i < count && i < FELLOWS_MAX; i++) {
		if (fellow_is_sound(&items[i]))
			add_host(&text, &items[i]);
	}
	return strbuf_text(&text);
}

/* --- read --- */

struct reading {
	TALLOC_CTX *mem;
	struct fellows *fellows;
};

static bool take_host(void *context, const struct settings_entry *entry,
		      struct error *err)
{
	const struct fellow *host = entry->values;
	struct reading *reading = context;
	struct fellows *to = reading->fellows;

	if (to->count == FELLOWS_MAX || host->addresses.count > ADDRESSES_MAX)
		return error_set(err, ERROR_CONFIG, "one too many");
	to->count++;
	to->authserv_ids.items =
	    mem_resize(reading->mem, to->authserv_ids.items, const char *,
		       to->authserv_ids.count + 1);
	to->authserv_ids.items[to->authserv_ids.count++] =
	    mem_strdup(reading->mem, host->authserv_id);
	to->addresses.items =
	    mem_resize(reading->mem, to->addresses.items, struct net_block,
		       to->addresses.count + host->addresses.count + 1);
	for (size_t i = 0; i < host->addresses.count; i++) {
		struct net_block *block =
		    &to->addresses.items[to->addresses.count];
		if (!is_one_hosts(host->addresses.items[i], &block->address))
			continue;
		block->prefix = block->address.family == NET_IPV4 ? 32 : 128;
		to->addresses.count++;
	}
	return true;
}

bool fellows_load(TALLOC_CTX *mem, const char *path, struct fellows *fellows,
		  struct error *err)
{
	struct fellows found = {.count = 0};
	struct reading reading = {.mem = mem, .fellows = &found};
	struct settings_entries entries = {
	    .kind = &fellow_kind,
	    .size = sizeof(struct fellow),
	    .take = take_host,
	    .context = &reading,
	};
	TALLOC_CTX *file_mem = mem_context(NULL);
	struct span file;
	bool is_good = true;

	if (path != NULL && !config_file_is_absent(path))
		is_good = file_read_plain(file_mem, path, FELLOWS_BYTES_MAX,
					  &file, err) &&
			  settings_load_entries(&entries, path, file, err);
	mem_free(file_mem);
	if (is_good)
		*fellows = found;
	return is_good;
}
