/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_retire.c - alignctl report key --retire: the old key goes
 *
 * Its record must outlive what it signed: mail waits in queues, ours and those
 * of relays, for five days as a rule (RFC 5321 4.5.4.1). So the first call
 * notes the time in a file beside the key, and one that comes WAIT_DAYS later
 * deletes the key and says that the record may go. Tested by
 * test_alignctl_report_key.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file_read.h"
#include "lib/show/show.h"
#include "tools/file.h"
#include "tools/report/key.h"

#define WAIT_DAYS 7
#define NOTE_DAYS 30 /* past: who asked so long ago may have signed with it since */
#define DAY_S 86400
#define NOTE_MAX 64
#define NOTE_MODE 0644

static bool is_same_file(const char *a, const char *b)
{
	struct stat one;
	struct stat other;

	return stat(a, &one) == 0 && stat(b, &other) == 0 &&
	       one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static const char *note_path(struct tool *tool, const struct report_key *key)
{
	return mem_printf(tool->mem, "%s.retired", key->path);
}

/* What is signed with is not on its way out, whatever was asked for before. */
void report_key_keep(struct tool *tool, const struct report_key *key)
{
	(void)unlink(note_path(tool, key));
}

/* Whoever signs with a key that nobody can look up must not lose the other. */
static bool may_retire(struct tool *tool, const struct engine *engine,
		       const struct report_key *key, struct error *err)
{
	struct report_alignment alignment;
	struct report_key current;

	if (!report_key_find(tool->mem, engine->config, NULL, NULL, &current,
			     err))
		return false;
	if (strcmp(key->selector, current.selector) == 0 ||
	    is_same_file(key->path, current.path)) {
		report_key_keep(tool, &current);
		return error_set(err, ERROR_INPUT,
				 "reports are signed with the key of selector "
				 "%.80s: set report.sign_selector and "
				 "report.sign_key to the next one first",
				 key->selector);
	}
	if (!report_key_check(tool->mem, engine, &current, &alignment, err))
		return false;
	return alignment.level == REPORT_ALIGNED ||
	       error_set(err, ERROR_INPUT,
			 "the key in use is not to be found, so the old one "
			 "stays: %.160s",
			 alignment.found);
}

static bool read_note(struct tool *tool, const char *note, int64_t *since_s,
		      struct error *err)
{
	struct span text;

	return file_read(tool->mem, note, NOTE_MAX, &text, err) &&
	       (text_number64(span_trim(text), 0, INT64_MAX / 2, since_s) ||
		error_set(err, ERROR_INPUT,
			  "%.120s holds no time (seconds since 1970); delete "
			  "it, and the wait begins anew",
			  note));
}

static bool write_note(struct tool *tool, const char *note, int64_t now_s,
		       struct error *err)
{
	static const struct tool_file_rights rights = {
	    .mode = NOTE_MODE, .user = (uid_t)-1, .group = (gid_t)-1};
	const char *text = mem_printf(tool->mem, "%lld\n", (long long)now_s);

	return tool_file_write_as(tool->mem, note, span_of(text), &rights, err);
}

/* When retiring was asked for first; now, where that is now. A note of a former
 * turn, or of a clock that was wrong, is none. */
static bool take_note(struct tool *tool, const char *note, int64_t *since_s,
		      struct error *err)
{
	int64_t now_s = clock_now_s(&tool->clock);

	if (access(note, F_OK) == 0) {
		if (!read_note(tool, note, since_s, err))
			return false;
		if (*since_s <= now_s &&
		    now_s - *since_s < (int64_t)NOTE_DAYS * DAY_S)
			return true;
	}
	*since_s = now_s;
	return write_note(tool, note, now_s, err);
}

static bool delete_key(const char *path, const char *note, struct error *err)
{
	if (unlink(path) != 0)
		return error_errno(err, ERROR_SYSTEM, errno,
				   "cannot delete %.120s", path);
	return unlink(note) == 0 || errno == ENOENT ||
	       error_errno(err, ERROR_SYSTEM, errno, "cannot delete %.120s",
			   note);
}

static void tell(struct tool *tool, const struct report_key *key,
		 int64_t from_s, bool is_gone)
{
	struct show *show = show_new(tool->mem);

	show_line(show, is_gone ? "%s: deleted" : "%s: kept", key->path);
	show_data(show, "file", value_text(key->path));
	show_put(show, "selector", "selector", value_text(key->selector));
	show_put(show, "name", "record", value_text(key->name));
	show_put(show, "record_until", "may go from", value_time(from_s));
	show_data(show, "deleted", value_flag(is_gone));
	show_put(show, "next", "next",
		 value_text(
		     is_gone
			 ? mem_printf(show, "remove the record %s from the DNS",
				      key->name)
			 : mem_printf(show,
				      "leave the record %s in the DNS until "
				      "then, for mail under way; then run this "
				      "again",
				      key->name)));
	show_write(stdout, tool_form(tool), show);
}

int report_key_retire(struct tool *tool, const struct engine *engine,
		      const struct report_key *key)
{
	const char *note = note_path(tool, key);
	int64_t since_s;
	struct error err;

	if (access(key->path, F_OK) != 0) {
		(void)error_errno(&err, ERROR_INPUT, errno,
				  "no key of selector %.80s: %.120s",
				  key->selector, key->path);
		return tool_fail(&err);
	}
	if (!may_retire(tool, engine, key, &err) ||
	    !take_note(tool, note, &since_s, &err))
		return tool_fail(&err);
	int64_t from_s = since_s + (int64_t)WAIT_DAYS * DAY_S;
	bool is_due = clock_now_s(&tool->clock) >= from_s;
	if (is_due && !delete_key(key->path, note, &err))
		return tool_fail(&err);
	tell(tool, key, from_s, is_due);
	return TOOL_DONE;
}
