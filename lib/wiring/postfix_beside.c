/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_beside.c - a milter behind alignd that takes its field out again
 *
 * rspamd removes, where its module milter_headers writes
 * Authentication-Results, every such field, whatever name it bears and whatever
 * "remove" says.
 *
 * OpenDKIM removes, where it verifies, Authentication-Results fields that bear
 * its own authserv-id and speak of DKIM: ours, where both are called after the
 * host. It is known by the Socket in its file, or by its path.
 * Tested by test_doctor.
 */
#include "lib/wiring/postfix_private.h"

#include <string.h>

#define RULE "opendkim"

/* --- OpenDKIM --- */

/* The word behind "Mode" and its like, below `mem`; NULL where it is not set.
 * The last one holds. */
static const char *setting_of(TALLOC_CTX *mem, const char *file,
			      const char *name)
{
	struct span rest = span_of(file);
	const char *value = NULL;
	struct span line;

	while (rest.length > 0) {
		(void)span_cut(rest, '\n', &line, &rest);
		line = span_trim(line);
		size_t key = 0;
		while (key < line.length && !ascii_is_blank(line.data[key]))
			key++;
		if (!span_equals_nocase(span_make(line.data, key), name))
			continue;
		struct span word = span_trim(span_from(line, key));
		size_t end = 0;
		while (end < word.length && !ascii_is_blank(word.data[end]))
			end++;
		value = mem_strndup(mem, word.data, end);
	}
	return value;
}

static bool is_opendkim(const struct postfix_view *view,
			const struct postfix_service *service,
			const char *endpoint)
{
	const char *file = view->beside->opendkim_conf;
	const char *socket =
	    file == NULL ? NULL : setting_of(view->mem, file, "Socket");
	struct mta_endpoint written;
	struct mta_endpoint own;

	if (strstr(endpoint, "opendkim") != NULL)
		return true;
	return socket != NULL &&
	       mta_endpoint_from_listen(view->mem, span_of(socket),
					view->lookup, &own) &&
	       mta_endpoint_from_postfix(view->mem, span_of(endpoint),
					 view->lookup, NET_NONE, &written) &&
	       mta_endpoint_reach(view->mem, &written, &own,
				  postfix_fact(view->facts, "queue_directory"),
				  service->is_chroot) == MTA_REACHES;
}

/* Without AuthservID it is what the MTA calls itself ({j}). */
static const char *authserv_id_of(const struct postfix_view *view)
{
	const char *id =
	    setting_of(view->mem, view->beside->opendkim_conf, "AuthservID");

	return id == NULL || strcmp(id, "HOSTNAME") == 0
		   ? postfix_fact(view->facts, "myhostname")
		   : id;
}

static void check_opendkim(const struct postfix_view *view,
			   const struct postfix_service *service)
{
	const char *file = view->beside->opendkim_conf;
	const char *mode =
	    file == NULL ? NULL : setting_of(view->mem, file, "Mode");
	const char *ours = config_authserv_id(view->mem, view->config);

	if (file == NULL)
		finding_note(view->list, RULE,
			     "service %s calls OpenDKIM behind alignd, whose "
			     "file was not found: where its Mode has v and its "
			     "AuthservID is %s, it removes alignd's field",
			     service->name, ours);
	else if ((mode == NULL || strchr(mode, 'v') != NULL) &&
		 text_equals_nocase(authserv_id_of(view), ours))
		finding_problem(
		    view->list, ERROR_CONFIG, RULE,
		    "in opendkim.conf Mode s: alignd verifies",
		    "service %s calls OpenDKIM behind alignd, which verifies "
		    "too (Mode %s) under the same name %s: it removes alignd's "
		    "Authentication-Results field",
		    service->name,
		    mode == NULL ? "sv" : finding_shown(view->list, mode),
		    ours);
}

/* --- rspamd --- */

static bool is_rspamd(const char *endpoint)
{
	return strstr(endpoint, "rspamd") != NULL ||
	       span_ends(span_of(endpoint), ":11332"); /* its usual port */
}

/* The text without "# ..." at the ends of lines. */
static char *without_comments(TALLOC_CTX *mem, const char *file)
{
	char *text = mem_strdup(mem, file);
	char *out = text;

	for (const char *in = file; *in != '\0';) {
		size_t length = strcspn(in, "#");
		memmove(out, in, length);
		out += length;
		in += length;
		in += strcspn(in, "\n");
	}
	*out = '\0';
	return text;
}

/* Is it among the list, or the word, of a setting "use"? */
static bool has_use(TALLOC_CTX *mem, const char *file, const char *wanted)
{
	const char *at = without_comments(mem, file);

	for (; (at = strstr(at, "use")) != NULL; at += strlen("use")) {
		const char *list = at + strlen("use");
		list += strspn(list, " \t\r\n=:");
		size_t length = strcspn(list, *list == '[' ? "]" : ";\n");
		if (strstr(mem_strndup(mem, list, length), wanted) != NULL)
			return true;
	}
	return false;
}

static void check_rspamd(const struct postfix_view *view,
			 const struct postfix_service *service)
{
	const char *file = view->beside->rspamd_headers;

	if (file != NULL && has_use(view->mem, file, "authentication-results"))
		finding_problem(
		    view->list, ERROR_CONFIG, "rspamd",
		    "take \"authentication-results\" out of use in "
		    "milter_headers.conf, then reload rspamd",
		    "service %s calls rspamd behind alignd, whose module "
		    "milter_headers writes Authentication-Results: it removes "
		    "all fields of that name, alignd's too",
		    service->name);
}

/* --- all of them --- */

void postfix_check_beside(const struct postfix_view *view,
			  const struct postfix_service *service,
			  const struct postfix_milters *milters, size_t ours)
{
	bool has_opendkim = false;
	bool has_rspamd = false;

	for (size_t i = ours + 1; i < milters->count; i++) {
		const char *endpoint = milters->items[i].endpoint;
		has_opendkim =
		    has_opendkim || is_opendkim(view, service, endpoint);
		has_rspamd = has_rspamd || is_rspamd(endpoint);
	}
	if (has_opendkim)
		check_opendkim(view, service);
	if (has_rspamd)
		check_rspamd(view, service);
}
