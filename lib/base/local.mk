# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/base/account.c lib/base/account.h \
	lib/base/clock.c lib/base/clock.h \
	lib/base/clock_trust.c lib/base/clock_trust.h \
	lib/base/confine.c lib/base/confine.h lib/base/confine_files.h \
	lib/base/confine_calls.c lib/base/confine_calls.h \
	lib/base/confine_landlock.c lib/base/confine_seccomp.c \
	lib/base/domain.c lib/base/domain.h \
	lib/base/error.c lib/base/error.h \
	lib/base/file_change.c lib/base/file_change.h \
	lib/base/file_name.c lib/base/file_name.h \
	lib/base/file_read.c lib/base/file_read.h \
	lib/base/histogram.c lib/base/histogram.h \
	lib/base/idn.c lib/base/idn.h \
	lib/base/json.c lib/base/json.h \
	lib/base/json_shape.c lib/base/json_shape.h \
	lib/base/json_write.c lib/base/json_write.h \
	lib/base/keyed_digest.c lib/base/keyed_digest.h \
	lib/base/limits.h \
	lib/base/mem.c lib/base/mem.h \
	lib/base/net.c lib/base/net.h \
	lib/base/place_list.c lib/base/place_list.h \
	lib/base/random.c lib/base/random.h \
	lib/base/reference.c lib/base/reference.h \
	lib/base/resource_kind.h \
	lib/base/secret_file.c lib/base/secret_file.h \
	lib/base/setting.c lib/base/setting.h \
	lib/base/secret_text.c lib/base/secret_text.h \
	lib/base/settings.c lib/base/settings.h \
	lib/base/settings_file.c \
	lib/base/settings_scan.c lib/base/settings_scan.h \
	lib/base/siphash.c lib/base/siphash.h \
	lib/base/spelling.c lib/base/spelling.h \
	lib/base/strbuf.c lib/base/strbuf.h \
	lib/base/suffix.c lib/base/suffix.h \
	lib/base/text.c lib/base/text.h \
	lib/base/time_text.c lib/base/time_text.h

# One object's overrun into the next must not be hidden from a sanitizer.
if SANITIZED
libalign_a_SOURCES += lib/base/mem_pool_none.c
else
libalign_a_SOURCES += lib/base/mem_pool.c
endif

# Sanitizers and gcov need more than the program they watch.
if WATCHED
libalign_a_SOURCES += lib/base/confine_watched.c
else
libalign_a_SOURCES += lib/base/confine_none.c
endif
