# SPDX-License-Identifier: BSD-2-Clause
# The daemon. What needs no libmilter is a library, so that tests can link it.

noinst_LIBRARIES += libsession.a
libsession_a_SOURCES = \
	milter/ahead.c milter/ahead.h \
	milter/capacity.c milter/capacity.h \
	milter/current.c milter/current.h \
	milter/exposition.c milter/exposition.h \
	milter/gate.c milter/gate.h \
	milter/log.h \
	milter/log_json.c milter/log_json.h \
	milter/metrics.c milter/metrics.h \
	milter/metrics_page.c milter/metrics_page.h \
	milter/mta.c milter/mta.h \
	milter/override_log.c milter/override_log.h \
	milter/packet.c milter/packet.h \
	milter/parking.c milter/parking.h \
	milter/reply.c milter/reply.h \
	milter/session.c milter/session.h \
	milter/unneeded.c milter/unneeded.h \
	milter/waiting.c milter/waiting.h \
	milter/wire.c milter/wire.h

sbin_PROGRAMS += milter/alignd
milter_alignd_SOURCES = \
	milter/callbacks.c milter/callbacks.h \
	milter/endpoint.c milter/endpoint.h \
	milter/log.c \
	milter/main.c milter/malloc.h milter/manager.h \
	milter/metrics_http.c milter/metrics_http.h \
	milter/notify.c milter/notify.h \
	milter/pid_file.c milter/pid_file.h \
	milter/pool.c milter/pool.h \
	milter/privileges.c milter/privileges.h \
	milter/signals.c milter/signals.h \
	milter/wire_calls.c
# A sanitizer has an allocator of its own, a C library may have one that is not to
# be replaced.
if OWN_MALLOC
milter_alignd_SOURCES += milter/malloc.c
else
milter_alignd_SOURCES += milter/malloc_none.c
endif
# A host may have another manager of services, or none.
if SYSTEMD
milter_alignd_SOURCES += milter/manager_systemd.c
else
milter_alignd_SOURCES += milter/manager_none.c
endif
# libmilter must find ours: see milter/signals.h, wire.h and pool.h.
WIRE_SYMBOLS = -Wl,--export-dynamic-symbol=accept \
	-Wl,--export-dynamic-symbol=poll -Wl,--export-dynamic-symbol=read \
	-Wl,--export-dynamic-symbol=close
POOL_SYMBOLS = -Wl,--export-dynamic-symbol=pthread_create \
	-Wl,--export-dynamic-symbol=pthread_detach \
	-Wl,--export-dynamic-symbol=pthread_cond_init \
	-Wl,--export-dynamic-symbol=pthread_cond_signal \
	-Wl,--export-dynamic-symbol=pthread_cond_timedwait \
	-Wl,--export-dynamic-symbol=pthread_cond_destroy \
	-Wl,--export-dynamic-symbol=pthread_mutex_destroy
MEMORY_SYMBOLS = -Wl,--export-dynamic-symbol=malloc \
	-Wl,--export-dynamic-symbol=calloc \
	-Wl,--export-dynamic-symbol=realloc \
	-Wl,--export-dynamic-symbol=memalign \
	-Wl,--export-dynamic-symbol=aligned_alloc \
	-Wl,--export-dynamic-symbol=posix_memalign \
	-Wl,--export-dynamic-symbol=free
milter_alignd_LDFLAGS = $(AM_LDFLAGS) -Wl,--export-dynamic-symbol=sigwait \
	$(WIRE_SYMBOLS) $(POOL_SYMBOLS) $(MEMORY_SYMBOLS)
milter_alignd_LDADD = libsession.a $(ALIGN_LIBS) $(MILTER_LIBS) $(SYSTEMD_LIBS) \
	$(MICROHTTPD_LIBS)
EXTRA_DIST += milter/manager_systemd.c milter/manager_none.c
