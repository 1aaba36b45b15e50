/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_state.c - how the forwarder of this host fares, for who reads it here
 */
#include "lib/app/fleet_state.h"

#include "lib/app/fleet_files.h"
#include "lib/base/file_change.h"
#include "lib/base/file_read.h"
#include "lib/base/json.h"

#define STATE_BYTES_MAX 16384 /* ours take less than a thousand */
#define STATE_MODE 0640	      /* like the store's */

/* Numbers, which are most of it. */
static const struct {
	const char *key;
	size_t offset;
} numbers[] = {
    {"written", offsetof(struct fleet_state, written_s)},
    {"pid", offsetof(struct fleet_state, pid)},
    {"heard", offsetof(struct fleet_state, heard_s)},
    {"pushed", offsetof(struct fleet_state, pushed_s)},
    {"segments", offsetof(struct fleet_state, pushed)},
    {"again", offsetof(struct fleet_state, again)},
    {"aside", offsetof(struct fleet_state, aside)},
    {"offset_ms", offsetof(struct fleet_state, offset_ms)},
    {"overrides", offsetof(struct fleet_state, overrides)},
    {"overrides_newest", offsetof(struct fleet_state, overrides_newest)},
    {"compared_day", offsetof(struct fleet_state, compared_day)},
    {"reported_until", offsetof(struct fleet_state, reported_until_s)},
    {"fault_since", offsetof(struct fleet_state, fault_s)},
};

static const struct {
	const char *key;
	size_t offset;
} texts[] = {
    {"kind", offsetof(struct fleet_state, kind)},
    {"fault", offsetof(struct fleet_state, fault)},
    {"overrides_fault", offsetof(struct fleet_state, overrides_fault)},
};

bool fleet_state_write(const char *path, const struct fleet_state *state,
		       struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *object = json_new_object(mem);
	const char *bytes = (const char *)state;

	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		json_put_number(
		    object, numbers[i].key,
		    *(const int64_t *)(const void *)(bytes +
						     numbers[i].offset));
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		json_put_text(
		    object, texts[i].key,
		    *(const char *const *)(const void *)(bytes +
							 texts[i].offset));
	const char *line = mem_printf(mem, "%s\n", json_text(mem, object));
	bool is_done = file_put(path, span_of(line), STATE_MODE, err);
	mem_free(mem);
	return is_done;
}

bool fleet_state_read(TALLOC_CTX *mem, const char *path,
		      struct fleet_state *state, struct error *err)
{
	struct span file;

	if (!file_read_plain(mem, path, STATE_BYTES_MAX, &file, err))
		return false;
	const struct json *object =
	    json_read(mem, mem_strndup(mem, file.data, file.length));
	if (object == NULL)
		return error_set(err, ERROR_INPUT,
				 "%.120s is not what alignctl fleet forward "
				 "writes",
				 path);
	char *bytes = (char *)state;
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		*(int64_t *)(void *)(bytes + numbers[i].offset) =
		    json_get_number(object, numbers[i].key, 0);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		const char *text = json_get_text(object, texts[i].key);
		*(const char **)(void *)(bytes + texts[i].offset) =
		    mem_strdup(mem, text == NULL ? "" : text);
	}
	return true;
}

bool fleet_state_find(TALLOC_CTX *mem, const struct store_settings *store,
		      struct fleet_state *state)
{
	const char *path = fleet_state_path(mem, store);
	struct error unread;

	return path != NULL && fleet_state_read(mem, path, state, &unread);
}
