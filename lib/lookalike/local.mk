# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/lookalike/form.c lib/lookalike/form.h \
	lib/lookalike/lookalike.c lib/lookalike/lookalike.h \
	lib/lookalike/near.c lib/lookalike/near.h \
	lib/lookalike/skeleton.c lib/lookalike/skeleton.h
