/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * daemon_status.c - what a running daemon tells about its configuration
 */
#include "lib/app/daemon_status.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/app/past_defaults.h"
#include "lib/base/json.h"
#include "lib/base/file_read.h"

#define STATUS_BYTES_MAX 16384 /* ours take less than a thousand */
#define STATUS_MODE 0640       /* like the store's */

const char *daemon_status_path(TALLOC_CTX *mem,
			       const struct store_settings *store)
{
	if (store->sqlite[0] == '\0')
		return NULL;
	return mem_printf(mem, "%s.status", store->sqlite);
}

static const char *status_text(TALLOC_CTX *mem,
			       const struct daemon_status *status)
{
	struct json *object = json_new_object(mem);

	json_put_text(object, "version", status->version);
	json_put_number(object, "pid", status->pid);
	json_put_number(object, "started", status->started_s);
	json_put_text(object, "config", status->config_path);
	json_put_number(object, "taken", status->taken_s);
	json_put_number(object, "tried", status->tried_s);
	json_put_text(object, "refusal", status->refusal);
	json_put_text(object, "mode", status->mode);
	json_put_number(object, "mode_since", status->mode_since_s);
	json_put_number(object, "overrides", status->overrides);
	json_put_text(object, "confinement", status->confinement);
	json_put_number(object, "defaults", (int64_t)status->defaults);
	json_put_number(object, "defaults_before",
			(int64_t)status->defaults_before);
	json_put_number(object, "defaults_since", status->defaults_since_s);
	return mem_printf(mem, "%s\n", json_text(mem, object));
}

static bool write_whole(const char *path, const char *text, struct error *err)
{
	/* What an interrupted writing left is no use to anybody. */
	(void)unlink(path);
	int fd =
	    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, STATUS_MODE);
	if (fd < 0)
		return error_errno(err, ERROR_SYSTEM, errno,
				   "cannot create %.120s", path);
	size_t length = strlen(text);
	ssize_t written = write(fd, text, length);
	int failed = written < 0 ? errno : 0;
	(void)close(fd);
	if (failed == 0 && (size_t)written < length)
		failed = ENOSPC;
	return failed == 0 || error_errno(err, ERROR_SYSTEM, failed,
					  "cannot write %.120s", path);
}

bool daemon_status_write(const char *path, const struct daemon_status *status,
			 struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *fresh = mem_printf(mem, "%s.new", path);
	bool is_done = write_whole(fresh, status_text(mem, status), err);

	if (is_done && rename(fresh, path) != 0)
		is_done = error_errno(err, ERROR_SYSTEM, errno,
				      "cannot replace %.120s", path);
	mem_free(mem);
	return is_done;
}

static const char *text_at(TALLOC_CTX *mem, const struct json *object,
			   const char *key)
{
	const char *text = json_get_text(object, key);

	return mem_strdup(mem, text == NULL ? "" : text);
}

/* A newer program's place is past all that is known here. */
static size_t place_at(const struct json *object, const char *key,
		       size_t otherwise)
{
	int64_t place = json_get_number(object, key, (int64_t)otherwise);
	int64_t last = (int64_t)past_default_count();

	return place < 0 ? 0 : (size_t)(place < last ? place : last);
}

bool daemon_status_read(TALLOC_CTX *mem, const char *path,
			struct daemon_status *status, struct error *err)
{
	struct span file;

	if (!file_read_plain(mem, path, STATUS_BYTES_MAX, &file, err))
		return false;
	const struct json *object =
	    json_read(mem, mem_strndup(mem, file.data, file.length));
	if (object == NULL)
		return error_set(err, ERROR_INPUT,
				 "%.120s is not what alignd writes", path);
	*status = (struct daemon_status){
	    .version = text_at(mem, object, "version"),
	    .pid = json_get_number(object, "pid", 0),
	    .started_s = json_get_number(object, "started", 0),
	    .config_path = text_at(mem, object, "config"),
	    .taken_s = json_get_number(object, "taken", 0),
	    .tried_s = json_get_number(object, "tried", 0),
	    .refusal = json_get_text(object, "refusal"),
	    .mode = text_at(mem, object, "mode"),
	    .mode_since_s = json_get_number(object, "mode_since", 0),
	    .overrides = json_get_number(object, "overrides", 0),
	    .confinement = text_at(mem, object, "confinement"),
	    .defaults = place_at(object, "defaults", 0),
	    .defaults_since_s = json_get_number(object, "defaults_since", 0),
	};
	status->defaults_before =
	    place_at(object, "defaults_before", status->defaults);
	return true;
}

bool daemon_status_is_running(const struct daemon_status *status)
{
	if (status->pid <= 0 || status->pid > INT32_MAX)
		return false;
	return kill((pid_t)status->pid, 0) == 0 || errno == EPERM;
}

bool daemon_status_find(TALLOC_CTX *mem, const struct store_settings *store,
			struct daemon_status *status)
{
	const char *path = daemon_status_path(mem, store);
	struct error unread;

	return path != NULL && daemon_status_read(mem, path, status, &unread);
}
