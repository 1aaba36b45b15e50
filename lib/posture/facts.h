/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_FACTS_H
#define POSTURE_FACTS_H

/*
 * facts - what the DNS said about a domain, as plain data
 *
 * Gathered by gather.h, judged by judge.h. Answers are never NULL. Everything
 * belongs to the context that was gathered into.
 */

#include "lib/auth/evidence.h"
#include "lib/auth/signature_key.h"
#include "lib/auth/spf_record.h"
#include "lib/dmarc/tree.h"
#include "lib/dns/dns.h"
#include "lib/posture/fetch_policy.h"
#include "lib/posture/sts_kept.h"
#include "lib/posture/sts_policy.h"
#include "lib/report/send/destination_check.h"

/* A name that a record leads to. Its registrable name is that which somebody
 * would have to own. */
struct posture_name {
	const char *place; /* "include: in the SPF record of d.test" */
	const char *name;
	const char *registrable;
	enum dns_status registrable_status; /* NXDOMAIN: it does not exist */
	/* Of the suffix below which it would be registered. Where that does
	 * not exist either ("mail.internal"), nobody can. */
	enum dns_status suffix_status;
};

/* Does a host take mail? (RFC 5321 5.1, RFC 7505) */
enum posture_reach {
	REACH_YES,
	REACH_NO_NAME, /* it does not exist */
	REACH_NO_HOST, /* neither MX nor address */
	REACH_NULL_MX, /* it says that it does not */
	REACH_UNKNOWN, /* DNS did not answer */
};

/* One URI of rua or ruf. */
struct posture_destination {
	const char *tag;     /* "rua", "ruf" */
	const char *uri;     /* as published */
	const char *address; /* NULL: it is none that reports could go to */
	bool is_gone;	     /* of a service that is gone (gone.h) */
	struct destination_check check;
	enum posture_reach reach;
};

struct posture_dmarc {
	const char *owner;		/* "_dmarc.d.test" */
	const struct dns_answer *own;	/* its TXT records */
	const struct dns_answer *plain; /* TXT records of the domain itself */
	struct discovery found;
	enum request policy; /* in force for the domain, before t */
	size_t count;
	struct posture_destination *destinations;
};

/* One term of an SPF record. */
struct posture_spf_term {
	const struct spf_term *term;
	const char *text; /* as written, escaped */
	const char *name; /* what it asks for; NULL: that depends on the mail,
			     or it asks nothing */
	/* What a client of each family would be told: of include and redirect
	 * about the record, of mx about the list, else about addresses. */
	enum dns_status status[2]; /* IPv4, IPv6; DNS_OK where not asked */
	size_t child;		   /* the record it leads to; 0: none */
};

/* One record of the tree that includes and redirects make; the first is the
 * domain's own. */
struct posture_spf_record {
	const char *domain;
	const char *via; /* the term that led here, escaped; "" at first */
	size_t parent;
	bool is_redirect; /* it stands in for its parent */
	bool can_pass;	  /* a match here passes the whole check */
	bool is_loop;	  /* one above has the same name: not followed */
	const struct dns_answer *answer;
	size_t record_count;
	struct span text;  /* with record_count 1 */
	const char *fault; /* why it is not valid; NULL: it is */
	size_t count;
	struct posture_spf_term *terms;
};

/* The daemon's own evaluation, for one client. */
struct posture_spf_check {
	const char *client;
	enum auth_result result;
	const char *reason;
	long lookups; /* terms that looked something up */
};

struct posture_spf {
	size_t count;
	struct posture_spf_record *records;
	size_t asked; /* terms with a name to ask for, of all records */
	bool is_cut;			       /* there are more of either */
	struct posture_spf_check strangers[2]; /* IPv4, IPv6: none matches */
	size_t host_count;		       /* our own, as configured */
	struct posture_spf_check *hosts;
	bool takes_mail; /* has an MX record that is not null */
};

struct posture_probe;

/* A host that a record names. */
struct posture_host {
	const char *name; /* inner form, or as dns_name.h has it */
	const struct dns_answer *alias;	       /* CNAME */
	const struct dns_answer *addresses[2]; /* A, AAAA */
	const struct dns_answer *tlsa; /* of an MX, at _25._tcp; else NULL */
	/* Of an MX that was looked at by SMTP (probe.h), an address each; it
	 * has address_count of them. */
	size_t probe_count;
	const struct posture_probe **probes;
	size_t address_count;
};

struct posture_hosts {
	const struct dns_answer *alias; /* CNAME of the domain itself */
	const struct dns_answer *addresses[2];
	const struct dns_answer *mx;
	size_t mx_count; /* but for a null MX, by preference and name */
	struct posture_host *mxs;
	const char *zone; /* where the name servers stand: at or above */
	const struct dns_answer *ns;
	const struct dns_answer *ds;
	size_t ns_count;
	struct posture_host *nss;
	const struct text_list *expected_mx; /* empty: any */
};

/* The name of a host from which our mail leaves. */
struct posture_pointer {
	const char *client;
	const struct dns_answer *names; /* PTR */
	struct evidence_iprev iprev;
};

struct posture_pointers {
	size_t count;
	struct posture_pointer *items;
};

/* The policy of MTA-STS. */
struct posture_sts {
	const char *host;     /* "mta-sts.d.test" */
	bool has_no_host;     /* it has no address */
	bool is_host_unknown; /* DNS does not say */
	struct fetched_policy fetched;
	const char *fault; /* of what was fetched; NULL: it is valid */
	struct sts_policy policy;
};

/* TXT records about TLS, and the policy one of them points at. */
struct posture_tls {
	const char *sts_owner; /* "_mta-sts.d.test" */
	const struct dns_answer *sts;
	const char *report_owner; /* "_smtp._tls.d.test" */
	const struct dns_answer *report;
	/* Of the first valid TLS-RPT record, decoded. */
	struct text_list report_addresses;
	struct text_list
	    gone; /* of these, addresses of services that are gone */
	struct text_list kept; /* URIs of the record that lead to no such one */
	struct posture_sts policy;
	int64_t now_s;		   /* when it was looked at */
	struct sts_kept_list sts_kept; /* what was offered before */
};

/* A DKIM key. */
struct posture_key {
	const char *name; /* "s1._domainkey.d.test" */
	bool is_learned;  /* from traffic: it need not be in use any more */
	const struct dns_answer *alias; /* CNAME */
	const struct dns_answer *answer;
	struct signature_key_facts says; /* of its one record */
};

struct posture_keys {
	size_t count;
	struct posture_key *items;
	const char *probe; /* a selector that nobody has: the wildcard's */
	const struct dns_answer *wildcard;
};

/* A source of mail in a domain's name that was not aligned. */
struct posture_source {
	const char *address;
	int64_t failed;
};

/* Sessions under an MTA-STS policy that failed alike. */
struct posture_tls_failure {
	const char *type; /* "certificate-expired" */
	const char *mx;
	int64_t sessions;
};

/* What reports of others said of the last POSTURE_REPORTED_DAYS. Counted are
 * those that are proved to be from whom they name: anybody can write others. */
#define POSTURE_REPORTED_DAYS 30
struct posture_reported {
	int64_t reports; /* that are proved, and of all */
	int64_t all_reports;
	int64_t messages;
	int64_t aligned;
	size_t failing; /* sources; the worst of them, as many as have failed */
	struct posture_source sources[3];
	int64_t tls_reports;
	int64_t all_tls_reports;
	/* Sessions under an MTA-STS policy, of mail to the domain. */
	int64_t sts_sessions;
	int64_t sts_failed;
	size_t tls_failing; /* kinds of failures, most sessions first */
	struct posture_tls_failure *tls_failures;
};

/* What is known of a domain beside its records: by recorded mail that passed
 * DMARC, and by reports. */
struct posture_traffic {
	const char *domain;
	struct posture_reported reported;
	struct text_list keys;	/* names of DKIM keys, at the domain or below */
	struct text_list below; /* author domains below it, not listed */
};

struct posture_facts {
	const char *domain;
	bool is_called_parked; /* by who asks: it should send no mail */
	struct posture_keys keys;
	const struct posture_traffic *traffic; /* NULL: none is known */
	bool is_validating; /* the resolver: an answer could be secure */
	struct posture_hosts hosts;
	struct posture_pointers pointers;
	struct posture_tls tls;
	struct posture_dmarc dmarc;
	struct posture_spf spf;
	size_t name_count;
	struct posture_name *names;
};

#endif
