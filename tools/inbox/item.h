/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_INBOX_ITEM_H
#define TOOLS_INBOX_ITEM_H

/*
 * item - one mail or file, from its bytes into the store
 *
 * What is foreign in it is read by a process of its own
 * (tools/report/read_process.h); here only the header of the mail is looked at,
 * for what our own filter wrote. Of an item that is taken the reports are kept
 * or known, and what could not be read is set aside; after
 * inbox_taking_commit() it may go.
 */

#include "lib/inbox/services.h"
#include "lib/store/store_inbox.h"
#include "tools/tool.h"

struct inbox_counts {
	size_t items;
	size_t kept;
	size_t known;	/* had come before */
	size_t differs; /* kept: another content under a key that was there */
	size_t failed;	/* kept apart: its mail fails DMARC */
	size_t aside;	/* no report, or a damaged one */
};

struct inbox_taking {
	struct tool *tool;
	struct config *config;
	struct store_inbox *inbox;
	struct text_list authserv_ids; /* of those who are believed */
	struct inbox_services *reporters;
	struct inbox_counts counts;
};

/* Whose Authentication-Results are believed, where --authserv-id says nothing
 * else: alignd's, which removes forged ones, or nobody's. */
enum inbox_origin { INBOX_THROUGH_ALIGND, INBOX_ELSEWHERE };

/* Configuration and store. `is_barred`: the process needs no file but the
 * store from here on and gives up all others. Call received_prepare() before
 * it. */
bool inbox_taking_open(struct tool *tool, enum inbox_origin origin,
		       bool is_barred, struct inbox_taking *taking,
		       struct error *err) __attribute__((warn_unused_result));

/* One mail or report, with a "From " line before it or without: the bytes are
 * never cut in two. *is_taken: it may go; else the process that read it broke
 * off, and it is to come again, as INBOX_NOT_TAKEN says. False: likewise, and
 * no other item is to be tried. */
#define INBOX_NOT_TAKEN                                                        \
	"the process that read it broke off: it is tried again the next time"
bool inbox_item_take(struct inbox_taking *taking, const char *name,
		     struct span bytes, bool *is_taken, struct error *err)
    __attribute__((warn_unused_result));

/* Each mail of a mailbox, or the one item that the bytes are. Where a mail of a
 * mailbox ends is a guess that its author may lead: that it passes DMARC is not
 * believed. */
bool inbox_file_take(struct inbox_taking *taking, const char *name,
		     struct span bytes, bool *is_taken, struct error *err)
    __attribute__((warn_unused_result));

/* Nothing is lost of what was taken so far. */
bool inbox_taking_commit(struct inbox_taking *taking, struct error *err)
    __attribute__((warn_unused_result));

/* The same; then what is too old goes, and what was taken is told. */
bool inbox_taking_end(struct inbox_taking *taking, struct error *err)
    __attribute__((warn_unused_result));

#endif
