/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_RENDER_H
#define REPORT_SEND_RENDER_H

/*
 * render - what is noted down becomes bytes and addresses
 *
 * The XML is validated and compressed as it is made; bytes and addresses are
 * stored at once. What is sent later are these bytes. A report that does not
 * validate is kept, named as our defect, and not sent; the next run renders it
 * anew.
 */

#include "lib/report/send/run.h"

bool report_render(struct report_sender *sender, struct error *err)
    __attribute__((warn_unused_result));

/* The reports of the fleet's round at hand; *is_done is false where the time
 * for it was over before. */
bool report_render_round(struct report_sender *sender, bool *is_done,
			 struct error *err) __attribute__((warn_unused_result));

#endif
