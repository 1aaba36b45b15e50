# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/lookalike/form.c lib/lookalike/form.h \
	lib/lookalike/lookalike.c lib/lookalike/lookalike.h \
	lib/lookalike/name_words.c lib/lookalike/name_words.h \
	lib/lookalike/near.c lib/lookalike/near.h \
	lib/lookalike/people.c lib/lookalike/people.h \
	lib/lookalike/person.c \
	lib/lookalike/skeleton.c lib/lookalike/skeleton.h
