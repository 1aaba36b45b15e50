/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * imap.c - one mailbox of a mail server, over TLS
 * Tested by test_alignctl_inbox_fetch.
 */
#include "lib/inbox/imap.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define CONNECT_MS 30000L
#define ANSWER_MS 60000 /* for each wait, and each command ten times that */
#define BUFFER_BYTES 16384
#define SHOWN 200

struct imap {
	CURL *handle;
	const char *host; /* for words */
	unsigned tag;
	int64_t end_ms; /* of the command at hand */
	size_t lines;	/* of its answer */
	size_t at;	/* what was read of the buffer */
	size_t filled;
	char buffer[BUFFER_BYTES];
	struct strbuf line;
};

static int close_imap(struct imap *imap)
{
	curl_easy_cleanup(imap->handle);
	return 0;
}

/* --- bytes --- */

static bool wait_socket(struct imap *imap, short events, struct error *err)
{
	curl_socket_t socket = CURL_SOCKET_BAD;
	int64_t left_ms = imap->end_ms - clock_monotonic_ms(clock_system());
	struct pollfd wanted = {.events = events};

	(void)curl_easy_getinfo(imap->handle, CURLINFO_ACTIVESOCKET, &socket);
	wanted.fd = socket;
	if (left_ms > ANSWER_MS)
		left_ms = ANSWER_MS;
	int ready = left_ms > 0 ? poll(&wanted, 1, (int)left_ms) : 0;
	if (ready > 0 || (ready < 0 && errno == EINTR))
		return true;
	return error_set(err, ERROR_SYSTEM, "%s does not answer in time",
			 imap->host);
}

static bool lose(const struct imap *imap, CURLcode code, struct error *err)
{
	return error_set(err, ERROR_SYSTEM, "%s: %s", imap->host,
			 code == CURLE_OK ? "the connection was closed"
					  : curl_easy_strerror(code));
}

static bool fill_buffer(struct imap *imap, struct error *err)
{
	for (;;) {
		size_t got = 0;
		CURLcode code = curl_easy_recv(imap->handle, imap->buffer,
					       BUFFER_BYTES, &got);
		if (code == CURLE_OK && got > 0) {
			imap->at = 0;
			imap->filled = got;
			return true;
		}
		if (code != CURLE_AGAIN)
			return lose(imap, code, err);
		if (!wait_socket(imap, POLLIN, err))
			return false;
	}
}

static bool send_text(struct imap *imap, const char *text, struct error *err)
{
	struct span left = span_of(text);

	while (left.length > 0) {
		size_t sent = 0;
		CURLcode code =
		    curl_easy_send(imap->handle, left.data, left.length, &sent);
		if (code != CURLE_OK && code != CURLE_AGAIN)
			return lose(imap, code, err);
		left = span_from(left, sent);
		if (code == CURLE_AGAIN && !wait_socket(imap, POLLOUT, err))
			return false;
	}
	return true;
}

/* --- lines and literals --- */

/* A line without its end, until the next one. */
static bool read_line(struct imap *imap, struct span *line, struct error *err)
{
	char c = '\0';

	strbuf_clear(&imap->line);
	if (++imap->lines > LIMIT_IMAP_LINES)
		return error_set(err, ERROR_INPUT,
				 "%s says more than " LIMIT_WORD(
				     LIMIT_IMAP_LINES) " lines to one command",
				 imap->host);
	while (c != '\n') {
		if (imap->at == imap->filled && !fill_buffer(imap, err))
			return false;
		c = imap->buffer[imap->at++];
		strbuf_add_char(&imap->line, c);
	}
	if (strbuf_is_full(&imap->line))
		return error_set(err, ERROR_INPUT,
				 "%s says a line of more than %d bytes",
				 imap->host, LIMIT_IMAP_LINE_BYTES);
	*line =
	    span_trim(span_make(strbuf_text(&imap->line), imap->line.length));
	return true;
}

/* "... {123}": so many bytes follow. */
static bool has_literal(struct span line, int64_t *length)
{
	size_t at = line.length;

	if (line.length == 0 || line.data[line.length - 1] != '}')
		return false;
	while (at > 0 && line.data[at - 1] != '{')
		at--;
	return at > 0 &&
	       text_number64(span_make(line.data + at, line.length - at - 1), 0,
			     UINT32_MAX, length);
}

/* Into `into`, or past (NULL). */
static bool read_literal(struct imap *imap, int64_t length, char *into,
			 struct error *err)
{
	while (length > 0) {
		if (imap->at == imap->filled && !fill_buffer(imap, err))
			return false;
		size_t step = imap->filled - imap->at;
		if ((int64_t)step > length)
			step = (size_t)length;
		if (into != NULL) {
			memcpy(into, imap->buffer + imap->at, step);
			into += step;
		}
		imap->at += step;
		length -= (int64_t)step;
	}
	return true;
}

/* --- commands --- */

static bool begin_command(struct imap *imap, const char *command,
			  struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);

	imap->lines = 0;
	imap->end_ms = clock_monotonic_ms(clock_system()) + 10 * ANSWER_MS;
	imap->tag++;
	bool ok = send_text(
	    imap, mem_printf(mem, "X%u %s\r\n", imap->tag, command), err);
	mem_free(mem);
	return ok;
}

/* Is the line the end of the command? *is_good: it went well. */
static bool ends_command(const struct imap *imap, struct span line,
			 bool *is_good)
{
	struct span tag;
	struct span rest;
	long number;

	(void)span_cut(line, ' ', &tag, &rest);
	if (tag.length < 2 || tag.data[0] != 'X' ||
	    !text_number(span_from(tag, 1), 1, INT32_MAX, &number) ||
	    number != (long)imap->tag)
		return false;
	*is_good = span_starts_nocase(rest, "OK");
	return true;
}

static bool refuse(const struct imap *imap, const char *command,
		   struct span line, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)error_set(err, ERROR_INPUT, "%s refuses %s: %s", imap->host,
			command, text_escape(mem, line, SHOWN, true));
	mem_free(mem);
	return false;
}

/* Runs it; `seen` gets each line that is no end and has no literal. */
static bool run_command(struct imap *imap, const char *command,
			void (*seen)(void *context, struct span line),
			void *context, struct error *err)
{
	struct span line;
	int64_t length;
	bool is_good;

	if (!begin_command(imap, command, err))
		return false;
	while (read_line(imap, &line, err)) {
		if (ends_command(imap, line, &is_good))
			return is_good || refuse(imap, command, line, err);
		if (has_literal(line, &length)) {
			if (!read_literal(imap, length, NULL, err))
				return false;
		} else if (seen != NULL) {
			seen(context, line);
		}
	}
	return false;
}

/* --- the mailbox --- */

/* A quoted string; other names than ASCII would need an encoding of IMAP's
 * own. */
static bool quote_mailbox(TALLOC_CTX *mem, const char *name, char **quoted,
			  struct error *err)
{
	struct strbuf text;

	if (!text_is_ascii(span_of(name)))
		return error_set(err, ERROR_USAGE,
				 "the mailbox has a name that is not ASCII");
	strbuf_init(&text, mem, 2 * strlen(name) + 2);
	strbuf_add_char(&text, '"');
	for (; *name != '\0'; name++) {
		if (*name == '"' || *name == '\\')
			strbuf_add_char(&text, '\\');
		strbuf_add_char(&text, *name);
	}
	strbuf_add_char(&text, '"');
	*quoted = strbuf_text(&text);
	return true;
}

static char *url_part(TALLOC_CTX *mem, CURLU *url, CURLUPart part)
{
	char *found = NULL;
	char *text = NULL;

	if (curl_url_get(url, part, &found, CURLU_URLDECODE) == CURLUE_OK)
		text = mem_strdup(mem, found);
	curl_free(found);
	return text;
}

struct address {
	const char *host;
	const char *user;
	const char *mailbox;
};

static bool read_parts(TALLOC_CTX *mem, CURLU *url, struct address *address,
		       struct error *err)
{
	const char *scheme = url_part(mem, url, CURLUPART_SCHEME);
	const char *path = url_part(mem, url, CURLUPART_PATH);

	if (scheme == NULL || strcmp(scheme, "imaps") != 0)
		return error_set(err, ERROR_USAGE,
				 "the address does not begin with imaps://");
	if (url_part(mem, url, CURLUPART_PASSWORD) != NULL)
		return error_set(err, ERROR_USAGE,
				 "the address has a password, which others "
				 "see: put it into a file (--password-file)");
	address->host = url_part(mem, url, CURLUPART_HOST);
	address->user = url_part(mem, url, CURLUPART_USER);
	address->mailbox = path == NULL || path[0] == '\0' || path[1] == '\0'
			       ? "INBOX"
			       : path + 1;
	if (address->user != NULL && address->host != NULL &&
	    text_is_graphic(span_of(address->host)))
		return true;
	return error_set(err, ERROR_USAGE, "the address names no user");
}

static bool read_address(TALLOC_CTX *mem, const char *text,
			 struct address *address, struct error *err)
{
	CURLU *url = curl_url();
	bool ok = url != NULL &&
		  curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK;

	if (ok)
		ok = read_parts(mem, url, address, err);
	else
		(void)error_set(err, ERROR_USAGE, "it is no address");
	curl_url_cleanup(url);
	return ok || error_wrap(err,
				"%.100s (allowed: "
				"imaps://USER@HOST[:PORT][/MAILBOX])",
				text);
}

/* The mailbox is none of libcurl's affair, which would select it. */
static bool set_options(CURL *handle, const struct imap_place *place,
			const struct address *address, struct error *err)
{
	CURLU *url = curl_url();
	char *bare = NULL;
	bool ok =
	    url != NULL &&
	    curl_url_set(url, CURLUPART_URL, place->url, 0) == CURLUE_OK &&
	    curl_url_set(url, CURLUPART_PATH, "/", 0) == CURLUE_OK &&
	    curl_url_set(url, CURLUPART_USER, NULL, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_URL, &bare, 0) == CURLUE_OK;

	if (ok)
		(void)curl_easy_setopt(handle, CURLOPT_URL, bare);
	curl_free(bare);
	curl_url_cleanup(url);
	(void)curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "imaps");
	(void)curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(handle, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	(void)curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)ANSWER_MS);
	(void)curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
	(void)curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
	(void)curl_easy_setopt(handle, CURLOPT_SSLVERSION,
			       (long)CURL_SSLVERSION_TLSv1_2);
	(void)curl_easy_setopt(handle, CURLOPT_USERNAME, address->user);
	(void)curl_easy_setopt(handle, CURLOPT_PASSWORD, place->password);
	(void)curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L);
	if (place->ca_file != NULL)
		(void)curl_easy_setopt(handle, CURLOPT_CAINFO, place->ca_file);
	return ok || error_set(err, ERROR_USAGE, "it is no address");
}

static bool connect_imap(struct imap *imap, const struct imap_place *place,
			 struct error *err)
{
	struct address address;
	char *mailbox;

	if (!read_address(imap, place->url, &address, err) ||
	    !quote_mailbox(imap, address.mailbox, &mailbox, err))
		return false;
	imap->host = address.host;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		imap->handle = curl_easy_init();
	if (imap->handle == NULL)
		return error_set(err, ERROR_SYSTEM, "libcurl does not start");
	if (!set_options(imap->handle, place, &address, err))
		return false;
	CURLcode code = curl_easy_perform(imap->handle);
	if (code != CURLE_OK)
		return lose(imap, code, err);
	return run_command(imap, mem_printf(imap, "SELECT %s", mailbox), NULL,
			   NULL, err);
}

bool imap_open(TALLOC_CTX *mem, const struct imap_place *place,
	       struct imap **imap, struct error *err)
{
	struct imap *made = mem_new(mem, struct imap);

	talloc_set_destructor(made, close_imap);
	strbuf_init(&made->line, made, LIMIT_IMAP_LINE_BYTES);
	if (connect_imap(made, place, err)) {
		*imap = made;
		return true;
	}
	mem_free(made);
	return false;
}

/* --- mails --- */

struct finding {
	TALLOC_CTX *mem;
	struct imap_uids uids;
};

/* "* SEARCH 4 7 9" */
static void see_search(void *context, struct span line)
{
	struct finding *finding = context;
	struct imap_uids *uids = &finding->uids;
	struct span word;
	long uid;

	if (!span_starts_nocase(line, "* SEARCH"))
		return;
	line = span_trim(span_from(line, strlen("* SEARCH")));
	while (line.length > 0 && uids->count < LIMIT_IMAP_UIDS) {
		(void)span_cut(line, ' ', &word, &line);
		if (!text_number(word, 1, INT32_MAX, &uid))
			continue;
		if (uids->items == NULL)
			uids->items =
			    mem_array(finding->mem, uint32_t, LIMIT_IMAP_UIDS);
		uids->items[uids->count++] = (uint32_t)uid;
	}
}

bool imap_unseen(TALLOC_CTX *mem, struct imap *imap, struct imap_uids *uids,
		 struct error *err)
{
	struct finding finding = {.mem = mem};

	if (!run_command(imap, "UID SEARCH UNSEEN UNDELETED", see_search,
			 &finding, err))
		return false;
	*uids = finding.uids;
	return true;
}

/* The first literal of the answer is the mail; of others nothing is kept. */
static bool take_literal(TALLOC_CTX *mem, struct imap *imap, int64_t length,
			 struct span *bytes, bool *is_whole, struct error *err)
{
	char *into = NULL;

	if (!*is_whole && length <= LIMIT_IMAP_MAIL_BYTES)
		into = mem_array(mem, char, (size_t)length + 1);
	if (!read_literal(imap, length, into, err))
		return false;
	if (into != NULL) {
		*bytes = span_make(into, (size_t)length);
		*is_whole = true;
	}
	return true;
}

bool imap_fetch(TALLOC_CTX *mem, struct imap *imap, uint32_t uid,
		struct span *bytes, bool *is_whole, struct error *err)
{
	const char *command =
	    mem_printf(mem, "UID FETCH %u BODY.PEEK[]", (unsigned)uid);
	struct span found = span_make("", 0);
	struct span line;
	int64_t length;
	bool is_found = false;
	bool is_good;

	if (!begin_command(imap, command, err))
		return false;
	while (read_line(imap, &line, err)) {
		if (ends_command(imap, line, &is_good)) {
			*bytes = found;
			*is_whole = is_found;
			return is_good || refuse(imap, command, line, err);
		}
		if (has_literal(line, &length) &&
		    !take_literal(mem, imap, length, &found, &is_found, err))
			return false;
	}
	return false;
}

bool imap_mark(struct imap *imap, uint32_t uid, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool ok =
	    run_command(imap,
			mem_printf(mem, "UID STORE %u +FLAGS.SILENT (\\Seen)",
				   (unsigned)uid),
			NULL, NULL, err);

	mem_free(mem);
	return ok;
}
