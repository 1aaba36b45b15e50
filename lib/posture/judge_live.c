/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_live.c - what mail servers showed of themselves
 *
 * RFC 3207, RFC 8996, RFC 9325; RFC 7672 and RFC 7671 for DANE. Who has TLSA
 * records of usage 3 that fit needs no name, no date and no authority (RFC 7671
 * 5.1), nor does usage 2 need one that others know; but senders that go by
 * MTA-STS want them all the same.
 * Tested by test_alignctl_posture_live.
 */
#include "lib/posture/judge.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/posture/probe.h"

#define STRENGTH_BITS 112 /* RSA 2048, EC 224 */
#define DAY_S 86400

/* Of a lifetime a sixth, and of a long one three weeks: whoever renews by a
 * program has done it long before, for certificates of six days too. */
#define SOON_PART 6
#define SOON_MOST_S (21 * DAY_S)

#define VERSIONS_BYTES 64

static const char *const version_names[PROBE_VERSIONS] = {"TLS 1.0", "TLS 1.1",
							  "TLS 1.2", "TLS 1.3"};

struct view {
	const struct posture_facts *facts;
	const struct posture_host *host;
	const struct posture_probe *probe;
	struct posture *posture;
	const char *host_name; /* fit to be shown */
	const char *name;      /* likewise, with the address where several are */
	const char *detail;
	bool is_by_sts;	    /* senders may go by MTA-STS */
	const struct sts_policy *policy; /* by this one; NULL: not known */
	bool is_by_key;	    /* a TLSA record of usage 3 fits */
	bool is_by_issuer;  /* one of usage 2 */
	bool is_by_unknown; /* one of usage 2 may fit what was not sent */
	size_t usable;	    /* TLSA records that senders heed */
	size_t steps;	    /* certificates on the way up from its own */
	size_t path[LIMIT_PROBE_CHAIN];
};

/* --- the certificates --- */

static void walk_up(struct view *view)
{
	const struct posture_probe *probe = view->probe;
	size_t at = 0;

	while (at < probe->count && view->steps < probe->count) {
		view->path[view->steps++] = at;
		if (probe->chain[at].issuer == at)
			return;
		at = probe->chain[at].issuer;
	}
}

static bool is_in_order(const struct view *view)
{
	for (size_t i = 0; i < view->steps; i++) {
		if (view->path[i] != i)
			return false;
	}
	return view->steps == view->probe->count;
}

static bool fits(const struct posture_certificate *certificate,
		 const struct dns_record *record)
{
	const unsigned char *data = (const unsigned char *)record->text;
	struct span form = certificate->forms[data[1]][data[2]];

	return form.length > 0 && form.length == record->length - 3 &&
	       memcmp(form.data, record->text + 3, form.length) == 0;
}

static void match_record(struct view *view, const struct dns_record *record)
{
	const unsigned char *data = (const unsigned char *)record->text;

	if (judge_tlsa_fault(record) != NULL)
		return;
	view->usable++;
	if (data[0] == 3) {
		view->is_by_key |= fits(&view->probe->chain[0], record);
		return;
	}
	view->is_by_unknown |= data[2] == 0;
	for (size_t i = 0; i < view->steps; i++)
		view->is_by_issuer |=
		    fits(&view->probe->chain[view->path[i]], record);
}

/* One record that fits is enough: others are of the keys before and after
 * (RFC 7671 8.1). */
static void match_tlsa(struct view *view)
{
	if (view->probe->count == 0 || !judge_is_dane(view->facts, view->host))
		return;
	for (size_t i = 0; i < view->host->tlsa->count; i++)
		match_record(view, &view->host->tlsa->records[i]);
	if (view->usable == 0 || view->is_by_key || view->is_by_issuer)
		return;
	if (view->is_by_unknown)
		posture_unchecked(view->posture,
				  "TLSA of %s: a record of usage 2 has a "
				  "certificate or key that the server does not "
				  "send",
				  view->name);
	else
		posture_add(view->posture, POSTURE_LIVE_TLSA_MISMATCH,
			    view->detail, NULL,
			    "none of %zu at _25._tcp.%s fits what %s shows",
			    view->usable, view->host_name, view->probe->place);
}

static void judge_dates(struct view *view,
			const struct posture_certificate *certificate)
{
	int64_t now_s = view->probe->now_s;
	int64_t soon_s =
	    (certificate->ends_s - certificate->begins_s) / SOON_PART;
	char text[CLOCK_TEXT];

	if (soon_s > SOON_MOST_S)
		soon_s = SOON_MOST_S;
	if (now_s < certificate->begins_s)
		posture_add(view->posture, POSTURE_LIVE_EXPIRED,
			    view->detail, NULL, "%s: it begins at %s",
			    view->name,
			    clock_text(certificate->begins_s, text));
	else if (now_s > certificate->ends_s)
		posture_add(view->posture, POSTURE_LIVE_EXPIRED,
			    view->detail, NULL, "%s: it ended at %s",
			    view->name, clock_text(certificate->ends_s, text));
	else if (certificate->ends_s - now_s < soon_s)
		posture_add(
		    view->posture, POSTURE_LIVE_EXPIRES_SOON, view->detail,
		    NULL, "%s: until %s, %d of its %d days are left",
		    view->name, clock_text(certificate->ends_s, text),
		    (int)((certificate->ends_s - now_s) / DAY_S),
		    (int)((certificate->ends_s - certificate->begins_s) /
			  DAY_S));
}

/* What senders want that look at more than the key. */
static void judge_identity(struct view *view)
{
	const struct posture_probe *probe = view->probe;

	if (probe->distrust != NULL &&
	    (view->is_by_sts || (!view->is_by_key && !view->is_by_issuer)))
		posture_add(view->posture, POSTURE_LIVE_UNTRUSTED,
			    view->detail, NULL, "%s: %s", view->name,
			    probe->distrust);
	if (view->is_by_key && !view->is_by_sts)
		return;
	if (!probe->is_named)
		posture_add(view->posture, POSTURE_LIVE_NAME, view->detail,
			    NULL, "%s: it has %s", view->name, probe->names);
	for (size_t i = 0; i < view->steps; i++)
		judge_dates(view, &probe->chain[view->path[i]]);
}

static void judge_chain(struct view *view)
{
	const struct posture_probe *probe = view->probe;

	if (probe->count == 0)
		return;
	judge_identity(view);
	if (!is_in_order(view))
		posture_add(view->posture, POSTURE_LIVE_CHAIN, view->detail,
			    NULL,
			    "%s sends %zu, of which %zu lead up from its own "
			    "one",
			    view->name, probe->count, view->steps);
	if (probe->chain[0].strength < STRENGTH_BITS)
		posture_add(view->posture, POSTURE_LIVE_KEY_SHORT,
			    view->detail, NULL, "%s: %s", view->name,
			    probe->chain[0].key);
}

/* --- versions and ciphers --- */

/* The versions between two that are answered so: "TLS 1.2, TLS 1.3", or "". */
static const char *versions_of(struct view *view, enum probe_answer answer,
			       size_t first, size_t last)
{
	struct strbuf text;

	strbuf_init(&text, view->posture, VERSIONS_BYTES);
	for (size_t i = first; i <= last; i++) {
		if (view->probe->versions[i] == answer)
			strbuf_printf(&text, "%s%s",
				      text.length > 0 ? ", " : "",
				      version_names[i]);
	}
	return text.length > 0 ? strbuf_text(&text) : "";
}

static void judge_unknown(struct view *view)
{
	const struct posture_probe *probe = view->probe;
	const char *unknown =
	    versions_of(view, PROBE_UNKNOWN, PROBE_TLS_1_0, PROBE_TLS_1_3);
	const char *reason = probe->interrupted == NULL
				 ? "it took STARTTLS back"
				 : probe->interrupted;

	if (unknown[0] != '\0')
		posture_unchecked(view->posture, "%s of %s, from %s: %s",
				  unknown, view->name, probe->from, reason);
	else if (probe->weak == PROBE_UNKNOWN)
		posture_unchecked(view->posture,
				  "weak ciphers of %s, from %s: %s", view->name,
				  probe->from, reason);
}

static void judge_versions(struct view *view)
{
	const struct posture_probe *probe = view->probe;
	const char *old =
	    versions_of(view, PROBE_YES, PROBE_TLS_1_0, PROBE_TLS_1_1);
	bool is_without_2 = probe->versions[PROBE_TLS_1_2] == PROBE_NO;
	bool is_without_3 = probe->versions[PROBE_TLS_1_3] == PROBE_NO;

	if (old[0] != '\0')
		posture_add(view->posture, POSTURE_LIVE_OLD_VERSION,
			    view->detail, NULL, "%s takes %s", view->name,
			    old);
	if (is_without_2 && is_without_3)
		posture_add(view->posture, POSTURE_LIVE_TOO_OLD,
			    view->detail, NULL, "%s takes %s", view->name,
			    old[0] == '\0' ? "no TLS at all" : old);
	else if (is_without_3)
		posture_add(view->posture, POSTURE_LIVE_NO_TLS_1_3,
			    view->detail, NULL, "%s", view->name);
	if (probe->weak == PROBE_YES)
		posture_add(view->posture, POSTURE_LIVE_WEAK_CIPHER,
			    view->detail, NULL, "%s takes %s", view->name,
			    probe->weak_cipher);
}

/* --- by the policy of MTA-STS --- */

static const char *why_out_of_date(struct view *view)
{
	char text[CLOCK_TEXT];

	for (size_t i = 0; i < view->steps; i++) {
		const struct posture_certificate *certificate =
		    &view->probe->chain[view->path[i]];
		if (view->probe->now_s < certificate->begins_s)
			return mem_printf(
			    view->posture, "its certificate begins at %s",
			    clock_text(certificate->begins_s, text));
		if (view->probe->now_s > certificate->ends_s)
			return mem_printf(
			    view->posture, "its certificate ended at %s",
			    clock_text(certificate->ends_s, text));
	}
	return NULL;
}

/* RFC 8461 4.2: the certificate has to have the host's own name, whichever
 * pattern let the host in. NULL: senders take it, or nobody knows. */
static const char *why_refused(struct view *view)
{
	const struct posture_probe *probe = view->probe;

	if (!probe->has_starttls)
		return "it offers no STARTTLS";
	if (probe->count == 0)
		return NULL;
	if (!probe->is_named)
		return mem_printf(view->posture, "its certificate has %s",
				  probe->names);
	if (probe->distrust != NULL)
		return probe->distrust;
	return why_out_of_date(view);
}

static void judge_by_policy(struct view *view)
{
	const struct sts_policy *policy = view->policy;
	const char *pattern =
	    policy == NULL ? NULL
			   : sts_policy_pattern(policy, view->host->name);
	const char *why = pattern == NULL ? NULL : why_refused(view);

	if (why != NULL && policy->mode != STS_MODE_NONE)
		posture_add(view->posture,
			    policy->mode == STS_MODE_ENFORCE
				? POSTURE_MTA_STS_SERVER_REFUSED
				: POSTURE_MTA_STS_SERVER_UNFIT,
			    view->detail, NULL,
			    "%s, which \"mx: %s\" of the policy has: %s",
			    view->name, pattern, why);
}

/* --- a server --- */

static void note_seen(struct view *view)
{
	const struct posture_probe *probe = view->probe;
	char text[CLOCK_TEXT];
	const char *certificate =
	    probe->count == 0
		? "no certificate"
		: mem_printf(view->posture, "a certificate of %s until %s",
			     probe->chain[0].key,
			     clock_text(probe->chain[0].ends_s, text));

	posture_add(view->posture, POSTURE_LIVE_SEEN, view->detail, NULL,
		    "%s, %s, seen from %s: greets \"%s\"; %s; %s",
		    view->host_name, probe->place, probe->from, probe->greeting,
		    versions_of(view, PROBE_YES, PROBE_TLS_1_0, PROBE_TLS_1_3),
		    certificate);
}

/* Another address of the same server was looked at: no fault of the server's
 * that this one is beyond this machine's reach. */
static bool is_seen_elsewhere(const struct posture_host *host)
{
	for (size_t i = 0; i < host->probe_count; i++) {
		if (host->probes[i]->unchecked == NULL)
			return true;
	}
	return false;
}

static void note_unchecked(struct view *view)
{
	const struct posture_probe *probe = view->probe;

	if (probe->is_out_of_reach && is_seen_elsewhere(view->host))
		posture_add(view->posture, POSTURE_LIVE_OUT_OF_REACH,
			    view->detail, NULL, "%s, %s, from %s: %s",
			    view->host_name, probe->place, probe->from,
			    probe->unchecked);
	else
		posture_unchecked(view->posture, "%s by SMTP, from %s: %s, %s",
				  view->host_name, probe->from, probe->place,
				  probe->unchecked);
}

static void judge_server(struct view *view)
{
	const struct posture_probe *probe = view->probe;

	if (probe->unchecked != NULL) {
		note_unchecked(view);
		return;
	}
	note_seen(view);
	if (!probe->has_starttls) {
		posture_add(view->posture, POSTURE_LIVE_NO_STARTTLS,
			    view->detail, NULL, "%s offers no STARTTLS",
			    view->name);
		judge_by_policy(view);
		return;
	}
	walk_up(view);
	match_tlsa(view);
	judge_chain(view);
	judge_by_policy(view);
	judge_versions(view);
	judge_unknown(view);
}

static const struct sts_policy *policy_of(const struct posture_facts *facts)
{
	const struct posture_sts *sts = &facts->tls.policy;

	return judge_has_sts(&facts->tls) &&
		       sts->fetched.outcome == FETCH_DONE && sts->fault == NULL
		   ? &sts->policy
		   : NULL;
}

static void judge_place(const struct posture_facts *facts,
			const struct posture_host *host,
			const struct posture_probe *probe,
			struct posture *posture)
{
	const char *shown = posture_shown(posture, span_of(host->name));
	bool is_one = host->probe_count == 1;
	struct view view = {
	    .facts = facts,
	    .host = host,
	    .probe = probe,
	    .posture = posture,
	    .host_name = shown,
	    .name = is_one ? shown
			   : mem_printf(posture, "%s at %s", shown,
					probe->address),
	    .detail = is_one ? host->name
			     : mem_printf(posture, "%s %s", host->name,
					  probe->address),
	    .is_by_sts = judge_has_sts(&facts->tls),
	    .policy = policy_of(facts),
	};

	judge_server(&view);
}

void judge_live(const struct posture_facts *facts, struct posture *posture)
{
	for (size_t i = 0; i < facts->hosts.mx_count; i++) {
		const struct posture_host *host = &facts->hosts.mxs[i];
		for (size_t at = 0; at < host->probe_count; at++)
			judge_place(facts, host, host->probes[at], posture);
		if (host->address_count > host->probe_count)
			posture_unchecked(
			    posture,
			    "%s has %zu addresses: %zu were looked at",
			    posture_shown(posture, span_of(host->name)),
			    host->address_count, host->probe_count);
	}
}
