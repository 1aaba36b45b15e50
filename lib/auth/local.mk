# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/auth/engine.h \
	lib/auth/evidence.c lib/auth/evidence.h \
	lib/auth/spf.c lib/auth/spf.h \
	lib/auth/spf_ahead.c lib/auth/spf_ahead.h \
	lib/auth/spf_domain_spec.c lib/auth/spf_domain_spec.h \
	lib/auth/spf_evaluate.c lib/auth/spf_evaluate.h \
	lib/auth/spf_macro.c lib/auth/spf_macro.h \
	lib/auth/spf_record.c lib/auth/spf_record.h \
	lib/auth/spf_settings.c \
	lib/auth/spf_term.c lib/auth/spf_term.h

# ARC
libalign_a_SOURCES += \
	lib/auth/arc.c lib/auth/arc.h \
	lib/auth/arc_chain.c lib/auth/arc_chain.h \
	lib/auth/arc_set.c lib/auth/arc_set.h \
	lib/auth/arc_verify.c lib/auth/arc_verify.h \
	lib/auth/body_hash.c lib/auth/body_hash.h \
	lib/auth/body_hashes.c lib/auth/body_hashes.h \
	lib/auth/canonical.c lib/auth/canonical.h \
	lib/auth/digest.c lib/auth/digest.h

# DKIM and reverse DNS
libalign_a_SOURCES += \
	lib/auth/body_length.c lib/auth/body_length.h \
	lib/auth/dkim_settings.c \
	lib/auth/iprev.c lib/auth/iprev.h \
	lib/auth/key_trial.c lib/auth/key_trial.h \
	lib/auth/signature_key.c lib/auth/signature_key.h \
	lib/auth/signature_key_cache.h \
	lib/auth/signature_key_rsa.c \
	lib/auth/signature_tags.c lib/auth/signature_tags.h \
	lib/auth/signatures.c lib/auth/signatures.h \
	lib/auth/tag_list.c lib/auth/tag_list.h \
	lib/auth/verifier.c lib/auth/verifier.h
if KEY_CACHE
libalign_a_SOURCES += lib/auth/signature_key_cache.c
# libopendkim must find our definition in place of OpenSSL's.
AM_LDFLAGS += -Wl,--export-dynamic-symbol=d2i_PUBKEY_bio
else
libalign_a_SOURCES += lib/auth/signature_key_cache_none.c
endif
