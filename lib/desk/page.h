/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_PAGE_H
#define DESK_PAGE_H

/*
 * page - a page that is being made, and what its parts are made with
 *
 * For the files of this folder. What a part adds to `html` of a stranger's goes
 * through HTML() (lib/stats/html.h).
 */

#include "lib/desk/desk.h"
#include "lib/show/taker.h"
#include "lib/stats/html.h"
#include "lib/store/store.h"

struct desk_page {
	TALLOC_CTX *mem;
	const struct desk *desk;
	const struct desk_who *who;
	const struct desk_request *request;
	const char *rest; /* of the path, behind its route */
	struct store_reader *reader;
	const char *title; /* of the whole page */
	struct strbuf html;
	enum show_form form; /* SHOW_TEXT: a page; else data, into `data` */
	FILE *data;
	unsigned status;
	const char *location; /* where it is instead; NULL */
	const char *fault;    /* why a part of it could not be made; NULL */
};

/* One page: what follows "/" in its address. */
struct desk_route {
	const char *path;    /* "incident/": something follows; NULL ends it */
	const char *menu;    /* its name there; NULL: not in the menu */
	enum desk_role role; /* the least that may see it */
	bool has_json;
	bool has_csv;
	/* False: the page is one that says why. */
	bool (*make)(struct desk_page *page, struct error *err);
	bool is_of_all;	  /* of all mail: not for who sees that of one domain */
	bool is_of_fleet; /* there is none where no fleet is read */
};

bool desk_route_is_for(const struct desk_route *route,
		       const struct desk_who *who);

/* Has this desk the page at all? */
bool desk_route_is_there(const struct desk_route *route,
			 const struct desk *desk);

/* What is read: the store's file, or in words the fleet's record. */
const char *desk_record_name(const struct desk_page *page);

extern const struct desk_route desk_routes[];

/* The pages, each in the file of its name. */
bool desk_start(struct desk_page *page, struct error *err);
bool desk_incidents(struct desk_page *page, struct error *err);
bool desk_groups(struct desk_page *page, struct error *err);
bool desk_likely(struct desk_page *page, struct error *err);
bool desk_incident(struct desk_page *page, struct error *err);
bool desk_search(struct desk_page *page, struct error *err);
bool desk_overrides(struct desk_page *page, struct error *err);
bool desk_reports(struct desk_page *page, struct error *err);
bool desk_hosts(struct desk_page *page, struct error *err);

/* --- frame.c --- */

/* All that stands before and behind what a page says. */
void desk_frame(const struct desk_page *page, struct strbuf *whole);

/* A heading with an id of its own. */
void desk_heading(struct desk_page *page, int level, const char *id,
		  const char *words);

/* --- part.c --- */

/* What takes long is read once, and told once for each kind of page that it
 * stands on: a file, and one that is served. */
struct desk_part {
	const char *name;
	bool (*read)(struct desk_page *page, void **found, struct error *err);
	void (*put)(struct desk_page *page, const void *found);
};

/* Adds the part, or what was kept of it under its name; where it takes too long,
 * words that say so. False: among files alone. */
bool desk_put_part(struct desk_page *page, const struct desk_part *part,
		   struct error *err) __attribute__((warn_unused_result));

/* Writes the data that were kept under that name. False: there are none. */
bool desk_put_kept_data(struct desk_page *page, const char *name);

/* --- link.c --- */

/* The address of "incidents", "incident/K7QX-2M4D", "" (the start), from where
 * the page stands; NULL: among files there is none. */
const char *desk_address(const struct desk_page *page, const char *path);

/* The same with a parameter. */
const char *desk_address_with(const struct desk_page *page, const char *path,
			      const char *name, const char *value);

/* The words, as a link where there is an address. */
void desk_link(struct desk_page *page, const char *address, const char *words);

/* The page of an incident of that time; NULL: it has none. */
const char *desk_incident_address(const struct desk_page *page,
				  const char *reference, int64_t time_s);

/* --- markup.c --- */

/* A text of any length, fit for HTML(): what is not printable ASCII escaped,
 * the end cut. */
const char *desk_shown(TALLOC_CTX *mem, const char *text);

/* What people are told, but for its first `skip` items. */
void desk_put_show(struct strbuf *html, const struct show *show, size_t skip);

/* A table is begun, gets rows, and is ended. `caption` says what it lists. */
void desk_table_begin(struct strbuf *html, const struct table_column *columns,
		      const char *caption);
void desk_table_end(struct strbuf *html);
/* Cells for people; the first one leads to `address`, where that is given. */
void desk_table_row(struct strbuf *html, const struct table_column *columns,
		    const struct value *cells, size_t link_at,
		    const char *address);

/* A command line to hand on. */
void desk_put_command(struct strbuf *html, const char *command,
		      const char *words);

/* --- list.c --- */

/* A list that is asked for. */
struct desk_list {
	struct store_filter filter;
	const char *caption;
	bool has_counted; /* what was only counted is told, too */
	bool is_part;	  /* one of several: that it is empty is not told */
	/* set */
	size_t count;
	int64_t last_s; /* of the last row */
	int64_t last_id;
};

/* The place of its last row, for the next page; below `mem`. */
const char *desk_list_end(TALLOC_CTX *mem, const struct desk_list *list);

/* A table of incidents; says so where there is none. */
bool desk_put_list(struct desk_page *page, struct desk_list *list,
		   struct error *err) __attribute__((warn_unused_result));

/* The same as data. */
bool desk_write_list(struct desk_page *page, const struct store_filter *filter,
		     struct error *err) __attribute__((warn_unused_result));

/* What who asks may see of what is asked for. False: nothing of it. */
bool desk_scope(const struct desk_page *page, struct store_filter *filter);

/* Is the author domain his to see? */
bool desk_in_scope(const struct desk_page *page, const char *author_domain);

/* --- filter_form.c --- */

/* The filter of the page's parameters. False: a field is wrong; the form tells
 * of it, and the page is one with nothing but it. */
bool desk_read_filter(struct desk_page *page, struct store_filter *filter);

/* The place in a list that the page's address names, into the filter. */
bool desk_read_place(const struct desk_page *page, struct store_filter *filter,
		     struct error *err) __attribute__((warn_unused_result));

/* The fields, with what was typed. `path` is where they lead. */
void desk_put_form(struct desk_page *page, const char *path);

/* The address of this page with one parameter set anew; NULL: without it. */
const char *desk_same_with(const struct desk_page *page, const char *path,
			   const char *name, const char *value);

/* Links to the page's CSV and JSON. */
void desk_put_forms(struct desk_page *page, const char *path, bool has_csv);

#endif
