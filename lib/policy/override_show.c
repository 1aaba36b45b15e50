/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * override_show.c - an override for people and programs
 * Tested by test_alignctl_override.
 */
#include "lib/policy/override_show.h"

#define NAME_MAX_BYTES 400

static void put_scope(struct show *show, const struct override *item)
{
	for (int i = 0; i < OVERRIDE_KINDS; i++) {
		const char *kind = override_kind_text((enum override_kind)i);
		show_put(show, kind, kind, value_list(&item->scope[i], ", "));
	}
}

static void put_action(struct show *show, const struct override *item)
{
	const char *action = override_action_text(item->action);
	const char *reason = override_type_text(item->reason);

	show_member(show, "action", "%s, reported as %s%s", action, reason,
		    item->is_unless_indirect ? ", unless indirect mail" : "");
	show_data(show, "action", value_text(action));
	show_data(show, "reason", value_text(reason));
	show_data(show, "unless_indirect",
		  value_flag(item->is_unless_indirect));
	show_data(show, "unsafe", value_flag(item->is_unsafe));
}

struct show *override_show(TALLOC_CTX *mem, const struct override *item,
			   bool is_expired)
{
	bool is_permanent = item->end_s == OVERRIDE_PERMANENT;
	struct show *show = show_new(mem);
	struct show *scope = show_apart(show);
	char text[OVERRIDE_END_TEXT];
	const char *end = override_end_text(item, text);

	show_line(show, "%s%s",
		  text_escape(mem, span_of(item->name), NAME_MAX_BYTES, true),
		  is_expired ? " (expired)" : "");
	show_data(show, "name", value_text(item->name));
	show_data(show, "line", value_number(item->line));
	put_scope(scope, item);
	put_action(show, item);
	show_join(show, scope);
	show_data(show, "until", value_text(is_permanent ? NULL : end));
	show_member(show, "until", "%s%s", end,
		    item->is_unsafe ? ", unsafe" : "");
	show_data(show, "expired", value_flag(is_expired));
	show_put(show, "owner", "owner", value_text(item->owner));
	show_put(show, "why", "why", value_text(item->why));
	show_data(show, "file", value_text(item->path));
	show_member(show, "file", "%s:%d", text_printable(mem, item->path),
		    item->line);
	return show;
}
