# SPDX-License-Identifier: BSD-2-Clause
# The libraries to compare with. An archive of its own, so that a program takes
# in no adaptor that it does not ask for.
noinst_LIBRARIES += libengines.a
libengines_a_SOURCES = \
	lib/engines/engine_opendkim.c \
	lib/engines/engine_opendmarc.c \
	lib/engines/engine_spf2.c \
	lib/engines/engines.h
