/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_NOTICE_PLACE_H
#define TOOLS_NOTICE_PLACE_H

/*
 * place - where a notice goes: a mailbox, a webhook
 *
 * Each is remembered by itself: what one took and the other did not is told to
 * the other alone.
 */

#include "lib/notice/notice.h"
#include "tools/tool.h"

enum notice_way { NOTICE_MAIL, NOTICE_WEBHOOK, NOTICE_WAYS };

struct notice_place {
	enum notice_way way;
	const char *address; /* a mailbox, or https:// */
	const char *label;   /* for people, without a webhook's path */
	const char *header_file;
	const char *header_name; /* of it, for words */
	const char *ca_file;	 /* NULL: the system's */
};

/* Those that the options name, else the settings of the channel ("digest",
 * "alert"); *count may be 0. False: words in err. */
bool notice_places(struct tool *tool, const struct config *config,
		   const char *channel, struct notice_place *places,
		   size_t *count, struct error *err)
    __attribute__((warn_unused_result));

/* Gives up what handing over to them does not need (tools/report/confine.h). */
void notice_places_confine(struct tool *tool, const struct config *config,
			   const struct notice_place *places, size_t count);

/* Hands it over; false: it was not taken. A mail is signed and handed in as a
 * report is. */
bool notice_hand_over(struct tool *tool, const struct config *config,
		      const struct notice_place *place,
		      const struct notice *notice, struct error *err)
    __attribute__((warn_unused_result));

#endif
