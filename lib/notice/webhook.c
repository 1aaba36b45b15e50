/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * webhook.c - one HTTPS POST of a JSON object, through libcurl
 * Tested by test_alignctl_notice.
 */
#include "lib/notice/webhook.h"

#include <curl/curl.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/secret_file.h"
#include "lib/report/send/url.h"

#define SHOWN 120

enum { HTTP_GOOD = 200, HTTP_REDIRECTS = 300, HTTP_REDIRECTS_END = 400 };

/* What came in answer; less than it ends the transfer. */
static size_t count_bytes(char *bytes, size_t size, size_t count, void *context)
{
	size_t *seen = context;

	(void)bytes;
	*seen += size * count;
	return *seen <= LIMIT_WEBHOOK_ANSWER_BYTES ? size * count : 0;
}

/* --- the header --- */

static bool read_header(TALLOC_CTX *mem, const struct webhook *webhook,
			const char **header, struct error *err)
{
	const struct secret_file secret = {.name = webhook->header_name,
					   .path = webhook->header_file,
					   .user = SECRET_FILE_SENDER};
	struct span bytes;

	*header = NULL;
	if (*webhook->header_file == '\0')
		return true;
	if (!secret_file_read(mem, &secret, LIMIT_WEBHOOK_HEADER_BYTES + 1,
			      &bytes, err))
		return false;
	size_t length = strcspn(bytes.data, "\r\n");
	struct span line = span_make(bytes.data, length);
	if (length > 0 && length <= LIMIT_WEBHOOK_HEADER_BYTES &&
	    memchr(line.data, ':', length) != NULL && text_is_ascii(line)) {
		*header = mem_strndup(mem, line.data, length);
		return true;
	}
	return error_set(
	    err, ERROR_CONFIG,
	    "%s: the first line of %.100s is no header (allowed: "
	    "\"NAME: VALUE\" in printable ASCII, %d bytes at most)",
	    secret.name, webhook->header_file, LIMIT_WEBHOOK_HEADER_BYTES);
}

/* --- the POST --- */

static void set_options(CURL *handle, const struct webhook *webhook,
			const char *body, size_t *seen)
{
	(void)curl_easy_setopt(handle, CURLOPT_URL, webhook->url);
	(void)curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https");
	(void)curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(handle, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(handle, CURLOPT_USERAGENT, "alignctl");
	(void)curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
			       (long)LIMIT_WEBHOOK_MS);
	(void)curl_easy_setopt(handle, CURLOPT_SSLVERSION,
			       (long)CURL_SSLVERSION_TLSv1_2);
	(void)curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
	(void)curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
	if (webhook->ca_file != NULL)
		(void)curl_easy_setopt(handle, CURLOPT_CAINFO,
				       webhook->ca_file);
	(void)curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body);
	(void)curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
			       (curl_off_t)strlen(body));
	(void)curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, count_bytes);
	(void)curl_easy_setopt(handle, CURLOPT_WRITEDATA, seen);
	(void)curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, count_bytes);
	(void)curl_easy_setopt(handle, CURLOPT_HEADERDATA, seen);
}

/* curl_easy_strerror() and not the error buffer, which has the host's words. */
static bool judge_answer(TALLOC_CTX *mem, const struct webhook *webhook,
			 CURLcode code, long status, struct error *err)
{
	const char *host = url_host(mem, webhook->url);
	const char *shown =
	    text_escape(mem, span_of(host == NULL ? "" : host), SHOWN, false);

	if (code != CURLE_OK)
		return error_set(
		    err, ERROR_SYSTEM, "the webhook at %s: %s", shown,
		    code == CURLE_WRITE_ERROR ? "its answer is too long"
					      : curl_easy_strerror(code));
	if (status >= HTTP_GOOD && status < HTTP_REDIRECTS)
		return true;
	return error_set(err, ERROR_SYSTEM, "the webhook at %s answers %ld%s",
			 shown, status,
			 status >= HTTP_REDIRECTS && status < HTTP_REDIRECTS_END
			     ? ", and no redirect is followed"
			     : "");
}

/* No "Expect: 100-continue", which would wait for a second. */
static struct curl_slist *make_headers(const char *header)
{
	struct curl_slist *headers =
	    curl_slist_append(NULL, "Content-Type: application/json");
	struct curl_slist *more =
	    headers == NULL ? NULL : curl_slist_append(headers, "Expect:");

	if (more != NULL && header != NULL)
		more = curl_slist_append(headers, header);
	if (more != NULL)
		return headers;
	curl_slist_free_all(headers);
	return NULL;
}

static bool perform(TALLOC_CTX *mem, CURL *handle,
		    const struct webhook *webhook, const char *header,
		    const char *body, struct error *err)
{
	struct curl_slist *headers = make_headers(header);
	size_t seen = 0;
	long status = 0;

	if (headers == NULL)
		return error_set(err, ERROR_SYSTEM, "no memory for a header");
	set_options(handle, webhook, body, &seen);
	(void)curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
	CURLcode code = curl_easy_perform(handle);
	(void)curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	return judge_answer(mem, webhook, code, status, err);
}

bool webhook_post(TALLOC_CTX *mem, const struct webhook *webhook,
		  const char *body, struct error *err)
{
	const char *header;

	if (!read_header(mem, webhook, &header, err))
		return false;
	CURL *handle = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK
			   ? curl_easy_init()
			   : NULL;
	if (handle == NULL)
		return error_set(err, ERROR_SYSTEM, "libcurl does not start");
	bool ok = perform(mem, handle, webhook, header, body, err);
	curl_easy_cleanup(handle);
	return ok;
}
