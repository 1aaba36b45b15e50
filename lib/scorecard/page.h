/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCORECARD_PAGE_H
#define SCORECARD_PAGE_H

/*
 * page - a card as a page that needs nothing but itself, to be read and printed
 */

#include "lib/base/strbuf.h"
#include "lib/scorecard/card.h"

/* The whole page. The buffer's context owns what is needed meanwhile. */
void card_write_page(const struct card *card, struct strbuf *page);

#endif
