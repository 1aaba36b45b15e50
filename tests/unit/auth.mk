# SPDX-License-Identifier: BSD-2-Clause

# DKIM and reverse DNS
DKIM_TESTS = \
	tests/unit/test_digest \
	tests/unit/test_header_hash \
	tests/unit/test_iprev \
	tests/unit/test_key_cache \
	tests/unit/test_public_key \
	tests/unit/test_rsa_der \
	tests/unit/test_signature_bounds \
	tests/unit/test_signature_check \
	tests/unit/test_signature_hazards \
	tests/unit/test_signature_key \
	tests/unit/test_signature_shapes \
	tests/unit/test_signature_tags \
	tests/unit/test_signatures \
	tests/unit/test_tag_list

# Signs messages; the replay tests use it too.
check_LIBRARIES += tests/unit/libsign.a
tests_unit_libsign_a_SOURCES = tests/unit/sign.c tests/unit/sign.h
tests_unit_libsign_a_CPPFLAGS = $(TEST_CPPFLAGS) $(CRYPTO_CFLAGS)
SIGN_LIBS = tests/unit/libsign.a $(CACHES_LIBS)

check_PROGRAMS += $(DKIM_TESTS)
TESTS += $(DKIM_TESTS)
tests_unit_test_digest_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_digest_LDADD = $(TEST_LIBS)
tests_unit_test_header_hash_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_header_hash_LDADD = $(TEST_LIBS)
tests_unit_test_public_key_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_public_key_LDADD = $(SIGN_LIBS)
tests_unit_test_rsa_der_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_rsa_der_LDADD = $(SIGN_LIBS)
tests_unit_test_signature_bounds_SOURCES = \
	tests/unit/test_signature_bounds.c \
	$(VERIFY_SOURCES)
tests_unit_test_signature_bounds_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_signature_bounds_LDADD = $(SIGN_LIBS)
tests_unit_test_signature_check_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_signature_check_LDADD = $(SIGN_LIBS)
tests_unit_test_iprev_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_iprev_LDADD = $(TEST_LIBS)
tests_unit_test_signature_hazards_SOURCES = \
	tests/unit/test_signature_hazards.c \
	$(VERIFY_SOURCES)
tests_unit_test_signature_hazards_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_signature_hazards_LDADD = $(SIGN_LIBS)
tests_unit_test_signature_key_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_signature_key_LDADD = $(SIGN_LIBS)
tests_unit_test_key_cache_SOURCES = \
	tests/unit/test_key_cache.c \
	$(VERIFY_SOURCES)
tests_unit_test_key_cache_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_key_cache_LDADD = $(SIGN_LIBS)
tests_unit_test_signature_shapes_SOURCES = \
	tests/unit/test_signature_shapes.c \
	$(VERIFY_SOURCES)
tests_unit_test_signature_shapes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_signature_shapes_LDADD = $(SIGN_LIBS)
tests_unit_test_signature_tags_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_signature_tags_LDADD = $(TEST_LIBS)
tests_unit_test_signatures_SOURCES = tests/unit/test_signatures.c \
	$(VERIFY_SOURCES)
tests_unit_test_signatures_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_signatures_LDADD = $(SIGN_LIBS)
tests_unit_test_tag_list_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_tag_list_LDADD = $(TEST_LIBS)

# ARC
ARC_TESTS = \
	tests/unit/test_arc \
	tests/unit/test_arc_set \
	tests/unit/test_body_hash \
	tests/unit/test_body_hashes \
	tests/unit/test_canonical

check_PROGRAMS += $(ARC_TESTS)
TESTS += $(ARC_TESTS)
tests_unit_test_arc_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_arc_LDADD = $(SIGN_LIBS)
tests_unit_test_arc_set_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_arc_set_LDADD = $(TEST_LIBS)
tests_unit_test_body_hash_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_body_hash_LDADD = $(TEST_LIBS)
tests_unit_test_body_hashes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_body_hashes_LDADD = $(TEST_LIBS)
tests_unit_test_canonical_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_canonical_LDADD = $(TEST_LIBS)

# SPF
SPF_TESTS = \
	tests/unit/test_spf \
	tests/unit/test_spf_evaluate \
	tests/unit/test_spf_macro \
	tests/unit/test_spf_record \
	tests/unit/test_spf_term

check_PROGRAMS += $(SPF_TESTS)
TESTS += $(SPF_TESTS)
EXTRA_DIST += tests/unit/spf_world.h
tests_unit_test_spf_evaluate_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_spf_evaluate_LDADD = $(TEST_LIBS)
tests_unit_test_spf_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_spf_LDADD = $(TEST_LIBS)
tests_unit_test_spf_macro_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_spf_macro_LDADD = $(TEST_LIBS)
tests_unit_test_spf_record_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_spf_record_LDADD = $(TEST_LIBS)
tests_unit_test_spf_term_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_spf_term_LDADD = $(TEST_LIBS)
