# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/policy/decide.c lib/policy/decide.h \
	lib/policy/decide_texts.c lib/policy/decide_texts.h \
	lib/policy/policy_settings.c \
	lib/policy/trust.c lib/policy/trust.h \
	lib/policy/trust_settings.c
