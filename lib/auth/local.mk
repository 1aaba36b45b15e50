# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/auth/evidence.c lib/auth/evidence.h \
	lib/auth/spf.c lib/auth/spf.h \
	lib/auth/spf_domain_spec.c lib/auth/spf_domain_spec.h \
	lib/auth/spf_guard.c lib/auth/spf_guard.h \
	lib/auth/spf_library.c lib/auth/spf_library.h \
	lib/auth/spf_macro.c lib/auth/spf_macro.h \
	lib/auth/spf_record.c lib/auth/spf_record.h \
	lib/auth/spf_rewrite.c lib/auth/spf_rewrite.h \
	lib/auth/spf_settings.c
