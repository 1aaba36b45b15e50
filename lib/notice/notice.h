/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NOTICE_NOTICE_H
#define NOTICE_NOTICE_H

/*
 * notice - what people are told without asking, as plain data
 *
 *	gather.h   reads the store and leaves facts
 *	choose.h   which of them are news to a place; what to remember then
 *	show.h     facts as text, HTML, JSON; mail.h puts two into a mail
 *	webhook.h  posts one
 *
 * A fact is a count of something, since when, and what to do about it: a
 * command to type, or a reason where there is none; both may be there. Its
 * texts are printable ASCII, cut, and hold nothing that a mail program would
 * make a link of (notice_plain). All of it is below one context.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

/* In the order in which they are told. */
enum notice_kind {
	NOTICE_HELD,	    /* mail that waits for somebody */
	NOTICE_WAVE,	    /* of mail that claims to be ours */
	NOTICE_LIKELY,	    /* errors: good mail that was refused or held */
	NOTICE_PATH,	    /* by which mail used to pass, refused now */
	NOTICE_SOURCE,	    /* sends in our names, and fails */
	NOTICE_TLS,	    /* sessions that others could not protect */
	NOTICE_POSTURE,	    /* of our domains, changed or grave */
	NOTICE_OVERRIDE,    /* that ends, or has */
	NOTICE_DESTINATION, /* that takes none of our reports */
	NOTICE_RUN,	    /* of reports, that failed */
	NOTICE_FLEET,	    /* a host of it that does not fare well */
	NOTICE_KINDS
};

struct notice_kind_row {
	const char *name;    /* for programs */
	const char *heading; /* for people */
	const char *more;    /* the command that shows all of the kind */
};

extern const struct notice_kind_row notice_kinds[NOTICE_KINDS];

struct notice_fact {
	enum notice_kind kind;
	const char *key;   /* by which it is known again; never shown */
	bool is_standing;  /* told each time while it stands; else once */
	bool is_over;	   /* nothing of it remains once it was told */
	int64_t level;	   /* above the one that was told it is news again */
	int64_t renewed_s; /* gone for so long it is news again; 0: never */
	const char *words;
	int64_t count;
	int64_t since_s;     /* 0: not known */
	const char *command; /* NULL: a reason is there */
	const char *reason;
};

struct notice {
	const char *title; /* "digest" "alert" */
	const char *host;
	int64_t since_s; /* 0: an alert, of what is now */
	int64_t until_s;
	size_t count;
	struct notice_fact *items;	/* kind by kind */
	int64_t left_out[NOTICE_KINDS]; /* not among the items */
	int64_t waiting;		/* alarms that wait for the next hour */
};

/* Adds a fact, its texts copied; past LIMIT_NOTICE_FACTS of its kind it is
 * counted instead. */
void notice_add(TALLOC_CTX *mem, struct notice *notice,
		const struct notice_fact *fact);

/* --- texts --- */

/* Printable ASCII of at most `max` bytes ("..." where it was cut), in which
 * "www.evil.example" and "http://..." have become "www[.]evil[.]example" and
 * "http[:]//...": what is foreign is shown and never a link. */
const char *notice_plain(TALLOC_CTX *mem, const char *text, size_t max);

/* A name as it stands where it is one of `own` or below one; else plain. */
const char *notice_domain(TALLOC_CTX *mem, const struct text_list *own,
			  const char *domain);

/* May it stand in a command, as a reference or a name does? Whoever types that
 * runs it. */
bool notice_is_word(const char *text);

/* Is it one of `own`, or below one? With an empty list all are. */
bool notice_is_own(const struct text_list *own, const char *domain);

#endif
