/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetch_policy.c - an MTA-STS policy over HTTPS, through libcurl
 * Tested by test_posture_sts.
 */
#include "lib/posture/fetch_policy.h"

#include <curl/curl.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define HTTPS_PORT 443
#define ADDRESSES_BYTES 4096
#define SHOWN_MAX 160

enum { HTTP_OK = 200, HTTP_REDIRECTS = 300, HTTP_REDIRECTS_END = 400 };

/* What has come. */
struct coming {
	struct strbuf text;
	size_t header_bytes;
	bool is_too_large;
};

/* --- bytes; less than what came ends the transfer --- */

static size_t take_text(char *bytes, size_t size, size_t count, void *context)
{
	struct coming *coming = context;

	strbuf_add(&coming->text, bytes, size * count);
	if (!strbuf_is_full(&coming->text))
		return size * count;
	coming->is_too_large = true;
	return 0;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
	struct coming *coming = context;

	(void)bytes;
	coming->header_bytes += size * count;
	if (coming->header_bytes <= LIMIT_STS_HEADER_BYTES)
		return size * count;
	coming->is_too_large = true;
	return 0;
}

/* --- set-up --- */

/* "HOST:PORT:192.0.2.1,[2001:db8::1]" */
static char *resolved(TALLOC_CTX *mem, const struct fetch_request *request)
{
	struct strbuf text;
	char address[NET_ADDRESS_TEXT];

	strbuf_init(&text, mem, ADDRESSES_BYTES);
	strbuf_printf(&text, "%s:%u:", request->host, request->port);
	for (size_t i = 0; i < request->count; i++)
		strbuf_printf(
		    &text,
		    request->addresses[i].family == NET_IPV6 ? "%s[%s]"
							     : "%s%s",
		    i == 0 ? "" : ",",
		    net_address_text(&request->addresses[i], address));
	return strbuf_text(&text);
}

static void set_bounds(CURL *handle, struct coming *coming)
{
	(void)curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
			       (long)LIMIT_STS_FETCH_MS);
	(void)curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_text);
	(void)curl_easy_setopt(handle, CURLOPT_WRITEDATA, coming);
	(void)curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
	(void)curl_easy_setopt(handle, CURLOPT_HEADERDATA, coming);
}

static void set_trust(CURL *handle, const struct fetch_request *request)
{
	(void)curl_easy_setopt(handle, CURLOPT_SSLVERSION,
			       (long)CURL_SSLVERSION_TLSv1_2);
	(void)curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
	(void)curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
	if (request->ca_file != NULL)
		(void)curl_easy_setopt(handle, CURLOPT_CAINFO,
				       request->ca_file);
}

static void set_target(TALLOC_CTX *mem, CURL *handle,
		       const struct fetch_request *request)
{
	const char *url = mem_printf(mem, "https://%s/.well-known/mta-sts.txt",
				     request->host);

	(void)curl_easy_setopt(handle, CURLOPT_URL, url);
	(void)curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https");
	(void)curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(handle, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(handle, CURLOPT_USERAGENT, "alignctl");
	(void)curl_easy_setopt(handle, CURLOPT_HTTP_VERSION,
			       (long)CURL_HTTP_VERSION_1_1);
}

/* --- what it came to --- */

static enum fetch_outcome outcome_of(CURLcode code, long status,
				     const struct coming *coming)
{
	if (coming->is_too_large)
		return FETCH_TOO_LARGE;
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return FETCH_CERTIFICATE;
	if (code != CURLE_OK)
		return FETCH_FAILED;
	if (status >= HTTP_REDIRECTS && status < HTTP_REDIRECTS_END)
		return FETCH_REDIRECT;
	return status == HTTP_OK ? FETCH_DONE : FETCH_STATUS;
}

/* libcurl names what it was told in its words; a host's bytes are in some. */
static const char *say_why(TALLOC_CTX *mem, enum fetch_outcome outcome,
			   CURLcode code, long status, const char *words)
{
	if (outcome == FETCH_DONE)
		return NULL;
	if (outcome == FETCH_TOO_LARGE)
		return mem_printf(mem,
				  "the answer is larger than %d bytes, or its "
				  "header than %d",
				  LIMIT_STS_POLICY_BYTES,
				  LIMIT_STS_HEADER_BYTES);
	if (outcome == FETCH_REDIRECT || outcome == FETCH_STATUS)
		return mem_printf(mem, "the answer is HTTP %ld", status);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return mem_printf(mem, "no whole answer in %d s",
				  LIMIT_STS_FETCH_MS / 1000);
	if (*words == '\0')
		words = curl_easy_strerror(code);
	return text_escape(mem, span_of(words), SHOWN_MAX, true);
}

static const char *media_type(TALLOC_CTX *mem, CURL *handle)
{
	char *type = NULL;

	(void)curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type);
	return text_escape(mem, span_of(type), SHOWN_MAX, true);
}

static struct fetched_policy perform(TALLOC_CTX *mem, CURL *handle,
				     struct coming *coming)
{
	char words[CURL_ERROR_SIZE] = "";
	struct fetched_policy got = {.type = ""};
	long status = 0;

	(void)curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, words);
	CURLcode code = curl_easy_perform(handle);
	(void)curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, NULL);
	(void)curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
	got.outcome = outcome_of(code, status, coming);
	got.why = say_why(mem, got.outcome, code, status, words);
	if (got.outcome != FETCH_DONE)
		return got;
	got.type = media_type(mem, handle);
	got.text = span_make(strbuf_text(&coming->text), coming->text.length);
	return got;
}

struct fetched_policy fetch_policy(TALLOC_CTX *mem,
				   const struct fetch_request *request)
{
	struct fetched_policy got = {.outcome = FETCH_FAILED,
				     .why = "libcurl does not start",
				     .type = ""};
	const char *target =
	    mem_printf(mem, "%s:%d:%s:%u", request->host, HTTPS_PORT,
		       request->host, request->port);
	struct curl_slist *addresses =
	    curl_slist_append(NULL, resolved(mem, request));
	struct curl_slist *targets = curl_slist_append(NULL, target);
	struct coming coming = {.header_bytes = 0};
	CURL *handle = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK
			   ? curl_easy_init()
			   : NULL;

	strbuf_init(&coming.text, mem, LIMIT_STS_POLICY_BYTES);
	if (handle != NULL && addresses != NULL && targets != NULL) {
		set_target(mem, handle, request);
		set_bounds(handle, &coming);
		set_trust(handle, request);
		(void)curl_easy_setopt(handle, CURLOPT_RESOLVE, addresses);
		(void)curl_easy_setopt(handle, CURLOPT_CONNECT_TO, targets);
		got = perform(mem, handle, &coming);
	}
	curl_easy_cleanup(handle);
	curl_slist_free_all(addresses);
	curl_slist_free_all(targets);
	return got;
}
