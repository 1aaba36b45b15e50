/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_FACTS_H
#define POSTURE_FACTS_H

/*
 * facts - what the DNS said about a domain, as plain data
 *
 * Gathered by gather.h, judged by judge.h. Answers are never NULL. Everything
 * belongs to the context that was gathered into.
 */

#include "lib/dmarc/tree.h"
#include "lib/dns/dns.h"
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

struct posture_facts {
	const char *domain;
	struct posture_dmarc dmarc;
	size_t name_count;
	struct posture_name *names;
};

#endif
