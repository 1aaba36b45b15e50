/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_http.c - where Prometheus scrapes
 *
 * The only file that includes libmicrohttpd. All its callbacks run on the one
 * thread that it starts. Its timeout is for silence only; a client that sends
 * a byte a second would stay for hours, and a few of those would keep
 * Prometheus out. So the client that has been here longest gives way when the
 * places are taken.
 * Tested by test_wire_http.
 */
#include "milter/metrics_http.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/place_list.h"
#include "milter/exposition.h"
#include "milter/metrics.h"
#include "milter/metrics_page.h"

#define CLIENTS_MAX 16
#define BACKLOG 256 /* past it a client tries again a second later */
#define SILENCE_S 3U
#define CLIENT_BYTES ((size_t)8192) /* request and the answer's header */

struct metrics_http {
	struct MHD_Daemon *daemon;
	struct service *service;
	struct place_list *places;
};

/* --- the socket ---------------------------------------------------------- */

static socklen_t fill_address(const struct metrics_endpoint *endpoint,
			      struct sockaddr_storage *storage)
{
	struct sockaddr_in in = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)endpoint->port),
	};
	struct sockaddr_in6 in6 = {
	    .sin6_family = AF_INET6,
	    .sin6_port = htons((uint16_t)endpoint->port),
	};

	if (endpoint->address.family == NET_IPV4) {
		memcpy(&in.sin_addr, endpoint->address.bytes, 4);
		memcpy(storage, &in, sizeof in);
		return sizeof in;
	}
	memcpy(&in6.sin6_addr, endpoint->address.bytes, 16);
	memcpy(storage, &in6, sizeof in6);
	return sizeof in6;
}

static bool open_listener(const struct metrics_endpoint *endpoint, int fd)
{
	struct sockaddr_storage storage = {.ss_family = AF_UNSPEC};
	socklen_t size = fill_address(endpoint, &storage);
	const int on = 1;

	/* A restart finds the port of the daemon before it. */
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (endpoint->address.family == NET_IPV6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	return bind(fd, (const struct sockaddr *)&storage, size) == 0 &&
	       listen(fd, BACKLOG) == 0;
}

bool metrics_http_bind(const char *place, int *listener, struct error *err)
{
	struct metrics_endpoint endpoint;

	if (!metrics_endpoint_parse(place, &endpoint, err))
		return false;
	int family = endpoint.address.family == NET_IPV4 ? AF_INET : AF_INET6;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && open_listener(&endpoint, fd)) {
		*listener = fd;
		return true;
	}
	int failed = errno;
	if (fd >= 0)
		(void)close(fd);
	return error_errno(err, ERROR_CONFIG, failed,
			   "metrics.listen: cannot listen at \"%s\" (allowed: "
			   "a free port of an address of this host; empty for "
			   "none)",
			   place);
}

/* --- clients ------------------------------------------------------------- */

static void on_client(void *context, struct MHD_Connection *connection,
		      void **unused, enum MHD_ConnectionNotificationCode code)
{
	struct metrics_http *http = context;
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
}

/* --- answers ------------------------------------------------------------- */

static enum MHD_Result send_answer(struct MHD_Connection *connection,
				   unsigned status, const char *text)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);

	if (response == NULL)
		return MHD_NO;
	(void)MHD_add_response_header(response, "Content-Type",
				      EXPOSITION_TYPE);
	(void)MHD_add_response_header(response, "Connection", "close");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		(void)MHD_add_response_header(response, "Allow", "GET, HEAD");
	enum MHD_Result result =
	    MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer_metrics(struct metrics_http *http,
				      struct MHD_Connection *connection)
{
	TALLOC_CTX *mem = mem_context(NULL);

	metrics_count(METRIC_SCRAPES);
	enum MHD_Result result = send_answer(
	    connection, MHD_HTTP_OK,
	    metrics_page(mem, http->service, clock_now_s(clock_system())));
	mem_free(mem);
	return result;
}

static enum MHD_Result on_request(void *context,
				  struct MHD_Connection *connection,
				  const char *url, const char *method,
				  const char *version, const char *upload,
				  size_t *upload_size, void **unused)
{
	(void)version;
	(void)upload;
	(void)upload_size;
	(void)unused;
	bool is_get = strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
		      strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	bool is_metrics = strcmp(url, "/metrics") == 0;

	if (!is_metrics && strcmp(url, "/healthz") != 0)
		return send_answer(connection, MHD_HTTP_NOT_FOUND,
				   "alignd: /metrics, /healthz\n");
	if (!is_get)
		return send_answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
				   "GET or HEAD\n");
	return is_metrics ? answer_metrics(context, connection)
			  : send_answer(connection, MHD_HTTP_OK, "ok\n");
}

/* --- life ---------------------------------------------------------------- */

bool metrics_http_start(int listener, struct service *service,
			struct metrics_http **http, struct error *err)
{
	struct metrics_http *made = heap_new(struct metrics_http);

	made->service = service;
	made->places = place_list_new(CLIENTS_MAX);
	made->daemon = MHD_start_daemon(
	    MHD_USE_AUTO_INTERNAL_THREAD, 0, NULL, NULL, on_request, made,
	    MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)CLIENTS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, SILENCE_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, CLIENT_BYTES,
	    MHD_OPTION_NOTIFY_CONNECTION, on_client, made, MHD_OPTION_END);
	if (made->daemon == NULL) {
		(void)close(listener);
		place_list_free(made->places);
		heap_free(made);
		return error_set(err, ERROR_SYSTEM,
				 "metrics.listen: cannot start the HTTP "
				 "server's thread");
	}
	*http = made;
	return true;
}

void metrics_http_stop(struct metrics_http *http)
{
	if (http == NULL)
		return;
	MHD_stop_daemon(http->daemon);
	place_list_free(http->places);
	heap_free(http);
}
