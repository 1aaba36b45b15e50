/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_milter.c - bytes on the wire to libmilter and the daemon's callbacks
 *
 * Input: a byte for the size of the pieces that the bytes are sent in, then
 * lines. A line is a packet, its command first, and is sent with its length;
 * one that begins with "=" is sent as it stands. libmilter runs as in the
 * daemon, on a socket of its own.
 *
 * Properties: what the check of packets lets through libmilter reads within
 * its bounds (its ways of taking data apart are written down below, with the
 * bounds that it does not look at); pieces make no difference; the answers are
 * packets of the protocol; after the end nothing of the connection is left.
 */
#include "tests/fuzz/fuzz.h"

#include <libmilter/mfapi.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/base/random.h"
#include "milter/callbacks.h"
#include "milter/log.h"
#include "milter/packet.h"

#define NOW_S 1767225600 /* 2026-01-01 */
#define MAX_STREAM 65536
#define ANSWER_WAIT_MS 500
#define ANSWER_WAITS 100

static const char zone[] = "$ORIGIN .\n$TTL 300\n"
			   "pass.test. TXT \"v=spf1 ip4:203.0.113.5 -all\"\n"
			   "_dmarc.pass.test. TXT \"v=DMARC1; p=reject\"\n"
			   "_dmarc.none.test. TXT \"v=DMARC1; p=none\"\n";

static struct service service;
static struct sockaddr_un place;

/* --- the log, in place of milter/log.c ------------------------------------
 */

void log_open(const struct log_settings *settings)
{
	(void)settings;
}

void log_write(enum log_level level, const char *format, ...)
{
	char line[512];
	va_list args;

	(void)level;
	va_start(args, format);
	(void)vsnprintf(line, sizeof line, format, args);
	va_end(args);
	require(fuzz_is_line(line));
}

void log_verdict(TALLOC_CTX *mem, const struct verdict *verdict,
		 const char *queue_id)
{
	require(fuzz_is_line(verdict_log_line(mem, verdict, queue_id)));
}

bool log_is_due(struct log_limit *limit)
{
	(void)limit;
	return true;
}

/* --- how libmilter takes data apart ---------------------------------------
 */

/* A string function ends at a NUL within the data. */
static void read_text(const char *data, size_t length)
{
	require(memchr(data, '\0', length) != NULL);
}

/* dec_argv(), and smfi_getsymval() over its list: names at even places, each
 * followed by another entry before the NULL. */
static void read_macros(const char *data, size_t length)
{
	size_t texts = 0;

	require(length > 0);
	for (size_t i = 1; i < length; i++)
		texts += data[i] == '\0';
	if (strchr("CHMRTEN", data[0]) == NULL || data[0] == '\0')
		return; /* libmilter drops the list */
	require(texts % 2 == 0 && texts <= 2 * LIMIT_MACROS);
}

/* st_connectinfo() looks at the byte after the data when no NUL is in it. */
static void read_client(const char *data, size_t length)
{
	read_text(data, length);
	size_t at = strlen(data) + 1;
	require(at < length);
	if (data[at] != 'U')
		read_text(data + at + 3, length - at - 3);
}

static void read_packet(char command, const char *data, size_t length)
{
	switch (command) {
	case 'C':
		read_client(data, length);
		break;
	case 'D':
		read_macros(data, length);
		break;
	case 'H':
	case 'M':
	case 'R':
	case 'U':
		read_text(data, length);
		break;
	case 'L':
		read_text(data, length);
		read_text(data + strlen(data) + 1, length - strlen(data) - 1);
		require(data[0] != '\0');
		break;
	case 'O':
		require(length >= 12);
		break;
	default:
		require(strchr("ABEKNQT", command) != NULL);
	}
}

/* The packets of the stream up to the first that is refused, as libmilter
 * cuts them; each must be one that it reads safely. */
static void read_stream(const char *stream, size_t size)
{
	struct packet packet = {0};

	while (size >= PACKET_HEAD_BYTES) {
		size_t length = 0;
		for (int i = 0; i < 4; i++)
			length = length << 8 | (unsigned char)stream[i];
		if (packet_take(&packet, stream, PACKET_HEAD_BYTES) != NULL)
			return;
		require(length > 0 && length <= LIMIT_PACKET_BYTES);
		if (size < 4 + length ||
		    packet_take(&packet, stream + PACKET_HEAD_BYTES,
				length - 1) != NULL)
			return;
		/* As long as the packet, so that a sanitizer sees its end. */
		char *data = length > 1 ? malloc(length - 1) : NULL;
		if (data != NULL)
			memcpy(data, stream + PACKET_HEAD_BYTES, length - 1);
		read_packet(stream[4], data, length - 1);
		free(data);
		stream += 4 + length;
		size -= 4 + length;
	}
}

static bool is_taken(const char *stream, size_t size, size_t piece)
{
	struct packet packet = {0};

	for (size_t at = 0; at < size; at += piece) {
		size_t left = size - at;
		if (packet_take(&packet, stream + at,
				left < piece ? left : piece) != NULL)
			return false;
	}
	return true;
}

/* --- libmilter ------------------------------------------------------------
 */

static const char *zone_path(void)
{
	static char path[32];
	int fd = memfd_create("zone", MFD_CLOEXEC);

	require(fd >= 0);
	require(write(fd, zone, sizeof zone - 1) == (ssize_t)sizeof zone - 1);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return path;
}

static struct engine *make_engine(void)
{
	static struct clock clock;
	static struct random_source random;
	struct config *config = config_defaults(NULL);
	struct engine *engine;
	struct error err = {0};

	clock = clock_fixed(NOW_S);
	random = random_fixed(7);
	config->daemon.authserv_id = "mx.test";
	config->dns.fixture = zone_path();
	require(engine_new(config, NULL, &clock, &random, &engine, &err));
	return engine;
}

static void *run_libmilter(void *unused)
{
	(void)unused;
	(void)smfi_main();
	return NULL;
}

static char folder[] = "/tmp/alignd-fuzz-milter.XXXXXX";

static void remove_socket(void)
{
	(void)unlink(place.sun_path);
	(void)rmdir(folder);
}

static void start_libmilter(void)
{
	static bool is_started;
	char connection[sizeof place.sun_path + 6];
	pthread_t thread;

	if (is_started)
		return;
	is_started = true;
	place.sun_family = AF_UNIX;
	require(mkdtemp(folder) != NULL);
	(void)snprintf(place.sun_path, sizeof place.sun_path, "%s/socket",
		       folder);
	(void)snprintf(connection, sizeof connection, "local:%s",
		       place.sun_path);
	current_init(&service.current, make_engine());
	require(smfi_setconn(connection) == MI_SUCCESS);
	require(callbacks_register(&service));
	require(smfi_opensocket(true) == MI_SUCCESS);
	(void)atexit(remove_socket);
	require(pthread_create(&thread, NULL, run_libmilter, NULL) == 0);
	(void)pthread_detach(thread);
}

/* --- the MTA --------------------------------------------------------------
 */

struct answers {
	char bytes[MAX_STREAM];
	size_t size;
};

/* Whole packets leave; what is left begins one. */
static void check_answers(struct answers *answers)
{
	size_t at = 0;

	while (answers->size - at > 4) {
		size_t length = 0;
		for (size_t i = 0; i < 4; i++)
			length =
			    length << 8 | (unsigned char)answers->bytes[at + i];
		require(length > 0 && length < sizeof answers->bytes - 4);
		require(strchr("Oacdhimpqrsty+-", answers->bytes[at + 4]) !=
			NULL);
		if (answers->size - at < 4 + length)
			break;
		at += 4 + length;
	}
	answers->size -= at;
	memmove(answers->bytes, answers->bytes + at, answers->size);
}

/* False when libmilter has closed the connection. */
static bool hear(int fd, struct answers *answers)
{
	ssize_t got = recv(fd, answers->bytes + answers->size,
			   sizeof answers->bytes - answers->size, 0);

	if (got <= 0)
		return false;
	answers->size += (size_t)got;
	check_answers(answers);
	return true;
}

static int connect_mta(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	require(fd >= 0);
	require(connect(fd, (const struct sockaddr *)&place, sizeof place) ==
		0);
	return fd;
}

/* libmilter's pool forgets to wake a worker now and then, and looks again
 * after ten seconds. Another connection makes it look at once. */
static void wait_for(struct pollfd *ready)
{
	for (int i = 0; poll(ready, 1, ANSWER_WAIT_MS) == 0; i++) {
		require(i < ANSWER_WAITS);
		(void)close(connect_mta());
	}
}

/* Sends, while it is taken, and hears until libmilter closes. */
static void converse(int fd, const char *stream, size_t size, size_t piece)
{
	struct answers answers = {.size = 0};
	size_t at = 0;
	bool is_sending = true;

	for (;;) {
		struct pollfd ready = {
		    .fd = fd,
		    .events = (short)(POLLIN | (at < size ? POLLOUT : 0)),
		};
		if (is_sending && at >= size) {
			(void)shutdown(fd, SHUT_WR);
			is_sending = false;
		}
		wait_for(&ready);
		if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
			if (!hear(fd, &answers))
				break;
		} else if ((ready.revents & POLLOUT) != 0) {
			size_t part = size - at < piece ? size - at : piece;
			ssize_t sent = send(fd, stream + at, part,
					    MSG_NOSIGNAL | MSG_DONTWAIT);
			at = sent < 0 ? size : at + (size_t)sent;
		}
	}
	require(answers.size == 0);
}

static void play(const char *stream, size_t size, size_t piece)
{
	int fd = connect_mta();

	converse(fd, stream, size, piece);
	(void)close(fd);
	/* The session goes before its descriptor. */
	require(atomic_load(&service.gate.connections) == 0);
	require(atomic_load(&service.gate.begun) == 0);
	require(atomic_load(&service.gate.evaluating) == 0);
}

static size_t add_line(char *stream, size_t size, const char *line,
		       size_t length)
{
	if (length == 0 || size + length + 4 > MAX_STREAM)
		return size;
	if (line[0] == '=') {
		memcpy(stream + size, line + 1, length - 1);
		return size + length - 1;
	}
	for (size_t i = 0; i < 4; i++)
		stream[size + i] = (char)(length >> (24 - 8 * i) & 0xff);
	memcpy(stream + size + 4, line, length);
	return size + 4 + length;
}

static size_t make_stream(char *stream, const char *lines, size_t length)
{
	const char *end = lines + length;
	size_t size = 0;

	while (lines < end) {
		const char *feed = memchr(lines, '\n', (size_t)(end - lines));
		if (feed == NULL)
			feed = end;
		size = add_line(stream, size, lines, (size_t)(feed - lines));
		lines = feed + 1;
	}
	return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char stream[MAX_STREAM];

	if (size < 2)
		return 0;
	start_libmilter();
	size_t piece = data[0] + (size_t)1;
	size_t length = make_stream(stream, (const char *)data + 1, size - 1);
	read_stream(stream, length);
	bool is_whole = is_taken(stream, length, MAX_STREAM);
	require(is_whole == is_taken(stream, length, 1));
	require(is_whole == is_taken(stream, length, piece));
	play(stream, length, piece);
	return 0;
}
