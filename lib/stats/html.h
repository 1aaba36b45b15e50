/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_HTML_H
#define STATS_HTML_H

/*
 * html - the sections of the page, each one whole
 *
 * The page itself is stats_write_html() of stats/report.h. The page's context
 * owns whatever a section needs.
 */

#include "lib/stats/report.h"

/* Charts of results, deeds, policies and DNS trouble. */
void stats_html_times(const struct stats_report *report, struct strbuf *page);

/* The domains and the networks with most failures. */
void stats_html_sources(const struct stats_report *report, struct strbuf *page);

/* Why mail met another fate than its policy asks for. */
void stats_html_exceptions(const struct stats_report *report,
			   struct strbuf *page);

/* TLS versions and confirmed names. */
void stats_html_transport(const struct stats_tally *all, struct strbuf *page);

#endif
