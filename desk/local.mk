# SPDX-License-Identifier: BSD-2-Clause
# alignd-desk. What needs no HTTP is a library, so that tests can link it.
noinst_LIBRARIES += libdeskgate.a
libdeskgate_a_SOURCES = \
	desk/settings.c desk/settings.h \
	desk/who.c desk/who.h

sbin_PROGRAMS += desk/alignd-desk
desk_alignd_desk_SOURCES = \
	desk/http.c desk/http.h \
	desk/listener.c desk/listener.h \
	desk/main.c \
	desk/service.c desk/service.h
desk_alignd_desk_LDADD = libdeskgate.a libdesk.a $(FLEET_LIBS) \
	$(MICROHTTPD_LIBS)
