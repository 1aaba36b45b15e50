/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_H
#define DNS_DNS_H

/*
 * dns - questions and answers; the only door to the DNS
 *
 * A struct dns is shared by all threads: a bounded TTL cache with single
 * flight over a transport, which is libunbound (live) or a zone file
 * (fixture). A struct dns_session belongs to one message and so to one thread
 * at a time; it bounds what that message may ask and wait, remembers every
 * answer so that one message never sees two, and lists what was asked.
 *
 * Names go in as domain.h's inner form and come out likewise; SPF's macros and
 * the MX records they find may hold more, see dns_name.h. Any other name, in a
 * question, answers DNS_NXDOMAIN unasked. NXDOMAIN and NODATA are
 * answers. SERVFAIL, REFUSED, timeouts and a spent budget are DNS_TEMPORARY,
 * a failed DNSSEC validation is DNS_BOGUS; neither says anything about the
 * name (RFC 9989 4.10.1, RFC 7208 4.4).
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/settings.h"
#include "lib/dns/dns_answer.h"
#include "lib/dns/dns_statistics.h"

struct dns_settings {
	struct text_list servers; /* "192.0.2.1", "::1@5353"; empty: system's */
	int64_t budget_ms;	  /* of one message, for all its waiting */
	int64_t timeout_ms;	  /* of one question */
	long cache_entries;
	int64_t min_ttl_ms;	 /* answers are kept at least that long */
	int64_t max_ttl_ms;	 /* and at most that long */
	int64_t negative_ttl_ms; /* likewise "no such name", "no data" */
	int64_t serve_stale_ms;	 /* past its TTL, for want of an answer; 0:
				    never */
	bool dnssec;
	const char *fixture; /* zone file instead of the network; "" for none */
};

extern const struct setting dns_setting_rows[];

struct dns;
struct dns_memory;
struct dns_session;

/* A live resolver, or the fixture when settings->fixture names one. The
 * settings are copied. Starts threads: block signals before. */
bool dns_new(const struct dns_settings *settings, struct dns **dns,
	     struct error *err) __attribute__((warn_unused_result));

/* A fixture from zone text in memory, for tests. */
bool dns_new_from_text(const char *zone, struct dns **dns, struct error *err)
    __attribute__((warn_unused_result));

/* Ends the threads. No session may be left. NULL is fine. */
void dns_free(struct dns *dns);

void dns_get_statistics(struct dns *dns, struct dns_statistics *statistics);

/* A session below `mem`; its budget starts to run at the first wait. */
struct dns_session *dns_session_new(TALLOC_CTX *mem, struct dns *dns,
				    int64_t budget_ms);

/*
 * Whose mail the session is about: the author domain, before the header is
 * known that of MAIL FROM. What is asked from here on is counted as caused by
 * it (dns_quota.h). The name is copied.
 */
void dns_session_set_author(struct dns_session *session, const char *domain);

/* What stands in for answers that do not come, at that time; it outlives the
 * session. Without, only the cache does. */
void dns_session_use_memory(struct dns_session *session,
			    struct dns_memory *memory, int64_t now_s);

/* Starts a question whose answer will probably be wanted; never waits, never
 * shows in the list of what was asked, not counted as asked twice. */
void dns_session_ask_ahead(struct dns_session *session, const char *name,
			   enum dns_type type);

/* The answer, waiting at most until the question's timeout or the end of the
 * budget, for a place among the questions in flight too. Never NULL; it lives
 * as long as the session. */
const struct dns_answer *dns_session_ask(struct dns_session *session,
					 const char *name, enum dns_type type);

/* The least fresh of what was given since the last such call. */
enum dns_staleness dns_session_take_staleness(struct dns_session *session);

/* What was asked so far, in the order of first asking. */
size_t dns_session_count(const struct dns_session *session);
const struct dns_question *
dns_session_question(const struct dns_session *session, size_t index);

#endif
