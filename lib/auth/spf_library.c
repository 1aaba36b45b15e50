/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_library.c - the only file that knows libspf2
 *
 * libspf2's own limits, messages and explanations are not relied on: spf_guard
 * counts, and text made by libspf2 holds unescaped foreign bytes and goes
 * nowhere.
 */
#include "lib/auth/spf_library.h"

#include <netinet/in.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <spf2/spf.h>

/* libspf2 calls this when memory is out or its own state is broken. */
static void __attribute__((noreturn))
on_error(const char *file, int line, const char *words)
{
	(void)fprintf(stderr, "libspf2: %s:%d: %s\n", file, line, words);
	abort();
}

static void on_message(const char *file, int line, const char *words)
{
	(void)file;
	(void)line;
	(void)words;
}

void spf_library_start(void)
{
	SPF_error_handler = on_error;
	SPF_warning_handler = on_message;
	SPF_info_handler = on_message;
	SPF_debug_handler = on_message;
}

/* As in mem.h: no memory, no sense in going on. */
static void *need(void *pointer)
{
	if (pointer == NULL)
		on_error(__FILE__, __LINE__, "out of memory");
	return pointer;
}

/* What libspf2's callbacks find in the hook. */
struct check {
	struct spf_guard *guard;
	const SPF_request_t *request;
};

static SPF_dns_stat_t host_error(enum dns_status status)
{
	switch (status) {
	case DNS_OK:
		return NETDB_SUCCESS;
	case DNS_NODATA:
		return NO_DATA;
	case DNS_NXDOMAIN:
		return HOST_NOT_FOUND;
	case DNS_TEMPORARY:
	case DNS_BOGUS:
		break;
	}
	return TRY_AGAIN;
}

/* Copies `length` bytes into the next place of `rr`. */
static void add_record(SPF_dns_rr_t *rr, const void *bytes, size_t length)
{
	if (SPF_dns_rr_buf_realloc(rr, rr->num_rr, length) != SPF_E_SUCCESS)
		on_error(__FILE__, __LINE__, "out of memory");
	memcpy(rr->rr[rr->num_rr], bytes, length);
	rr->num_rr++;
}

static void add_records(SPF_dns_rr_t *rr, ns_type type,
			const struct dns_answer *answer)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_record *record = &answer->records[i];
		const char *name = record->name;

		if (type == ns_t_a)
			add_record(rr, record->address, 4);
		else if (type == ns_t_aaaa)
			add_record(rr, record->address, 16);
		else if (name[0] != '\0') /* MX 0 ".": no host, RFC 7505 */
			add_record(rr, name, strlen(name) + 1);
	}
}

/* libspf2 asks through this for addresses, MX and PTR only. */
static SPF_dns_rr_t *on_lookup(SPF_dns_server_t *server, const char *name,
			       ns_type type, int should_cache)
{
	const struct check *check = server->hook;
	static const struct dns_answer no_data = {.status = DNS_NODATA};
	const struct dns_answer *answer = &no_data;

	(void)should_cache;
	if (type == ns_t_a || type == ns_t_aaaa || type == ns_t_mx ||
	    type == ns_t_ptr)
		answer =
		    spf_guard_lookup(check->guard, name, (enum dns_type)type,
				     check->request->cur_dom);
	SPF_dns_rr_t *rr = need(SPF_dns_rr_new_init(
	    server, name, type, 0, host_error(answer->status)));
	add_records(rr, type, answer);
	return rr;
}

/* Appends the compiled mechanisms of `part` to `whole`. */
static void append_mechanisms(SPF_record_t *whole, const SPF_record_t *part)
{
	size_t length = whole->mech_len + part->mech_len;
	char *room = heap_resized(whole->mech_first, length, 1);

	memcpy(room + whole->mech_len, part->mech_first, part->mech_len);
	whole->mech_first = (SPF_mech_t *)(void *)room;
	whole->mech_len = length;
	whole->mech_size = length;
	whole->num_mech = (unsigned char)(whole->num_mech + part->num_mech);
	whole->num_dns_mech =
	    (unsigned char)(whole->num_dns_mech + part->num_dns_mech);
}

/* One term at a time, since a record compiled at once must fit 511 bytes. */
static SPF_errcode_t compile(SPF_server_t *server, SPF_response_t *response,
			     const struct text_list *terms, SPF_record_t *whole)
{
	for (size_t i = 0; i < terms->count; i++) {
		SPF_record_t *part = NULL;
		SPF_errcode_t code = SPF_record_compile(server, response, &part,
							terms->items[i]);
		if (code == SPF_E_SUCCESS && part->mech_len > 0)
			append_mechanisms(whole, part);
		if (part != NULL)
			SPF_record_free(part);
		if (code != SPF_E_SUCCESS)
			return code;
	}
	return SPF_E_SUCCESS;
}

static SPF_errcode_t refuse(SPF_response_t *response, SPF_result_t result,
			    SPF_errcode_t code)
{
	response->result = result;
	return SPF_response_add_error(response, code, "no record");
}

static SPF_errcode_t on_get_spf(SPF_server_t *server, SPF_request_t *request,
				SPF_response_t *response, SPF_record_t **record)
{
	const struct check *check = server->resolver->hook;
	struct text_list terms;

	/* Or "include:%{d}.%{d}.example" would grow without end. */
	request->cur_dom = spf_macro_cut_name(request->cur_dom);
	switch (spf_guard_fetch(check->guard, request->cur_dom, &terms)) {
	case SPF_FETCH_OK:
		break;
	case SPF_FETCH_NONE:
		return refuse(response, SPF_RESULT_NONE, SPF_E_NOT_SPF);
	case SPF_FETCH_PERMERROR:
		return refuse(response, SPF_RESULT_PERMERROR, SPF_E_SYNTAX);
	case SPF_FETCH_TEMPERROR:
		return refuse(response, SPF_RESULT_TEMPERROR, SPF_E_DNS_ERROR);
	}
	SPF_record_t *whole = need(SPF_record_new(server, NULL));
	whole->version = 1;
	SPF_errcode_t code = compile(server, response, &terms, whole);
	if (code == SPF_E_SUCCESS)
		*record = whole;
	else
		SPF_record_free(whole);
	return code;
}

/* Explanations are the sender's words; none is fetched. */
static SPF_errcode_t on_get_exp(SPF_server_t *server, const char *domain,
				char **text, size_t *length)
{
	(void)server;
	(void)domain;
	(void)text;
	(void)length;
	return SPF_E_SUCCESS;
}

static void set_client(SPF_request_t *request, const struct net_address *client)
{
	struct in_addr ipv4;
	struct in6_addr ipv6;

	if (client->family == NET_IPV4) {
		memcpy(&ipv4, client->bytes, sizeof ipv4);
		(void)SPF_request_set_ipv4(request, ipv4);
	} else {
		memcpy(&ipv6, client->bytes, sizeof ipv6);
		(void)SPF_request_set_ipv6(request, ipv6);
	}
}

/* The result alone is not enough: after DNS trouble and syntax errors libspf2
 * leaves it invalid and only the code speaks. */
static enum auth_result map_result(SPF_result_t result, SPF_errcode_t code)
{
	switch (result) {
	case SPF_RESULT_NEUTRAL:
		return AUTH_NEUTRAL;
	case SPF_RESULT_PASS:
		return AUTH_PASS;
	case SPF_RESULT_FAIL:
		return AUTH_FAIL;
	case SPF_RESULT_SOFTFAIL:
		return AUTH_SOFTFAIL;
	case SPF_RESULT_NONE:
		return AUTH_NONE;
	case SPF_RESULT_TEMPERROR:
		return AUTH_TEMPERROR;
	case SPF_RESULT_PERMERROR:
		return AUTH_PERMERROR;
	case SPF_RESULT_INVALID:
		break;
	}
	if (code == SPF_E_DNS_ERROR || code == SPF_E_NO_MEMORY)
		return AUTH_TEMPERROR;
	return AUTH_PERMERROR;
}

/* Troubles that the guard cannot see. */
static void explain(struct spf_guard *guard, enum auth_result result,
		    SPF_errcode_t code)
{
	if (guard->reason != NULL ||
	    (result != AUTH_PERMERROR && result != AUTH_TEMPERROR))
		return;
	guard->reason = code == SPF_E_RECURSIVE ? "record includes itself"
						: "record cannot be evaluated";
}

static enum auth_result query(struct spf_guard *guard, SPF_request_t *request)
{
	SPF_response_t *response = NULL;
	SPF_errcode_t code = SPF_request_query_mailfrom(request, &response);

	need(response);
	enum auth_result result =
	    map_result(SPF_response_result(response), code);
	if (guard->is_over_limit)
		result = AUTH_PERMERROR;
	explain(guard, result, code);
	SPF_response_free(response);
	return result;
}

enum auth_result spf_library_check(struct spf_guard *guard)
{
	struct check check = {.guard = guard};
	SPF_dns_server_t dns = {.lookup = on_lookup,
				.get_spf = on_get_spf,
				.get_exp = on_get_exp,
				.name = "alignd",
				.hook = &check};
	SPF_server_t *server = need(SPF_server_new_dns(&dns, 0));
	SPF_request_t *request = need(SPF_request_new(server));

	check.request = request;
	set_client(request, guard->values.client);
	if (SPF_request_set_env_from(request, guard->values.sender_domain) != 0)
		on_error(__FILE__, __LINE__, "out of memory");
	enum auth_result result = query(guard, request);
	SPF_request_free(request);
	SPF_server_free(server);
	return result;
}
