/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_wire.c - connections below libmilter: room, refusals, silence
 *
 * Real sockets, the C library's own calls, and a clock that the test moves.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "milter/ahead.h"
#include "milter/metrics.h"
#include "milter/wire.h"
#include "tests/unit/recorded_log.h"

#define ROOM 3

static int64_t test_now_ms;

static int64_t test_monotonic_ms(const struct clock *clock)
{
	(void)clock;
	return test_now_ms;
}

static const struct clock test_clock = {.monotonic_ms = test_monotonic_ms};
static const struct wire_calls calls = {accept, poll, read, close};
static int listener;
static struct sockaddr_un place;
static socklen_t place_size;

/* An MTA and what libmilter has of it. */
struct pair {
	int mta;
	int ours;
};

static int connect_mta(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(
	    connect(fd, (const struct sockaddr *)&place, place_size), 0);
	return fd;
}

static struct pair open_pair(void)
{
	struct pair pair = {.mta = connect_mta()};

	pair.ours = wire_accept(&calls, listener, NULL, NULL);
	return pair;
}

static void close_pair(struct pair *pair)
{
	if (pair->ours >= 0)
		assert_int_equal(wire_close(&calls, pair->ours), 0);
	(void)close(pair->mta);
}

static bool is_ended(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

/* What libmilter's two reads get of a packet without data but its text. */
static ssize_t pass(const struct pair *pair, char command, const char *text)
{
	char bytes[64] = {0, 0, 0, (char)(strlen(text) + 2), command};

	memcpy(bytes + 5, text, strlen(text) + 1);
	size_t length = strlen(text) + 6;
	assert_int_equal(write(pair->mta, bytes, length), length);
	assert_int_equal(wire_read(&calls, pair->ours, bytes, 5), 5);
	return wire_read(&calls, pair->ours, bytes, sizeof bytes);
}

static int start(void **state)
{
	(void)state;
	place.sun_family = AF_UNIX;
	(void)snprintf(place.sun_path + 1, sizeof place.sun_path - 1,
		       "alignd-test-wire.%d", (int)getpid());
	place_size = (socklen_t)(sizeof place.sun_family + 1 +
				 strlen(place.sun_path + 1));
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(
	    bind(listener, (const struct sockaddr *)&place, place_size), 0);
	assert_int_equal(listen(listener, 16), 0);
	wire_start(&test_clock, ROOM);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	test_now_ms = 1000000;
	recorded_log_clear();
	return 0;
}

static void test_no_room_is_told(void **state)
{
	struct pair pairs[ROOM + 1];
	uint64_t before = metrics_get(METRIC_CONNECTIONS_REFUSED);

	(void)state;
	for (int i = 0; i <= ROOM; i++)
		pairs[i] = open_pair();
	assert_int_equal(errno, ECONNABORTED);
	for (int i = 0; i < ROOM; i++)
		assert_true(pairs[i].ours >= 0 && !is_ended(pairs[i].mta));
	assert_int_equal(pairs[ROOM].ours, -1);
	assert_true(is_ended(pairs[ROOM].mta));
	assert_int_equal(metrics_get(METRIC_CONNECTIONS_REFUSED), before + 1);
	assert_int_equal(recorded_log_count("there are too many"), 1);
	for (int i = 0; i <= ROOM; i++)
		close_pair(&pairs[i]);
	pairs[0] = open_pair();
	assert_true(pairs[0].ours >= 0);
	close_pair(&pairs[0]);
}

static void test_the_longest_silent_makes_room(void **state)
{
	struct pair pairs[ROOM + 1];

	(void)state;
	for (int i = 0; i < ROOM; i++) {
		pairs[i] = open_pair();
		test_now_ms += 1;
	}
	assert_true(pass(&pairs[0], 'H', "mail.test") > 0);
	test_now_ms += LIMIT_IDLE_S * 1000 - 3;
	assert_false(wire_make_room());
	test_now_ms += 1;
	pairs[ROOM] = open_pair();
	assert_true(pairs[ROOM].ours >= 0);
	assert_true(is_ended(pairs[1].mta));
	assert_false(is_ended(pairs[0].mta));
	assert_false(is_ended(pairs[2].mta));
	assert_int_equal(recorded_log_count("made room"), 1);
	/* Libmilter has not closed it yet: it is not chosen again. */
	assert_false(wire_make_room());
	for (int i = 0; i <= ROOM; i++)
		close_pair(&pairs[i]);
}

static void test_a_message_is_never_ended(void **state)
{
	struct pair pair = open_pair();

	(void)state;
	assert_true(pass(&pair, 'M', "<a@pass.test>") > 0);
	assert_int_equal(wire_command(), 'M');
	test_now_ms += LIMIT_IDLE_S * 100000LL;
	assert_false(wire_make_room());
	assert_true(pass(&pair, 'E', "") > 0);
	test_now_ms += LIMIT_IDLE_S * 1000 - 1;
	assert_false(wire_make_room());
	test_now_ms += 1;
	assert_true(wire_make_room());
	assert_true(is_ended(pair.mta));
	close_pair(&pair);
}

static void test_a_packet_that_never_ends(void **state)
{
	struct pair pair = open_pair();
	char bytes[8];

	(void)state;
	assert_true(pass(&pair, 'M', "<a@pass.test>") > 0);
	assert_int_equal(write(pair.mta, "\0\0", 2), 2);
	assert_int_equal(wire_read(&calls, pair.ours, bytes, 5), 2);
	test_now_ms += LIMIT_IDLE_S * 1000 - 1;
	assert_false(wire_make_room());
	test_now_ms += 1;
	assert_true(wire_make_room());
	close_pair(&pair);
}

static void test_a_bad_packet_is_the_end(void **state)
{
	struct pair pair = open_pair();
	uint64_t before = metrics_get(METRIC_PACKETS_REFUSED);

	(void)state;
	assert_int_equal(pass(&pair, 'D', "Mi"), 0);
	assert_int_equal(metrics_get(METRIC_PACKETS_REFUSED), before + 1);
	assert_int_equal(recorded_log_count("a name without a value"), 1);
	close_pair(&pair);
}

/* --- what is read ahead -------------------------------------------------- */

/* As libmilter asks, once. */
static int ask(int fd)
{
	struct pollfd wanted = {.fd = fd, .events = POLLIN | POLLPRI};
	int ready = wire_poll(&calls, &wanted, 1, 0);

	assert_int_equal(wanted.revents, ready > 0 ? POLLIN : 0);
	return ready;
}

static int count_unread(int fd)
{
	int count = -1;

	assert_int_equal(ioctl(fd, FIONREAD, &count), 0);
	return count;
}

static void send_packets(const struct pair *pair)
{
	static const char packets[] = "\0\0\0\7Ma@b.t\0\0\0\0\3Rc\0\0\0\0\1T";

	assert_int_equal(write(pair->mta, packets, sizeof packets - 1),
			 sizeof packets - 1);
}

/* Of whoever reads more than he wants: he gets a packet's rest, and what it is
 * of is said. */
static void expect_read(int fd, size_t bytes, char command)
{
	char buffer[64];

	assert_int_equal(ask(fd), 1);
	assert_int_equal(wire_read(&calls, fd, buffer, sizeof buffer), bytes);
	assert_int_equal(wire_command(), command);
}

static void test_packets_are_read_at_once(void **state)
{
	struct pair pair = open_pair();

	(void)state;
	send_packets(&pair);
	assert_int_equal(ask(pair.ours), 1);
	assert_int_equal(count_unread(pair.ours), 0);
	expect_read(pair.ours, 5, 'M');
	expect_read(pair.ours, 6, 'M');
	expect_read(pair.ours, 5, 'R');
	expect_read(pair.ours, 2, 'R');
	expect_read(pair.ours, 5, 'T');
	assert_int_equal(ask(pair.ours), 0);
	send_packets(&pair);
	expect_read(pair.ours, 5, 'M');
	close_pair(&pair);
}

/* What was sent before the end is handed on before it. */
static void test_an_end_comes_last(void **state)
{
	struct pair pair = open_pair();
	char byte;

	(void)state;
	assert_int_equal(write(pair.mta, "\0\0\0\1Q", 5), 5);
	assert_int_equal(ask(pair.ours), 1);
	assert_int_equal(shutdown(pair.mta, SHUT_WR), 0);
	expect_read(pair.ours, 5, 'Q');
	assert_int_equal(ask(pair.ours), 1);
	assert_int_equal(wire_read(&calls, pair.ours, &byte, 1), 0);
	close_pair(&pair);
}

static void test_a_long_chunk_is_read_where_it_goes(void **state)
{
	struct pair pair = open_pair();
	static const char chunk[AHEAD_BYTES + 1];
	static char bytes[sizeof chunk + 1];
	const char head[] = {0, 0, AHEAD_BYTES >> 8, 2, 'B'};

	(void)state;
	assert_int_equal(write(pair.mta, head, sizeof head), sizeof head);
	expect_read(pair.ours, 5, 'B');
	assert_int_equal(write(pair.mta, chunk, sizeof chunk), sizeof chunk);
	assert_int_equal(ask(pair.ours), 1);
	assert_int_equal(count_unread(pair.ours), sizeof chunk);
	assert_int_equal(wire_read(&calls, pair.ours, bytes, sizeof bytes),
			 sizeof chunk);
	close_pair(&pair);
}

/* A bad packet ends the connection when it is its turn, not before. */
static void test_a_bad_packet_behind_good_ones(void **state)
{
	struct pair pair = open_pair();
	char head[5];

	(void)state;
	send_packets(&pair);
	assert_int_equal(write(pair.mta, "\0\0\0\1!", 5), 5);
	expect_read(pair.ours, 5, 'M');
	expect_read(pair.ours, 6, 'M');
	expect_read(pair.ours, 5, 'R');
	expect_read(pair.ours, 2, 'R');
	expect_read(pair.ours, 5, 'T');
	assert_int_equal(ask(pair.ours), 1);
	assert_int_equal(wire_read(&calls, pair.ours, head, sizeof head),
			 0);
	close_pair(&pair);
}

/* Of more than one, and of room to write, only the system knows. */
static void test_other_questions_go_through(void **state)
{
	struct pair pair = open_pair();
	struct pollfd both[2] = {{.fd = pair.ours, .events = POLLIN},
				 {.fd = pair.mta, .events = POLLIN}};
	struct pollfd room = {.fd = pair.ours, .events = POLLOUT};

	(void)state;
	send_packets(&pair);
	assert_int_equal(wire_poll(&calls, both, 2, 0), 1);
	assert_int_equal(wire_poll(&calls, &room, 1, 0), 1);
	assert_int_equal(room.revents, POLLOUT);
	assert_true(count_unread(pair.ours) > 0);
	close_pair(&pair);
}

/* Others' descriptors are none of ours, nor is one that was given out anew. */
static void test_others_are_left_alone(void **state)
{
	int ends[2];
	char bytes[8];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	struct pair pair = open_pair();
	int fd = pair.ours;
	close_pair(&pair);
	assert_int_equal(dup2(ends[0], fd), fd);
	assert_int_equal(write(ends[1], "\0\0\0\0\0", 5), 5);
	assert_int_equal(wire_read(&calls, fd, bytes, sizeof bytes), 5);
	assert_int_equal(wire_close(&calls, fd), 0);
	assert_int_equal(wire_close(&calls, ends[0]), 0);
	assert_int_equal(wire_close(&calls, -1), -1);
	assert_int_equal(wire_read(&calls, -1, bytes, 1), -1);
	(void)close(ends[1]);
}

static void test_no_descriptor_left(void **state)
{
	struct rlimit before;
	int mta = connect_mta();
	int later = connect_mta();

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	/* Every one above the last is refused; the reserve is below. */
	struct rlimit none = {(rlim_t)later + 1, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	int fd = wire_accept(&calls, listener, NULL, NULL);
	int error = errno;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(fd, -1);
	assert_int_equal(error, ECONNABORTED);
	assert_true(is_ended(mta));
	assert_true(metrics_get(METRIC_DESCRIPTORS_EXHAUSTED) == 1);
	assert_int_equal(recorded_log_count("no file descriptor is left"), 1);
	fd = wire_accept(&calls, listener, NULL, NULL);
	assert_true(fd >= 0 && !is_ended(later));
	(void)wire_close(&calls, fd);
	(void)close(mta);
	(void)close(later);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_no_room_is_told, clear),
	    cmocka_unit_test_setup(test_the_longest_silent_makes_room, clear),
	    cmocka_unit_test_setup(test_a_message_is_never_ended, clear),
	    cmocka_unit_test_setup(test_a_packet_that_never_ends, clear),
	    cmocka_unit_test_setup(test_a_bad_packet_is_the_end, clear),
	    cmocka_unit_test_setup(test_packets_are_read_at_once, clear),
	    cmocka_unit_test_setup(test_an_end_comes_last, clear),
	    cmocka_unit_test_setup(test_a_long_chunk_is_read_where_it_goes,
				   clear),
	    cmocka_unit_test_setup(test_a_bad_packet_behind_good_ones, clear),
	    cmocka_unit_test_setup(test_other_questions_go_through, clear),
	    cmocka_unit_test_setup(test_others_are_left_alone, clear),
	    cmocka_unit_test_setup(test_no_descriptor_left, clear),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
