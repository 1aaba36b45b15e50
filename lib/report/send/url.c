/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * url.c - parts of an address, as libcurl itself reads it
 * Tested by test_alignctl_notice, test_alignctl_report_replies.
 */
#include "lib/report/send/url.h"

#include <curl/curl.h>

#include "lib/base/text.h"

#define PORT_MAX 65535

static char *url_part(TALLOC_CTX *mem, const char *url, CURLUPart part)
{
	CURLU *parsed = curl_url();
	char *found = NULL;
	char *text = NULL;

	if (parsed != NULL &&
	    curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(parsed, part, &found, CURLU_DEFAULT_PORT) == CURLUE_OK)
		text = mem_strdup(mem, found);
	curl_free(found);
	curl_url_cleanup(parsed);
	return text;
}

char *url_host(TALLOC_CTX *mem, const char *url)
{
	return url_part(mem, url, CURLUPART_HOST);
}

long url_port(const char *url)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *text = url_part(mem, url, CURLUPART_PORT);
	long port = 0;

	if (text != NULL)
		(void)text_number(span_of(text), 1, PORT_MAX, &port);
	mem_free(mem);
	return port;
}
