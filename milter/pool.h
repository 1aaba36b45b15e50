/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_POOL_H
#define MILTER_POOL_H

/*
 * pool - libmilter's workers: woken when they are needed, and counted
 *
 * libmilter keeps a few threads ("workers") and runs a connection on one of
 * them while its MTA has something to say. Some things about it are mended
 * here, without a change to the library:
 *
 * - A worker that was woken counts as idle until it runs. Of several
 *   connections that speak up meanwhile all are left for it: it serves one
 *   after the other, each as long as DNS is slow, and no further worker is
 *   started. Here each wake-up is promised one waiting worker; where none is
 *   left, one is started. So no connection that has something to say waits for
 *   another one's message.
 * - It destroys its lock at a stop while workers still use it. The lock is
 *   kept.
 * - It does not say when its workers have ended. They are counted.
 * - It ends and starts workers with every other message. They are kept
 *   (milter/parking.h).
 * - When no thread can be started it forgets the connection that it was for,
 *   which then waits until its MTA gives up. Here the next worker that has
 *   finished takes it, and one is kept from evaluating to be that one.
 *
 * libmilter reaches pthread_create() and its fellows through the dynamic
 * linker, so the definitions in alignd win (milter/local.mk exports them). They
 * pass on what does not concern the pool, whoever calls. What they rely on is
 * the order in which libmilter 8.17 starts: it makes one condition, then its
 * controller's thread, then workers only. pool_is_in_effect() says whether it
 * was so.
 */

#include <stdbool.h>
#include <stdint.h>

#include "milter/gate.h"

/* By the thread that is about to call smfi_main(): what it starts from here on
 * is libmilter's. Once in the life of a process; `gate`, which lives as long,
 * is told how long connections wait for a worker. */
void pool_expect(struct gate *gate);

/* Has a worker waited for work where we saw it? False some seconds after the
 * start means that messages can be held up by one another. */
bool pool_is_in_effect(void);

/* Where no further worker could be started lately: how many of them may
 * evaluate, so that one is left to take what waits and tell it to come again.
 * 0: there is no such shortage. Any thread. */
long pool_room(void);

/* After smfi_stop(): workers end as soon as they have nothing in hand. True
 * when all have, within `wait_ms`: then nothing calls back any more, and all
 * that was answered has been written. */
bool pool_wait_ended(int64_t wait_ms);

#endif
