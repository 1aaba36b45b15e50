/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http.c - the desk over HTTP
 *
 * Besides milter/metrics_http.c the only file that includes libmicrohttpd; all
 * callbacks run on the one thread that it starts. A connection is closed behind
 * its answer, so that no two programs in a row can be of two minds about where
 * a second request begins. Who has been here longest gives way when the places
 * are taken: a client that sends a byte a second keeps nobody out.
 * Tested by test_desk_server.
 */
#include "desk/http.h"

#include <microhttpd.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/place_list.h"

#define CLIENTS_MAX 48
#define SILENCE_S 5U
#define CLIENT_BYTES ((size_t)24576) /* request, and the answer's header */
#define FIELDS_MAX 100
#define LONG_US 50000 /* what took so long took memory as well */
#define SENDING_MAX ((size_t)12 << 20) /* of answers that are on their way */

struct desk_http {
	struct MHD_Daemon *daemon;
	struct desk_service *service;
	bool is_tcp;
	struct place_list *places;
	size_t sending;	  /* bytes of answers that are not sent yet */
};

/* One request, from its first line to the end of its answer. */
struct exchange {
	struct desk_http *http;
	char *target;
	size_t bytes; /* of the answer */
	TALLOC_CTX *mem;
};

/* --- clients ------------------------------------------------------------- */

static void on_client(void *context, struct MHD_Connection *connection,
		      void **unused, enum MHD_ConnectionNotificationCode code)
{
	struct desk_http *http = context;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	(void)unused;
	if (info == NULL)
		return;
	if (code != MHD_CONNECTION_NOTIFY_STARTED) {
		place_list_leave(http->places, info->connect_fd);
		return;
	}
	int first = place_list_enter(http->places, info->connect_fd);
	if (first < 0)
		return;
	/* The library sees the end and closes. */
	(void)shutdown(first, SHUT_RDWR);
	desk_service_count_busy(http->service);
}

/* --- what was asked ------------------------------------------------------ */

/* The target as it came: the library decodes what it hands on later. */
static void *on_target(void *context, const char *target,
		       struct MHD_Connection *connection)
{
	struct exchange *exchange = heap_new(struct exchange);

	(void)connection;
	exchange->http = context;
	exchange->target = heap_strdup(target);
	return exchange;
}

static void on_completed(void *context, struct MHD_Connection *connection,
			 void **state, enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *state;

	(void)context;
	(void)connection;
	(void)code;
	if (exchange == NULL)
		return;
	exchange->http->sending -= exchange->bytes;
	heap_free(exchange->target);
	heap_free(exchange);
	*state = NULL;
}

struct fields {
	bool is_cut; /* there are more: one of them may name another user */
	size_t count;
	struct desk_field items[FIELDS_MAX];
};

static enum MHD_Result take_field(void *context, enum MHD_ValueKind kind,
				  const char *name, const char *value)
{
	struct fields *fields = context;

	(void)kind;
	fields->is_cut = fields->count == FIELDS_MAX;
	if (fields->is_cut)
		return MHD_NO;
	fields->items[fields->count++] =
	    (struct desk_field){name, value == NULL ? "" : value};
	return MHD_YES;
}

/* (uid_t)-1, which no list has, where the kernel does not say. */
static uid_t peer_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct ucred peer = {.uid = (uid_t)-1};
	socklen_t size = sizeof peer;

	if (info == NULL || getsockopt(info->connect_fd, SOL_SOCKET,
				       SO_PEERCRED, &peer, &size) != 0)
		return (uid_t)-1;
	return peer.uid;
}

/* --- the answer ---------------------------------------------------------- */

static void add(struct MHD_Response *response, const char *name,
		const char *value)
{
	(void)MHD_add_response_header(response, name, value);
}

static void add_headers(struct MHD_Response *response, TALLOC_CTX *mem,
			const struct desk_answer *answer)
{
	add(response, "Content-Type", answer->type);
	add(response, "Content-Security-Policy", desk_policy(mem));
	add(response, "Referrer-Policy", "no-referrer");
	add(response, "Cache-Control", "no-store");
	add(response, "X-Content-Type-Options", "nosniff");
	add(response, "X-Frame-Options", "DENY");
	add(response, "Cross-Origin-Resource-Policy", "same-origin");
	add(response, "Cross-Origin-Opener-Policy", "same-origin");
	add(response, "Connection", "close");
	if (answer->location != NULL)
		add(response, "Location", answer->location);
	if (answer->file != NULL)
		add(response, "Content-Disposition",
		    mem_printf(mem, "attachment; filename=\"%s\"",
			       answer->file));
	if (answer->status == 401)
		add(response, "WWW-Authenticate",
		    "Basic realm=\"alignd desk\", charset=\"UTF-8\"");
	if (answer->status == 405)
		add(response, "Allow", "GET, HEAD");
}

/* A copy of the body goes with the response: the page, several times as large,
 * does not wait for a slow reader. */
static enum MHD_Result send_answer(struct MHD_Connection *connection,
				   struct exchange *exchange, TALLOC_CTX *mem,
				   struct desk_answer *answer)
{
	size_t length = answer->body.length;
	void *body = heap_memdup(strbuf_text(&answer->body), length);
	struct MHD_Response *response =
	    MHD_create_response_from_buffer_with_free_callback_cls(
		length, body, heap_free, body);

	if (response == NULL) {
		heap_free(body);
		return MHD_NO;
	}
	exchange->bytes = length;
	exchange->http->sending += length;
	add_headers(response, mem, answer);
	enum MHD_Result result =
	    MHD_queue_response(connection, answer->status, response);
	MHD_destroy_response(response);
	return result;
}

static void say(TALLOC_CTX *mem, unsigned status, const char *words,
		struct desk_answer *answer)
{
	*answer = (struct desk_answer){.status = status,
				       .type = "text/plain; charset=utf-8"};
	strbuf_init(&answer->body, mem, strlen(words));
	strbuf_add_text(&answer->body, words);
}

static enum MHD_Result on_request(void *context,
				  struct MHD_Connection *connection,
				  const char *url, const char *method,
				  const char *version, const char *upload,
				  size_t *upload_size, void **state)
{
	struct desk_http *http = context;
	struct exchange *exchange = *state;
	struct fields fields = {.count = 0};
	int64_t began_us = clock_monotonic_us();
	TALLOC_CTX *mem = mem_context(NULL);
	struct desk_answer answer;

	(void)url;
	(void)version;
	(void)upload;
	*upload_size = 0;
	(void)MHD_get_connection_values(connection, MHD_HEADER_KIND, take_field,
					&fields);
	const struct desk_call call = {
	    .method = method,
	    .target = exchange->target,
	    .arrival = {.is_tcp = http->is_tcp,
			.peer = http->is_tcp ? (uid_t)-1 : peer_of(connection),
			.count = fields.count,
			.fields = fields.items}};
	if (fields.is_cut) {
		say(mem, 431, "more header fields than a browser sends\n",
		    &answer);
	} else if (http->sending > SENDING_MAX) {
		desk_service_count_busy(http->service);
		say(mem, 503, "busy: try again in a moment\n", &answer);
	} else {
		desk_service_answer(http->service, mem, &call, &answer);
	}
	enum MHD_Result result =
	    send_answer(connection, exchange, mem, &answer);
	mem_free(mem);
	if (clock_monotonic_us() - began_us > LONG_US)
		mem_give_back();
	return result;
}

/* --- life ---------------------------------------------------------------- */

bool desk_http_start(int listener, bool is_tcp, struct desk_service *service,
		     struct desk_http **http, struct error *err)
{
	struct desk_http *made = heap_new(struct desk_http);

	made->service = service;
	made->is_tcp = is_tcp;
	made->places = place_list_new(CLIENTS_MAX);
	made->daemon = MHD_start_daemon(
	    MHD_USE_AUTO_INTERNAL_THREAD, 0, NULL, NULL, on_request, made,
	    MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)CLIENTS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, SILENCE_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, CLIENT_BYTES,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK,
	    on_target, made, MHD_OPTION_NOTIFY_COMPLETED, on_completed, made,
	    MHD_OPTION_NOTIFY_CONNECTION, on_client, made, MHD_OPTION_END);
	if (made->daemon == NULL) {
		(void)close(listener);
		place_list_free(made->places);
		heap_free(made);
		return error_set(err, ERROR_SYSTEM,
				 "listen: cannot start the HTTP server's "
				 "thread");
	}
	*http = made;
	return true;
}

void desk_http_stop(struct desk_http *http)
{
	if (http == NULL)
		return;
	MHD_stop_daemon(http->daemon);
	place_list_free(http->places);
	heap_free(http);
}
