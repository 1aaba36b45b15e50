/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_import.c - any bytes as what the filters before us left: the first one
 * says as what, the rest is the file
 *
 * Properties: reading comes to its end; each line of settings is a line with a
 * clean value, or a fault with its reason; of a list of hosts whole networks
 * and names are left, and what "!" takes out by itself is in none of them; each
 * message of a history is whole and clean, and what is torn has a reason.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/domain.h"
#include "lib/import/history_csv.h"
#include "lib/import/old_hosts.h"

#define MESSAGES                                                               \
	"id,date,jobid,reporter,policy,disp,ip,env_domain,from_domain,"        \
	"policy_domain,spf,align_dkim,align_spf\n"                             \
	"1,1777000000,A4,mx,15,2,::1,a.test,a.test,a.test,0,4,4\n"

static FILE *open_bytes(const void *bytes, size_t size)
{
	FILE *file = tmpfile();

	require(file != NULL);
	require(fwrite(bytes, 1, size, file) == size);
	rewind(file);
	return file;
}

/* --- settings --- */

static void check_conf(const struct old_conf *conf)
{
	require(conf->count <= LIMIT_IMPORT_LINES);
	for (size_t i = 0; i < conf->count; i++) {
		const struct old_line *line = &conf->lines[i];
		require(line->line > 0);
		require(*line->value != '\0');
		require(text_is_line(span_of(line->value)));
		require(old_conf_find(conf, line->setting->name) != NULL);
	}
	for (size_t i = 0; i < conf->faults.count; i++) {
		require(*conf->faults.items[i].why != '\0');
		require(fuzz_is_line(conf->faults.items[i].text));
	}
}

static void read_conf(TALLOC_CTX *mem, enum old_kind kind, struct span bytes)
{
	int fd = memfd_create("conf", MFD_CLOEXEC);
	struct old_conf *conf;
	struct error err;

	require(fd >= 0);
	require(write(fd, bytes.data, bytes.length) == (ssize_t)bytes.length);
	if (old_conf_read(mem, mem_printf(mem, "/proc/self/fd/%d", fd), &kind,
			  &conf, &err))
		check_conf(conf);
	(void)close(fd);
}

/* --- hosts --- */

/* "!192.0.2.1" is as narrow as can be: nothing brings it back. */
static void check_taken_out(const struct old_hosts *hosts, const char *text)
{
	struct net_address address;

	if (text[0] == '!' && net_address_parse(text + 1, &address))
		require(!net_list_contains(&hosts->networks, &address));
}

static void check_hosts(const struct old_hosts *hosts,
			const struct old_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		check_taken_out(hosts, list->items[i].text);
	for (size_t i = 0; i < hosts->networks.count; i++) {
		const struct net_block *block = &hosts->networks.items[i];
		require(net_block_contains(block, &block->address));
	}
	for (size_t i = 0; i < hosts->names.count; i++)
		require(domain_is_valid(hosts->names.items[i]));
	for (size_t i = 0; i < hosts->above.count; i++)
		require(domain_is_valid(hosts->above.items[i]));
}

static void read_hosts(TALLOC_CTX *mem, struct span bytes)
{
	struct old_list list = {0};
	struct span item;

	while (bytes.length > 0 && list.count < 200) {
		(void)span_cut(bytes, ',', &item, &bytes);
		if (item.length == 0 || !text_is_line(item))
			continue;
		list.items = mem_resize(mem, list.items, struct old_item,
					list.count + 1);
		list.items[list.count++] = (struct old_item){
		    .text = mem_strndup(mem, item.data, item.length),
		    .file = "hosts",
		    .line = 1};
	}
	check_hosts(old_hosts_sort(mem, &list), &list);
}

/* --- history --- */

static bool on_message(void *context, const struct history_message *message,
		       struct error *err)
{
	(void)context;
	(void)err;
	require(message->line > 0);
	require(fuzz_is_line(message->job) && *message->job != '\0');
	require(fuzz_is_line(message->reporter) && *message->reporter != '\0');
	require(message->received_s > 0);
	require(message->client.family != NET_NONE);
	require(domain_is_valid(message->from));
	require(*message->mail_from == '\0' ||
		domain_is_valid(message->mail_from));
	require(message->spf != NULL);
	require(message->action <= HISTORY_HELD);
	require(message->signature_count <= LIMIT_IMPORT_SIGNATURES);
	for (size_t i = 0; i < message->signature_count; i++)
		require(domain_is_valid(message->signatures[i].domain));
	return true;
}

static bool on_torn(void *context, long line, const char *why,
		    struct error *err)
{
	(void)context;
	(void)err;
	require(line > 0);
	require(fuzz_is_line(why) && *why != '\0');
	return true;
}

static const struct history_handler handler = {on_message, on_torn, NULL};

static void read_history(struct span bytes)
{
	FILE *file = open_bytes(bytes.data, bytes.length);
	struct error err;

	require(history_read(file, &handler, &err));
	(void)fclose(file);
}

static void read_tables(enum history_table table, struct span bytes)
{
	struct history_csv csv = {.files = {NULL}};
	struct error err = {.words = ""};
	enum history_table seen;

	csv.files[HISTORY_MESSAGES] = open_bytes(MESSAGES, strlen(MESSAGES));
	if (csv.files[table] != NULL)
		(void)fclose(csv.files[table]);
	csv.files[table] = open_bytes(bytes.data, bytes.length);
	require(history_table_of(csv.files[table], &seen, &err));
	if (!history_csv_read(&csv, &handler, &err))
		require(*err.words != '\0');
	for (size_t i = 0; i < HISTORY_TABLES; i++) {
		if (csv.files[i] != NULL)
			(void)fclose(csv.files[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span bytes = span_make((const char *)data, size);
	int what = size == 0 ? 0 : (data[0] - '0') & 7;

	if (size > 0)
		bytes = span_from(bytes, 1);
	if (what < OLD_KINDS)
		read_conf(mem, (enum old_kind)what, bytes);
	else if (what == 3)
		read_hosts(mem, bytes);
	else if (what == 4)
		read_history(bytes);
	else
		read_tables((enum history_table)(what - 4), bytes);
	mem_free(mem);
	return 0;
}
