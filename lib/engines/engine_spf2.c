/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine_spf2.c - SPF as libspf2 evaluates it
 *
 * The library asks for records and addresses through the resolver hook, picks
 * the record, compiles it, expands macros and counts terms by its own rules.
 * Text made by the library holds unescaped foreign bytes and goes nowhere;
 * explanations are never fetched.
 *
 * Kept from it: a record with bytes outside visible ASCII and blank, with a
 * term of more than 400 bytes or 60 macros, or with a macro that RFC 7208 7.1
 * does not know; a local-part outside ASCII; names that are none, which it
 * makes from macros. After LOOKUPS questions a check is ended: the library's
 * own count of terms starts anew in each include.
 */
#include "lib/engines/engines.h"

#include <netinet/in.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <spf2/spf.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/dns/dns_name.h"

#define TERM_BYTES 400
#define TERM_MACROS 60
#define LOOKUPS 200
#define RECORD_START "v=spf1"

/* What the hook finds. */
struct check {
	TALLOC_CTX *mem;
	struct dns_session *session;
	unsigned lookups;
	const char *refusal; /* what was not given to the library; or NULL */
	const char *trouble; /* why DNS said nothing; or NULL */
};

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

/* The library's messages go to standard error by default. */
static void silence_library(void)
{
	SPF_error_handler = on_error;
	SPF_warning_handler = on_message;
	SPF_info_handler = on_message;
	SPF_debug_handler = on_message;
}

/* As in mem.h: no memory, no sense in going on. */
static void *need_memory(void *pointer)
{
	if (pointer == NULL)
		on_error(__FILE__, __LINE__, "out of memory");
	return pointer;
}

/* --- what the library may see --- */

static size_t skip_characters(struct span s, size_t at, const char *characters)
{
	while (at < s.length && s.data[at] != '\0' &&
	       strchr(characters, s.data[at]) != NULL)
		at++;
	return at;
}

/* The bytes of what follows a "%" (RFC 7208 7.1); 0 when it is no macro. */
static size_t macro_length(struct span s)
{
	if (s.length > 0 && skip_characters(s, 0, "%_-") > 0)
		return 1;
	if (s.length < 3 || s.data[0] != '{' ||
	    strchr("slodiphcrtvSLODIPHCRTV", s.data[1]) == NULL)
		return 0;
	size_t digits = skip_characters(s, 2, "0123456789");
	size_t at =
	    skip_characters(s, digits, "rR") > digits ? digits + 1 : digits;
	at = skip_characters(s, at, ".-+,/_=");
	return digits - 2 <= 3 && at < s.length && s.data[at] == '}' ? at + 1
								     : 0;
}

static bool is_term_safe(struct span term)
{
	size_t macros = 0;

	if (term.length > TERM_BYTES)
		return false;
	for (size_t i = 0; i < term.length; i++) {
		if (term.data[i] <= ' ' || term.data[i] > '~')
			return false;
		if (term.data[i] != '%')
			continue;
		size_t length = macro_length(
		    span_make(term.data + i + 1, term.length - i - 1));
		if (length == 0 || ++macros > TERM_MACROS)
			return false;
		i += length;
	}
	return true;
}

/* What the library takes for an SPF record. */
static bool is_spf(struct span text)
{
	size_t length = strlen(RECORD_START);

	return span_starts_nocase(text, RECORD_START) &&
	       (text.length == length || text.data[length] == ' ' ||
		text.data[length] == '\0');
}

static bool is_record_safe(struct span record)
{
	struct span term;
	bool is_more = true;

	if (record.length > LIMIT_SPF_RECORD_BYTES)
		return false;
	while (is_more) {
		is_more = span_cut(record, ' ', &term, &record);
		if (!is_term_safe(term))
			return false;
	}
	return true;
}

/* --- DNS --- */

static SPF_dns_stat_t host_error(enum dns_status status)
{
	switch (status) {
	case DNS_OK:
		return 0; /* NETDB_SUCCESS, where there is that word */
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

/* A record that may not be given stops the check; of others the library reads
 * the beginning. */
static bool add_answer(struct check *check, SPF_dns_rr_t *rr, ns_type type,
		       const struct dns_record *record)
{
	struct span text = span_make(record->text, record->length);

	if (type == ns_t_txt && is_spf(text) && !is_record_safe(text)) {
		check->refusal = "not given to libspf2, which is not safe with "
				 "such a record";
		return false;
	}
	if (type == ns_t_txt)
		add_record(rr, record->text, record->length + 1);
	else if (type == ns_t_a)
		add_record(rr, record->address, 4);
	else if (type == ns_t_aaaa)
		add_record(rr, record->address, 16);
	else if (record->name[0] != '\0') /* MX 0 ".": no host, RFC 7505 */
		add_record(rr, record->name, strlen(record->name) + 1);
	return true;
}

static const struct dns_answer *ask_dns(struct check *check, const char *name,
					ns_type type)
{
	static const struct dns_answer no_name = {.status = DNS_NXDOMAIN};
	static const struct dns_answer no_data = {.status = DNS_NODATA};
	static const struct dns_answer stop = {.status = DNS_TEMPORARY};
	size_t length = strlen(name);
	bool has_dot = length > 0 && name[length - 1] == '.';
	char *askable =
	    mem_strndup(check->mem, name, has_dot ? length - 1 : length);

	if (check->refusal != NULL)
		return &stop;
	if (++check->lookups > LOOKUPS) {
		check->refusal = "libspf2 would ask without end";
		return &stop;
	}
	if (type != ns_t_a && type != ns_t_aaaa && type != ns_t_mx &&
	    type != ns_t_ptr && type != ns_t_txt)
		return &no_data; /* type 99, which is historic */
	text_lower(askable);
	if (!dns_name_is_askable(askable))
		return &no_name;
	return dns_session_ask(check->session, askable, (enum dns_type)type);
}

/* Members past the library's times are set by its own functions alone: a time
 * may be longer here than there, and what follows it elsewhere. */
_Static_assert(offsetof(SPF_dns_rr_t, num_rr) < offsetof(SPF_dns_rr_t, ttl) &&
		   offsetof(SPF_dns_rr_t, rr) < offsetof(SPF_dns_rr_t, ttl),
	       "what is touched lies before the times");

static SPF_dns_rr_t *new_answer(SPF_dns_server_t *server, const char *name,
				ns_type type, SPF_dns_stat_t status)
{
	return need_memory(SPF_dns_rr_new_init(server, name, type, 0, status));
}

static SPF_dns_rr_t *on_lookup(SPF_dns_server_t *server, const char *name,
			       ns_type type, int should_cache)
{
	struct check *check = server->hook;
	const struct dns_answer *answer = ask_dns(check, name, type);
	SPF_dns_rr_t *rr =
	    new_answer(server, name, type, host_error(answer->status));

	(void)should_cache;
	if (answer->status == DNS_TEMPORARY || answer->status == DNS_BOGUS)
		check->trouble = "DNS trouble";
	for (size_t i = 0; i < answer->count; i++) {
		if (!add_answer(check, rr, type, &answer->records[i])) {
			SPF_dns_rr_free(rr);
			return new_answer(server, name, type, TRY_AGAIN);
		}
	}
	return rr;
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

/* --- the check --- */

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

/* The library's texts for its codes are constants; its messages are not. */
static void conclude_check(const struct check *check, SPF_response_t *response,
			   SPF_errcode_t code, struct evidence_spf *evidence)
{
	evidence->result = map_result(SPF_response_result(response), code);
	if (check->refusal != NULL) {
		evidence->result = AUTH_PERMERROR;
		evidence->reason = check->refusal;
	} else if (evidence->result == AUTH_TEMPERROR) {
		evidence->reason = check->trouble == NULL ? SPF_strerror(code)
							  : check->trouble;
	} else if (evidence->result == AUTH_PERMERROR) {
		evidence->reason = SPF_strerror(code);
	}
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

/* What the library is asked about; LOCAL@DOMAIN, since it takes no other. */
struct question {
	const struct net_address *client;
	const char *sender;
	const char *helo;
};

static void ask_library(struct check *check, const struct question *question,
			struct evidence_spf *evidence)
{
	static pthread_once_t is_quiet = PTHREAD_ONCE_INIT;
	SPF_dns_server_t dns = {.lookup = on_lookup,
				.get_exp = on_get_exp,
				.name = "alignd",
				.hook = check};

	(void)pthread_once(&is_quiet, silence_library);
	SPF_server_t *server = need_memory(SPF_server_new_dns(&dns, 0));
	SPF_request_t *request = need_memory(SPF_request_new(server));
	SPF_response_t *response = NULL;

	set_client(request, question->client);
	if (SPF_request_set_env_from(request, question->sender) != 0 ||
	    SPF_request_set_helo_dom(request, question->helo) != SPF_E_SUCCESS)
		on_error(__FILE__, __LINE__, "out of memory");
	SPF_errcode_t code = SPF_request_query_mailfrom(request, &response);
	conclude_check(check, need_memory(response), code, evidence);
	SPF_response_free(response);
	SPF_request_free(request);
	SPF_server_free(server);
}

static struct evidence_spf
check_spf(TALLOC_CTX *mem, struct dns_session *session,
	  const struct spf_settings *settings, const struct net_address *client,
	  const char *helo, const struct path *mail_from)
{
	const char *local = mail_from->is_null ||
				    mail_from->local_part == NULL ||
				    mail_from->local_part[0] == '\0'
				? "postmaster"
				: mail_from->local_part;
	struct evidence_spf evidence = {
	    .is_helo = mail_from->is_null,
	    .domain = spf_identity(mem, helo, mail_from),
	};

	(void)settings;
	if (client->family == NET_NONE || evidence.domain == NULL) {
		evidence.reason = client->family == NET_NONE
				      ? "no client address"
				      : "no domain to check";
	} else if (!text_is_graphic(span_of(local))) {
		evidence.result = AUTH_PERMERROR;
		evidence.reason = "not given to libspf2, which is not safe "
				  "with such a local-part";
	} else {
		struct check check = {.mem = mem_context(mem),
				      .session = session};
		bool is_plain = helo != NULL && *helo != '\0' &&
				strlen(helo) <= LIMIT_HELO_BYTES &&
				text_is_graphic(span_of(helo));
		struct question question = {
		    .client = client,
		    .sender =
			mem_printf(check.mem, "%s@%s", local, evidence.domain),
		    .helo = is_plain ? helo : "unknown",
		};
		ask_library(&check, &question, &evidence);
		mem_free(check.mem);
	}
	return evidence;
}

const struct spf_engine engine_spf2 = {.name = ENGINE_SPF2, .check = check_spf};
