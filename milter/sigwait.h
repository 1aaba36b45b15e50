/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_SIGWAIT_H
#define MILTER_SIGWAIT_H

/*
 * sigwait - keeps libmilter's signal thread from taking our signals
 *
 * libmilter starts a thread that sits in sigwait(3) for HUP, TERM and INT, and
 * stops at the first SIGHUP, which administrators expect to mean "reload". It
 * reaches sigwait through the dynamic linker, so the definition in alignd wins
 * (milter/local.mk exports it): it waits for the same set without those three.
 */

#include <stdbool.h>

/* Has a thread asked for SIGHUP, and been kept from it? False some seconds
 * after the start means that SIGHUP would stop the daemon. */
bool sigwait_filter_is_in_effect(void);

#endif
