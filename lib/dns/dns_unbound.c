/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_unbound.c - questions carried by libunbound
 *
 * ub_resolve_async from any thread; one dispatcher thread waits for ub_fd and
 * calls ub_process, in which our callback runs. A question belongs to the list
 * of what is outstanding until its callback, or until the context is deleted:
 * that calls nobody back.
 */
#include "lib/dns/dns_unbound.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <unbound.h>

#include "lib/base/mem.h"
#include "lib/dns/dns_answer.h"
#include "lib/dns/dns_ldns.h"

#define CLASS_IN 1
#define START_WAIT_MS 5000
/* ::1, which libunbound knows. */
#define OWN_NAME                                                               \
	"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."     \
	"ip6.arpa"

struct question {
	struct unbound *unbound;
	struct question *next;
	struct question *previous;
	char *name;
	enum dns_type type;
	dns_answered *answered;
	void *context;
};

struct unbound {
	struct dns_backend backend;
	struct ub_ctx *ctx;
	int wake_fd; /* readable: the dispatcher ends */
	bool has_dispatcher;
	atomic_bool is_started; /* libunbound's own thread */
	bool is_lost;		/* it could not be started */
	pthread_t dispatcher;
	pthread_mutex_t lock;
	struct question *outstanding;
};

/* -- questions ---------------------------------------------------------- */

static struct question *question_new(struct unbound *unbound, const char *name,
				     enum dns_type type, dns_answered *answered,
				     void *context)
{
	struct question *question = heap_new(struct question);

	question->unbound = unbound;
	question->name = heap_strdup(name);
	question->type = type;
	question->answered = answered;
	question->context = context;
	(void)pthread_mutex_lock(&unbound->lock);
	question->next = unbound->outstanding;
	if (question->next != NULL)
		question->next->previous = question;
	unbound->outstanding = question;
	(void)pthread_mutex_unlock(&unbound->lock);
	return question;
}

static void question_free(struct question *question)
{
	struct unbound *unbound = question->unbound;

	(void)pthread_mutex_lock(&unbound->lock);
	if (question->previous == NULL)
		unbound->outstanding = question->next;
	else
		question->previous->next = question->next;
	if (question->next != NULL)
		question->next->previous = question->previous;
	(void)pthread_mutex_unlock(&unbound->lock);
	heap_free(question->name);
	heap_free(question);
}

/* -- answers ------------------------------------------------------------ */

static struct dns_answer decode(TALLOC_CTX *mem,
				const struct question *question, int status,
				const struct ub_result *result)
{
	if (status != 0 || result == NULL)
		return dns_answer_empty(DNS_TEMPORARY, DNS_FAILURE_TTL_S);
	if (result->bogus)
		return dns_answer_empty(DNS_BOGUS, DNS_FAILURE_TTL_S);
	if (result->answer_packet == NULL || result->answer_len <= 0)
		return dns_answer_empty(DNS_TEMPORARY, DNS_FAILURE_TTL_S);
	struct dns_answer answer =
	    dns_wire_decode(mem, question->name, question->type,
			    result->answer_packet, (size_t)result->answer_len);
	answer.is_secure = result->secure != 0;
	return answer;
}

static void take_result(void *context, int status, struct ub_result *result)
{
	struct question *question = context;
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_answer answer = decode(mem, question, status, result);

	ub_resolve_free(result);
	question->answered(question->context, &answer);
	question_free(question);
	mem_free(mem);
}

static bool unbound_ask(struct dns_backend *backend, const char *name,
			enum dns_type type, dns_answered *answered,
			void *context)
{
	struct unbound *unbound = (struct unbound *)backend;
	struct question *question =
	    question_new(unbound, name, type, answered, context);

	/* The question may be answered and gone when this returns. */
	if (ub_resolve_async(unbound->ctx, name, (int)type, CLASS_IN, question,
			     take_result, NULL) == 0)
		return true;
	question_free(question);
	return false;
}

static void *dispatch(void *context)
{
	struct unbound *unbound = context;
	struct pollfd fds[] = {
	    {.fd = ub_fd(unbound->ctx), .events = POLLIN},
	    {.fd = unbound->wake_fd, .events = POLLIN},
	};

	while (fds[1].revents == 0) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		if (fds[0].revents != 0)
			(void)ub_process(unbound->ctx);
	}
	return NULL;
}

static void unbound_free(struct dns_backend *backend)
{
	struct unbound *unbound = (struct unbound *)backend;

	if (unbound->has_dispatcher) {
		const uint64_t one = 1;
		(void)!write(unbound->wake_fd, &one, sizeof one);
		(void)pthread_join(unbound->dispatcher, NULL);
	}
	if (unbound->ctx != NULL && !unbound->is_lost)
		ub_ctx_delete(unbound->ctx);
	while (unbound->outstanding != NULL)
		question_free(unbound->outstanding);
	if (unbound->wake_fd >= 0)
		(void)close(unbound->wake_fd);
	(void)pthread_mutex_destroy(&unbound->lock);
	heap_free(unbound);
}

/* -- set-up ------------------------------------------------------------- */

static bool set_option(struct ub_ctx *ctx, const char *name, const char *value,
		       struct error *err)
{
	int status = ub_ctx_set_option(ctx, name, value);

	if (status == 0)
		return true;
	return error_set(err, ERROR_DNS, "libunbound: %s %s: %s", name, value,
			 ub_strerror(status));
}

static bool set_options(struct ub_ctx *ctx, struct error *err)
{
	static const struct {
		const char *name;
		const char *value;
	} rows[] = {
	    {"outgoing-range:", "1024"}, /* 16 make good names wait for dead */
	    {"outgoing-num-tcp:", "32"},
	    /* A loopback forwarder's round trips of 0.2 ms must not make slow
	     * names time out. */
	    {"infra-cache-min-rtt:", "1000"},
	    {"infra-host-ttl:", "5"}, /* forget an outage soon after it */
	    {"infra-keep-probing:", "yes"},
	    {"outbound-msg-retry:", "2"}, /* a dead name ends in 5 to 12 s */
	    /* Its result does not say what is stale; dns_cache.h does so. */
	    {"serve-expired:", "no"},
	    {"msg-cache-size:", "16m"},
	    {"rrset-cache-size:", "32m"},
	    {"edns-buffer-size:", "1232"},
	    /* Ask also for what it would answer by itself. */
	    {"unblock-lan-zones:", "yes"},
	    {"local-zone:", "test. transparent"},
	    {"local-zone:", "invalid. transparent"},
	    {"local-zone:", "onion. transparent"},
	    {"local-zone:", "localhost. transparent"},
	    {"local-zone:", "home.arpa. transparent"},
	    {"local-zone:", "127.in-addr.arpa. transparent"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (!set_option(ctx, rows[i].name, rows[i].value, err))
			return false;
	}
	return true;
}

static bool add_server(struct ub_ctx *ctx, const char *server,
		       struct error *err)
{
	char *address = mem_printf(NULL, "%s%s", server,
				   strchr(server, '@') == NULL ? "@53" : "");
	int status = ub_ctx_set_fwd(ctx, address);

	mem_free(address);
	if (status == 0)
		return true;
	return error_set(err, ERROR_DNS, "DNS server %s: %s", server,
			 ub_strerror(status));
}

static bool set_anchor(struct ub_ctx *ctx, const char *anchor_file,
		       struct error *err)
{
	if (anchor_file == NULL)
		return set_option(ctx, "module-config:", "iterator", err);
	if (access(anchor_file, R_OK) != 0)
		return error_errno(err, ERROR_DNS, errno,
				   "dns.dnssec needs the root's trust anchor "
				   "(Debian: dns-root-data), but %s",
				   anchor_file);
	if (!set_option(ctx, "module-config:", "validator iterator", err))
		return false;
	int status = ub_ctx_add_ta_file(ctx, anchor_file);
	if (status == 0)
		return true;
	return error_set(err, ERROR_DNS, "trust anchor %s: %s", anchor_file,
			 ub_strerror(status));
}

/* Touching a zone makes libunbound take its options over now, so that a bad
 * one (a trust anchor that cannot be read) fails here and not at the first
 * message. */
static bool finalize(struct ub_ctx *ctx, const char *anchor_file,
		     struct error *err)
{
	int status = ub_ctx_zone_add(ctx, "test.", "transparent");

	if (status == 0)
		return true;
	return error_set(err, ERROR_DNS, "libunbound does not start%s%s: %s",
			 anchor_file == NULL ? "" : " with trust anchor ",
			 anchor_file == NULL ? "" : anchor_file,
			 ub_strerror(status));
}

static bool set_up(struct unbound *unbound, const struct text_list *servers,
		   const char *anchor_file, struct error *err)
{
	struct ub_ctx *ctx = unbound->ctx;

	if (ctx == NULL || unbound->wake_fd < 0)
		return error_set(err, ERROR_SYSTEM, "libunbound: no context");
	(void)ub_ctx_debugout(ctx, NULL);
	if (!set_options(ctx, err) || !set_anchor(ctx, anchor_file, err))
		return false;
	for (size_t i = 0; i < servers->count; i++) {
		if (!add_server(ctx, servers->items[i], err))
			return false;
	}
	(void)ub_ctx_async(ctx, 1); /* through a thread, not a process */
	if (!finalize(ctx, anchor_file, err))
		return false;
	int status =
	    pthread_create(&unbound->dispatcher, NULL, dispatch, unbound);
	if (status != 0)
		return error_errno(err, ERROR_SYSTEM, status,
				   "DNS dispatcher thread");
	unbound->has_dispatcher = true;
	return true;
}

static void note_start(void *context, int status, struct ub_result *result)
{
	struct unbound *unbound = context;

	(void)status;
	ub_resolve_free(result);
	atomic_store(&unbound->is_started, true);
}

/* libunbound starts its thread with the first question. Where that fails it
 * says nothing: no question is ever answered, and ub_ctx_delete() ends the
 * process. So it is asked at once for a name that it answers by itself. */
static bool start_resolver(struct unbound *unbound, struct error *err)
{
	static const struct timespec moment = {.tv_nsec = 1000000};
	int status = ub_resolve_async(unbound->ctx, OWN_NAME, DNS_PTR, CLASS_IN,
				      unbound, note_start, NULL);

	for (int i = 0; status == 0 && i < START_WAIT_MS; i++) {
		if (atomic_load(&unbound->is_started))
			return true;
		(void)nanosleep(&moment, NULL);
	}
	unbound->is_lost = status == 0;
	return error_set(
	    err, ERROR_SYSTEM,
	    "libunbound does not start; are more threads allowed?");
}

bool dns_unbound_new(const struct text_list *servers, const char *anchor_file,
		     struct dns_backend **backend, struct error *err)
{
	struct unbound *unbound = heap_new(struct unbound);

	unbound->backend.ask = unbound_ask;
	unbound->backend.free = unbound_free;
	(void)pthread_mutex_init(&unbound->lock, NULL);
	unbound->wake_fd = eventfd(0, EFD_CLOEXEC);
	unbound->ctx = ub_ctx_create();
	if (!set_up(unbound, servers, anchor_file, err) ||
	    !start_resolver(unbound, err)) {
		unbound_free(&unbound->backend);
		return false;
	}
	*backend = &unbound->backend;
	return true;
}
