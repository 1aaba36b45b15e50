/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prober.c - looks at mail servers, one after another
 *
 * Each version of TLS has a connection of its own, the newest first, since a
 * server says of none but the one it takes. One lock is held while a server is
 * looked at: that is the pace, and no server is asked twice.
 * Tested by test_alignctl_posture_live.
 */
#include "lib/posture/prober.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/domain.h"
#include "lib/posture/private_address.h"
#include "lib/posture/probe_smtp.h"
#include "lib/posture/probe_tls.h"

#define PAUSE_MS 100

struct seen {
	const char *host;
	struct probe_place place;
	struct posture_probe *probe;
};

struct prober {
	struct prober_settings settings;
	struct probe_tls *tls;
	pthread_mutex_t lock;
	size_t count;
	struct seen *seen;
};

/* A server being looked at. */
struct visit {
	struct prober *prober;
	const char *host;
	struct probe_target target;
	struct posture_probe *probe;
};

static int end(struct prober *prober)
{
	(void)pthread_mutex_destroy(&prober->lock);
	return 0;
}

bool prober_new(TALLOC_CTX *mem, const struct prober_settings *settings,
		struct prober **prober, struct error *err)
{
	struct prober *made = mem_new(mem, struct prober);

	made->settings = *settings;
	(void)pthread_mutex_init(&made->lock, NULL);
	talloc_set_destructor(made, end);
	if (!probe_tls_new(made, settings->ca_file, &made->tls, err))
		return false;
	*prober = made;
	return true;
}

/* OpenSSL writes to sockets that others have closed. */
static void hold_sigpipe(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void pause_between(void)
{
	const struct timespec pause = clock_timespec(PAUSE_MS);

	(void)nanosleep(&pause, NULL);
}

/* Why an answer is not known: the first reason stands for all. */
static void interrupt_with(struct posture_probe *probe, const char *reason)
{
	if (probe->interrupted == NULL)
		probe->interrupted = reason;
}

/* One connection. False: there is no TLS to be had, and no use in another. */
static bool try_version(struct visit *visit, enum probe_version version,
			bool is_weak, enum probe_answer *answer)
{
	struct posture_probe *probe = visit->probe;
	struct probe_smtp smtp;
	const char *reason = NULL;

	visit->target.deadline_ms = clock_monotonic_ms(clock_system()) +
				    visit->prober->settings.wait_ms;
	enum probe_smtp_end got = probe_smtp_open(probe, &visit->target, &smtp);
	if (probe->greeting == NULL)
		probe->greeting = smtp.greeting;
	if (got != PROBE_SMTP_READY) {
		interrupt_with(probe, smtp.reason);
		probe->is_out_of_reach |= smtp.is_out_of_reach;
		return false;
	}
	probe->has_starttls = true;
	const struct probe_attempt attempt = {
	    .host = visit->host,
	    .fd = smtp.fd,
	    .deadline_ms = visit->target.deadline_ms,
	    .version = version,
	    .is_weak = is_weak,
	};
	*answer =
	    probe_tls_try(visit->prober->tls, probe, &attempt, probe, &reason);
	(void)close(smtp.fd);
	if (*answer == PROBE_UNKNOWN)
		interrupt_with(probe, reason);
	return true;
}

/* The newest first: its certificates are those that most senders see. */
static void look_at(struct visit *visit)
{
	struct posture_probe *probe = visit->probe;
	enum probe_version version = PROBE_VERSIONS;
	bool goes_on = true;

	while (goes_on && version > 0) {
		version--;
		goes_on = try_version(visit, version, false,
				      &probe->versions[version]);
		pause_between();
	}
	if (goes_on)
		(void)try_version(visit, PROBE_TLS_1_2, true, &probe->weak);
	else if (!probe->has_starttls && probe->interrupted != NULL)
		probe->unchecked = probe->interrupted;
}

static struct posture_probe *visit_server(struct prober *prober,
					  const char *host,
					  const struct probe_place *place)
{
	struct posture_probe *probe = mem_new(prober, struct posture_probe);
	struct visit visit = {
	    .prober = prober,
	    .host = host,
	    .target = {.address = place->address,
		       .port = place->port,
		       .from = prober->settings.from},
	    .probe = probe,
	};

	probe->from = prober->settings.from;
	probe->now_s = prober->settings.now_s;
	probe->address = net_address_copy(probe, &place->address);
	probe->place =
	    mem_printf(probe, "%s port %ld", probe->address, place->port);
	if (!place->is_named && private_address_is(&place->address))
		probe->unchecked = "a private address is not looked at "
				   "unless --connect names it";
	else
		look_at(&visit);
	return probe;
}

static bool is_same_place(const struct probe_place *a,
			  const struct probe_place *b)
{
	return a->port == b->port && a->is_named == b->is_named &&
	       net_address_equals(&a->address, &b->address);
}

static const struct posture_probe *find(const struct prober *prober,
					const char *host,
					const struct probe_place *place)
{
	for (size_t i = 0; i < prober->count; i++) {
		const struct seen *seen = &prober->seen[i];
		if (domain_equals(seen->host, host) &&
		    is_same_place(&seen->place, place))
			return seen->probe;
	}
	return NULL;
}

const struct posture_probe *prober_look(struct prober *prober, const char *host,
					const struct probe_place *place)
{
	hold_sigpipe();
	(void)pthread_mutex_lock(&prober->lock);
	const struct posture_probe *probe = find(prober, host, place);
	if (probe == NULL) {
		struct posture_probe *made = visit_server(prober, host, place);
		prober->seen = mem_resize(prober, prober->seen, struct seen,
					  prober->count + 1);
		prober->seen[prober->count++] =
		    (struct seen){.host = mem_strdup(prober, host),
				  .place = *place,
				  .probe = made};
		probe = made;
	}
	(void)pthread_mutex_unlock(&prober->lock);
	return probe;
}
