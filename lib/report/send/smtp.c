/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * smtp.c - handing a mail in to our own mail server, through libcurl
 *
 * libcurl says that something failed, not at which command and with which
 * words: its debug output does, and is read here. What it sends (a password
 * among it) is looked at for the command's name and kept nowhere.
 */
#include "lib/report/send/smtp.h"

#include <arpa/inet.h>
#include <assert.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>

#include "lib/base/secret_file.h"
#include "lib/base/strbuf.h"
#include "lib/report/send/url.h"

#define CONNECT_TIMEOUT_MS 30000L
#define REPLY_BYTES 400 /* of a reply of several lines */
#define SHOWN_MAX 240
#define PASSWORD_MAX 1024

/* How far a transaction came: what was sent last. */
enum stage {
	STAGE_CONNECT, /* nothing, or EHLO, STARTTLS, AUTH */
	STAGE_MAIL,
	STAGE_RCPT,
	STAGE_DATA, /* DATA, and all behind it */
};

struct smtp {
	CURL *handle;
	const struct report_settings *settings;
	const char *password; /* NULL: none */

	/* The mail at hand. */
	struct span left; /* of the message, not yet sent */
	enum stage stage;
	bool is_over; /* QUIT was said: what follows is no answer */
	char reply[REPLY_BYTES + 1]; /* to the command sent last */
	size_t reply_length;
};

static int close_handle(struct smtp *smtp)
{
	curl_easy_cleanup(smtp->handle);
	return 0;
}

/* --- what the server says --- */

static void note_command(struct smtp *smtp, struct span line)
{
	static const struct {
		const char *name;
		enum stage stage;
	} commands[] = {
	    {"MAIL FROM:", STAGE_MAIL},
	    {"RCPT TO:", STAGE_RCPT},
	    {"DATA", STAGE_DATA},
	    {"BDAT", STAGE_DATA},
	};

	/* libcurl takes its leave after a refusal. */
	if (span_starts_nocase(line, "QUIT"))
		smtp->is_over = true;
	if (smtp->is_over)
		return;
	if (smtp->stage != STAGE_DATA)
		smtp->reply_length = 0;
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		if (span_starts_nocase(line, commands[i].name))
			smtp->stage = commands[i].stage;
	}
}

/* "550-no" and "550 such user" become "550-no 550 such user". The 354 before
 * the message is no answer to it. */
static void note_reply(struct smtp *smtp, struct span line)
{
	line = span_trim(line);
	if (smtp->is_over || (line.length > 0 && line.data[0] == '3'))
		return;
	if (smtp->reply_length > 0 && smtp->reply_length < REPLY_BYTES)
		smtp->reply[smtp->reply_length++] = ' ';
	size_t room = REPLY_BYTES - smtp->reply_length;
	size_t length = line.length < room ? line.length : room;
	memcpy(smtp->reply + smtp->reply_length, line.data, length);
	smtp->reply_length += length;
}

static int watch_talk(CURL *handle, curl_infotype type, char *data, size_t size,
		      void *context)
{
	struct smtp *smtp = context;

	(void)handle;
	if (type == CURLINFO_HEADER_OUT)
		note_command(smtp, span_make(data, size));
	else if (type == CURLINFO_HEADER_IN)
		note_reply(smtp, span_make(data, size));
	return 0;
}

static size_t give_bytes(char *buffer, size_t size, size_t count, void *context)
{
	struct smtp *smtp = context;
	size_t length = size * count;

	if (length > smtp->left.length)
		length = smtp->left.length;
	memcpy(buffer, smtp->left.data, length);
	smtp->left =
	    span_make(smtp->left.data + length, smtp->left.length - length);
	return length;
}

/* --- set-up --- */

static bool read_password(TALLOC_CTX *mem, const char *path,
			  const char **password, struct error *err)
{
	const struct secret_file secret = {.name = "report.smtp_password_file",
					   .path = path,
					   .user = SECRET_FILE_SENDER};
	struct span bytes;

	if (!secret_file_read(mem, &secret, PASSWORD_MAX, &bytes, err))
		return false;
	size_t length = strcspn(bytes.data, "\r\n");
	if (length == 0)
		return error_set(err, ERROR_CONFIG,
				 "%s: the first line of %.120s is empty; the "
				 "reports wait",
				 secret.name, path);
	*password = mem_strndup(mem, bytes.data, length);
	return true;
}

/* "localhost.b.test" and "127.b.test" are other hosts. */
static bool is_loopback(const char *url)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *host = url_host(mem, url);
	struct in_addr address;
	bool is_here =
	    host != NULL && (text_equals_nocase(host, "localhost") ||
			     strcmp(host, "[::1]") == 0 ||
			     (inet_pton(AF_INET, host, &address) == 1 &&
			      ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET));

	mem_free(mem);
	return is_here;
}

static void set_tls(CURL *handle, const struct report_settings *settings)
{
	/* A password never goes over a line that somebody else may have made
	 * plain. */
	bool is_needed =
	    settings->smtp_starttls == STARTTLS_REQUIRE ||
	    span_starts_nocase(span_of(settings->smtp_url), "smtps:") ||
	    (*settings->smtp_user != '\0' && !is_loopback(settings->smtp_url));
	long use = CURLUSESSL_TRY;

	if (is_needed)
		use = CURLUSESSL_ALL;
	else if (settings->smtp_starttls == STARTTLS_NO)
		use = CURLUSESSL_NONE;
	(void)curl_easy_setopt(handle, CURLOPT_USE_SSL, use);
	(void)curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER,
			       is_needed ? 1L : 0L);
	(void)curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST,
			       is_needed ? 2L : 0L);
	if (*settings->smtp_ca_file != '\0')
		(void)curl_easy_setopt(handle, CURLOPT_CAINFO,
				       settings->smtp_ca_file);
}

/* What is the same for every mail. Options of libcurl fail only where it was
 * built without them; what matters is asked again at each mail. */
static void set_options(struct smtp *smtp)
{
	CURL *handle = smtp->handle;
	const struct report_settings *settings = smtp->settings;

	(void)curl_easy_setopt(handle, CURLOPT_URL, settings->smtp_url);
	(void)curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	(void)curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(handle, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
			       CONNECT_TIMEOUT_MS);
	(void)curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
			       (long)settings->smtp_timeout_ms);
	(void)curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
	(void)curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, watch_talk);
	(void)curl_easy_setopt(handle, CURLOPT_DEBUGDATA, smtp);
	(void)curl_easy_setopt(handle, CURLOPT_READFUNCTION, give_bytes);
	(void)curl_easy_setopt(handle, CURLOPT_READDATA, smtp);
	(void)curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
	set_tls(handle, settings);
	if (*settings->smtp_user == '\0')
		return;
	(void)curl_easy_setopt(handle, CURLOPT_USERNAME, settings->smtp_user);
	(void)curl_easy_setopt(handle, CURLOPT_PASSWORD,
			       smtp->password == NULL ? "" : smtp->password);
}

bool smtp_new(TALLOC_CTX *mem, const struct report_settings *settings,
	      struct smtp **smtp, struct error *err)
{
	struct smtp *made = mem_new(mem, struct smtp);

	made->settings = settings;
	if (*settings->smtp_password_file != '\0' &&
	    !read_password(made, settings->smtp_password_file, &made->password,
			   err)) {
		mem_free(made);
		return false;
	}
	made->handle = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK
			   ? curl_easy_init()
			   : NULL;
	if (made->handle == NULL) {
		mem_free(made);
		return error_set(err, ERROR_SYSTEM, "libcurl does not start");
	}
	talloc_set_destructor(made, close_handle);
	set_options(made);
	*smtp = made;
	return true;
}

/* --- a mail --- */

static enum smtp_result judge_reply(const struct smtp *smtp)
{
	char class = smtp->reply_length > 0 ? smtp->reply[0] : '\0';
	struct span reply = span_make(smtp->reply, smtp->reply_length);

	if (smtp->stage == STAGE_CONNECT)
		return SMTP_UNAVAILABLE;
	/* The sender is ours, so his refusal is nobody else's affair; but for
	 * the size, which the server knows from MAIL. */
	if (smtp->stage == STAGE_MAIL)
		return span_starts_nocase(reply, "552") ? SMTP_UNFIT
							: SMTP_UNAVAILABLE;
	if (class != '5')
		return SMTP_DEFERRED;
	return smtp->stage == STAGE_RCPT ? SMTP_REFUSED : SMTP_UNFIT;
}

/* The server's words where it said some, else libcurl's. */
static const char *find_words(TALLOC_CTX *mem, const struct smtp *smtp,
			      CURLcode code)
{
	const char *url = text_escape(mem, span_of(smtp->settings->smtp_url),
				      SHOWN_MAX, false);

	if (smtp->reply_length > 0 && code != CURLE_OPERATION_TIMEDOUT &&
	    (smtp->reply[0] == '4' || smtp->reply[0] == '5'))
		return text_escape(mem,
				   span_make(smtp->reply, smtp->reply_length),
				   SHOWN_MAX, true);
	if (smtp->stage == STAGE_CONNECT)
		return mem_printf(mem, "%s: %s", url, curl_easy_strerror(code));
	return mem_printf(mem, "%s after the %s", curl_easy_strerror(code),
			  smtp->stage == STAGE_MAIL   ? "sender"
			  : smtp->stage == STAGE_RCPT ? "recipient"
						      : "message");
}

struct smtp_reply smtp_send(TALLOC_CTX *mem, struct smtp *smtp,
			    const char *sender, const char *recipient,
			    struct span message)
{
	struct curl_slist *recipients =
	    curl_slist_append(NULL, mem_printf(mem, "<%s>", recipient));

	assert(recipients != NULL);
	smtp->left = message;
	smtp->stage = STAGE_CONNECT;
	smtp->is_over = false;
	smtp->reply_length = 0;
	(void)curl_easy_setopt(smtp->handle, CURLOPT_MAIL_FROM,
			       mem_printf(mem, "<%s>", sender));
	(void)curl_easy_setopt(smtp->handle, CURLOPT_MAIL_RCPT, recipients);
	(void)curl_easy_setopt(smtp->handle, CURLOPT_INFILESIZE_LARGE,
			       (curl_off_t)message.length);
	CURLcode code = curl_easy_perform(smtp->handle);
	(void)curl_easy_setopt(smtp->handle, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(recipients);
	if (code == CURLE_OK)
		return (struct smtp_reply){
		    SMTP_ACCEPTED,
		    text_escape(mem, span_make(smtp->reply, smtp->reply_length),
				SHOWN_MAX, true)};
	return (struct smtp_reply){judge_reply(smtp),
				   find_words(mem, smtp, code)};
}
