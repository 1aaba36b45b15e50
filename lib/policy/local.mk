# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/policy/decide.c lib/policy/decide.h \
	lib/policy/decide_texts.c \
	lib/policy/failure_due.c lib/policy/failure_due.h \
	lib/policy/identity.c lib/policy/identity.h \
	lib/policy/override.c lib/policy/override.h lib/policy/override_types.h \
	lib/policy/override_file.c \
	lib/policy/override_index.c lib/policy/override_index.h \
	lib/policy/override_keys.c \
	lib/policy/override_rows.c lib/policy/override_rows.h \
	lib/policy/override_show.c lib/policy/override_show.h \
	lib/policy/override_write.c lib/policy/override_write.h \
	lib/policy/policy_settings.c \
	lib/policy/recipients.c lib/policy/recipients.h \
	lib/policy/reply_text.c lib/policy/reply_text.h \
	lib/policy/trust.c lib/policy/trust.h \
	lib/policy/trust_settings.c
