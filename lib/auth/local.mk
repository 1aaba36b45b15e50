# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/auth/engine.h lib/auth/engine_choice.h \
	lib/auth/evidence.c lib/auth/evidence.h \
	lib/auth/spf.c lib/auth/spf.h \
	lib/auth/spf_ahead.c lib/auth/spf_ahead.h \
	lib/auth/spf_domain_spec.c lib/auth/spf_domain_spec.h \
	lib/auth/spf_evaluate.c lib/auth/spf_evaluate.h \
	lib/auth/spf_macro.c lib/auth/spf_macro.h \
	lib/auth/spf_record.c lib/auth/spf_record.h \
	lib/auth/spf_settings.c lib/auth/spf_settings.h \
	lib/auth/spf_term.c lib/auth/spf_term.h

# What DKIM and ARC share
libalign_a_SOURCES += \
	lib/auth/body_hash.c lib/auth/body_hash.h \
	lib/auth/body_hashes.c lib/auth/body_hashes.h \
	lib/auth/canonical.c lib/auth/canonical.h \
	lib/auth/digest.c lib/auth/digest.h \
	lib/auth/header_hash.c lib/auth/header_hash.h \
	lib/auth/key_cache.c lib/auth/key_cache.h \
	lib/auth/public_key.c lib/auth/public_key.h \
	lib/auth/rsa_der.c lib/auth/rsa_der.h \
	lib/auth/signature_check.c lib/auth/signature_check.h \
	lib/auth/signature_key.c lib/auth/signature_key.h \
	lib/auth/signature_tags.c lib/auth/signature_tags.h \
	lib/auth/signed_message.c lib/auth/signed_message.h \
	lib/auth/tag_list.c lib/auth/tag_list.h

# ARC, DKIM and reverse DNS
libalign_a_SOURCES += \
	lib/auth/arc.c lib/auth/arc.h \
	lib/auth/arc_chain.c lib/auth/arc_chain.h \
	lib/auth/arc_set.c lib/auth/arc_set.h \
	lib/auth/arc_verify.c lib/auth/arc_verify.h \
	lib/auth/dkim_settings.c \
	lib/auth/iprev.c lib/auth/iprev.h \
	lib/auth/signatures.c lib/auth/signatures.h
