/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire.c - the MTA's connections, below libmilter
 *
 * A table by descriptor. A connection is read by one thread at a time, which
 * owns its packet; what others look at is atomic. The lock keeps a descriptor
 * from being closed, and given out anew, while another thread ends what it
 * stood for.
 */
#include "milter/wire.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "milter/ahead.h"
#include "milter/log.h"
#include "milter/metrics.h"
#include "milter/packet.h"

/* Descriptors are given out from the lowest: far more than may be open. */
#define DESCRIPTORS 16384
/* Between two looks for a descriptor when there was none. */
static const struct timespec breath = {.tv_nsec = 100000000};

struct connection {
	atomic_bool is_open;
	atomic_bool is_ended;	   /* by us; libmilter will close it */
	atomic_bool is_in_message; /* and no packet is open */
	_Atomic int64_t heard_ms;  /* when something came last */
	struct packet packet;	   /* its reader's, as is what follows */
	struct ahead ahead;
};

static struct connection table[DESCRIPTORS];
static atomic_long open_count;
static atomic_long open_max = LIMIT_CONNECTIONS + LIMIT_CONNECTIONS_SPARE;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct clock *the_clock; /* NULL: the system's */
static int reserve = -1; /* given up for the one accept that refuses */

/* Of the packet that this thread read last. */
static _Thread_local char last_command;

static struct connection *find_connection(int fd)
{
	if (fd < 0 || fd >= DESCRIPTORS || !atomic_load(&table[fd].is_open))
		return NULL;
	return &table[fd];
}

static int64_t now_ms(void)
{
	return clock_monotonic_ms(the_clock == NULL ? clock_system()
						    : the_clock);
}

/* No file: a confined daemon can open none. */
static void take_reserve(void)
{
	reserve = eventfd(0, EFD_CLOEXEC);
}

void wire_start(const struct clock *clock, long connections)
{
	the_clock = clock;
	atomic_store(&open_max, connections);
	take_reserve();
}

char wire_command(void)
{
	return last_command;
}

/* --- room ---------------------------------------------------------------- */

static bool is_silent(const struct connection *connection, int64_t now)
{
	return atomic_load(&connection->is_open) &&
	       !atomic_load(&connection->is_ended) &&
	       !atomic_load(&connection->is_in_message) &&
	       now - atomic_load(&connection->heard_ms) >= LIMIT_IDLE_S * 1000;
}

static int find_most_silent(int64_t now)
{
	int found = -1;

	for (int fd = 0; fd < DESCRIPTORS; fd++) {
		if (is_silent(&table[fd], now) &&
		    (found < 0 || atomic_load(&table[fd].heard_ms) <
				      atomic_load(&table[found].heard_ms)))
			found = fd;
	}
	return found;
}

bool wire_make_room(void)
{
	(void)pthread_mutex_lock(&lock);
	int fd = find_most_silent(now_ms());
	if (fd >= 0) {
		atomic_store(&table[fd].is_ended, true);
		(void)shutdown(fd, SHUT_RDWR);
	}
	(void)pthread_mutex_unlock(&lock);
	if (fd < 0)
		return false;
	metrics_count(METRIC_CONNECTIONS_IDLE_ENDED);
	log_write_seldom(LOG_LEVEL_WARNING,
			 "a connection of the MTA that was silent for %d s "
			 "made room for another one",
			 LIMIT_IDLE_S);
	return true;
}

/* --- accept -------------------------------------------------------------- */

static void close_refused(const struct wire_calls *calls, int fd)
{
	(void)calls->close(fd);
	metrics_count(METRIC_CONNECTIONS_REFUSED);
}

/* libmilter takes it for one that the MTA gave up, and goes on. */
static int answer_refused(void)
{
	errno = ECONNABORTED;
	return -1;
}

/* Without a descriptor nothing can be accepted, and what cannot be accepted
 * stays readable: libmilter would ask again without end. The reserve is spent
 * on accepting, and closing, one; where that fails too, a pause is made. */
static int spend_reserve(const struct wire_calls *calls, int listener)
{
	(void)wire_make_room();
	if (reserve >= 0)
		(void)calls->close(reserve);
	int fd = calls->accept(listener, NULL, NULL);
	if (fd >= 0)
		close_refused(calls, fd);
	take_reserve();
	metrics_count(METRIC_DESCRIPTORS_EXHAUSTED);
	log_write_seldom(LOG_LEVEL_ERROR,
			 "no file descriptor is left for a connection of the "
			 "MTA, it answers 451 in our place; raise "
			 "LimitNOFILE=");
	if (fd < 0 || reserve < 0)
		(void)nanosleep(&breath, NULL);
	return answer_refused();
}

static void begin_connection(int fd)
{
	struct connection *connection = &table[fd];

	(void)atomic_fetch_add(&open_count, 1);
	/* Whoever had this descriptor before closed it under the lock, and has
	 * read his last packet. */
	(void)pthread_mutex_lock(&lock);
	connection->packet = (struct packet){0};
	(void)pthread_mutex_unlock(&lock);
	atomic_store(&connection->heard_ms, now_ms());
	atomic_store(&connection->is_in_message, false);
	atomic_store(&connection->is_ended, false);
	atomic_store(&connection->is_open, true);
}

int wire_accept(const struct wire_calls *calls, int listener,
		struct sockaddr *address, socklen_t *length)
{
	int fd = calls->accept(listener, address, length);

	if (fd < 0)
		return errno == EMFILE || errno == ENFILE
			   ? spend_reserve(calls, listener)
			   : -1;
	bool is_full = atomic_load(&open_count) >= atomic_load(&open_max);
	if (fd >= DESCRIPTORS || (is_full && !wire_make_room())) {
		log_write_seldom(LOG_LEVEL_ERROR,
				 "a connection of the MTA was closed at once, "
				 "it answers 451 in our place: there are too "
				 "many");
		close_refused(calls, fd);
		return answer_refused();
	}
	begin_connection(fd);
	return fd;
}

/* --- poll, read and close ------------------------------------------------ */

/* A long chunk of a body is read where it goes. */
static bool has_read(struct connection *connection, int fd)
{
	return packet_wants(&connection->packet) < AHEAD_BYTES &&
	       ahead_fill(&connection->ahead, fd);
}

/* One descriptor is asked about by the connection's reader, many by libmilter's
 * controller: of connections that no reader has, and of which nothing was read
 * ahead then. */
int wire_poll(const struct wire_calls *calls, struct pollfd *fds, nfds_t count,
	      int timeout_ms)
{
	struct connection *connection =
	    count == 1 && (fds->events & POLLIN) != 0 ? find_connection(fds->fd)
						      : NULL;

	if (connection == NULL || !has_read(connection, fds->fd))
		return calls->poll(fds, count, timeout_ms);
	fds->revents = POLLIN;
	return 1;
}

/* To libmilter it is the end of the connection, which it closes. */
static ssize_t end_connection(const char *fault)
{
	metrics_count(METRIC_PACKETS_REFUSED);
	log_write_seldom(LOG_LEVEL_WARNING,
			 "a connection was ended: a packet %s, which no MTA "
			 "sends",
			 fault);
	return 0;
}

static ssize_t read_some(const struct wire_calls *calls,
			 struct connection *connection, int fd, void *buffer,
			 size_t size)
{
	size_t wanted = packet_wants(&connection->packet);
	size_t most = size < wanted ? size : wanted;
	size_t taken = ahead_take(&connection->ahead, buffer, most);

	return taken > 0 ? (ssize_t)taken : calls->read(fd, buffer, most);
}

ssize_t wire_read(const struct wire_calls *calls, int fd, void *buffer,
		  size_t size)
{
	struct connection *connection = find_connection(fd);

	if (connection == NULL)
		return calls->read(fd, buffer, size);
	ssize_t got = read_some(calls, connection, fd, buffer, size);
	if (got <= 0)
		return got;
	struct packet *packet = &connection->packet;
	bool is_new = !packet_is_open(packet);
	const char *fault = packet_take(packet, buffer, (size_t)got);
	if (fault != NULL)
		return end_connection(fault);
	last_command = packet_command(packet);
	/* A packet is heard when it begins; its data follow at once. */
	if (is_new)
		atomic_store_explicit(&connection->heard_ms, now_ms(),
				      memory_order_relaxed);
	atomic_store_explicit(&connection->is_in_message,
			      packet->is_in_message && !packet_is_open(packet),
			      memory_order_relaxed);
	return got;
}

int wire_close(const struct wire_calls *calls, int fd)
{
	struct connection *connection = find_connection(fd);

	if (connection == NULL)
		return calls->close(fd);
	(void)pthread_mutex_lock(&lock);
	atomic_store(&connection->is_open, false);
	ahead_drop(&connection->ahead);
	int status = calls->close(fd);
	(void)pthread_mutex_unlock(&lock);
	(void)atomic_fetch_sub(&open_count, 1);
	return status;
}
