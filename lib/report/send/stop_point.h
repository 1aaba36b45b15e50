/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_STOP_POINT_H
#define REPORT_SEND_STOP_POINT_H

/*
 * stop_point - named places where a test may end the process
 *
 * Built with --enable-development, the process kills itself at the point that
 * ALIGND_STOP_AT names, as kill -9 would do, so that tests see what is left
 * behind. At the one that ALIGND_PAUSE_AT names it stops, until the test sends
 * SIGCONT: what comes between two steps comes there. Else nothing happens.
 */

void stop_point(const char *name);

#endif
