/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_SIGNALS_H
#define MILTER_SIGNALS_H

/*
 * signals - one thread reads every signal
 *
 * HUP and USR1 reload, TERM and INT stop. The same thread tells systemd that
 * the daemon lives.
 *
 * libmilter starts a thread of its own that sits in sigwait(3) for HUP, TERM
 * and INT, and stops at the first SIGHUP, which administrators expect to mean
 * "reload". It reaches sigwait through the dynamic linker, so the definition in
 * alignd wins (milter/local.mk exports it): it waits for the same set without
 * those three.
 */

#include <pthread.h>
#include <stdbool.h>

#include "lib/base/error.h"
#include "milter/gate.h"

struct signals {
	struct service *service;
	void (*stop)(void *stop_context); /* the main thread shall come back */
	void *stop_context;
	pthread_t thread;
};

/* Before the first thread of any library: else a signal could end up, and end
 * the process, there. */
void signals_block(void);

/* A thread that allowed it has its wait in poll(2) ended by signals_wake();
 * nothing else happens to it. */
void signals_allow_wake(void);
void signals_wake(pthread_t thread);

/* Starts the thread; it ends by itself after calling stop(). */
bool signals_start(struct signals *signals, struct error *err);
void signals_join(struct signals *signals);

#endif
