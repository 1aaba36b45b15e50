/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_DESK_H
#define DESK_DESK_H

/*
 * desk - pages for those who answer for refused mail
 *
 * The record in a browser, a host's own or a fleet's: the words of alignctl
 * review, explain, stats, override list, report status and fleet status, from
 * the same functions, as HTML, and lists as the CSV and JSON that these print.
 * Read only. Used twice: alignd-desk serves them, alignctl desk writes them as
 * files.
 *
 * A page is made whole, in one read transaction that ends with it; texts of
 * strangers come through lib/stats/html.h alone, into text and quoted
 * attributes, and desk_url_add() (request.h) into addresses. One thread at a
 * time.
 */

#include "lib/app/config.h"
#include "lib/base/strbuf.h"
#include "lib/desk/request.h"

struct desk_fleet;
struct store_path_list;

enum desk_role {
	DESK_NOBODY,
	DESK_HELPDESK, /* one reference, queue id or sender at a time */
	DESK_ANALYST,  /* all of it */
};

/* Who asks. */
struct desk_who {
	enum desk_role role;
	const char *user;	   /* for people; NULL: nobody is named */
	const char *author_domain; /* sees mail in this name and below it alone;
				      NULL: all */
};

/* What pages are made from. */
struct desk {
	const char *store;
	/* The record of a fleet, shown in place of the store's (fleet.h), of
	 * which is then taken what a fleet does not share; NULL: none. */
	struct desk_fleet *fleet;
	const struct config *config; /* NULL: refused, or not readable */
	int64_t now_s;
	int64_t page_ms;   /* what reading for a page may take */
	size_t likely_max; /* among how many incidents likely errors are looked
			      for; 0: as many as alignctl review does */
	/* Known paths (store_path_read.h), where many pages share them; NULL:
	 * each page reads them. */
	const struct store_path_list *paths;
	const char *parts; /* a folder of kept parts of pages; NULL: none */
	/* Keeps a part that was made; NULL: none is. */
	bool (*keep)(void *keeper, const char *name, struct span bytes,
		     struct error *err);
	void *keeper;
	const char *note;      /* stands on each page; NULL: nothing */
	bool is_files;	       /* pages are files: no search, no parameters */
	int64_t files_since_s; /* there: incidents before it have no page */
};

struct desk_answer {
	unsigned status;      /* of HTTP */
	const char *type;     /* Content-Type */
	const char *location; /* with 303; NULL */
	const char *file;     /* the name to save it by; NULL: it is shown */
	const char *fault;    /* what the page says went wrong; NULL: nothing */
	struct strbuf body;
};

/* The answer, whatever was asked: a fault is a page that says what to do. All
 * of it below `mem`. */
void desk_answer(TALLOC_CTX *mem, const struct desk *desk,
		 const struct desk_who *who, const struct desk_request *request,
		 struct desk_answer *answer);

/* A page that says why there is none; `advice` may be NULL. */
void desk_refuse(TALLOC_CTX *mem, const struct desk *desk, unsigned status,
		 const char *words, const char *advice,
		 struct desk_answer *answer);

/* By what name a part is kept: a fleet's is none of a host's own. */
const char *desk_part_name(TALLOC_CTX *mem, const struct desk *desk,
			   const char *name);

/* The policy that goes with each page, below `mem`. */
const char *desk_policy(TALLOC_CTX *mem);

#endif
