/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dkim_settings.c - the settings of DKIM verification
 * Tested by test_alignctl_doctor.
 */
#include "lib/auth/engine_choice.h"
#include "lib/auth/signatures.h"

static const struct setting_choice partial_bodies[] = {
    {"ignore", PARTIAL_BODY_IGNORE},
    {"count", PARTIAL_BODY_COUNT},
    {NULL, 0},
};

static const struct setting_choice testing_keys[] = {
    {"count", TESTING_KEYS_COUNT},
    {"ignore", TESTING_KEYS_IGNORE},
    {NULL, 0},
};

static const struct setting_choice engines[] = {
    {"alignd", ENGINE_ALIGND},
    {"libopendkim", ENGINE_LIBRARY},
    {NULL, 0},
};

const char *engine_dkim_text(int choice)
{
	return engines[choice].name;
}

const struct setting dkim_setting_rows[] = {
    {.name = "engine",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct dkim_settings, engine),
     .initial = "alignd",
     .choices = engines,
     .is_reloadable = true,
     .summary = "Who verifies signatures: alignd, or the library, whose known "
		"limits alignd.conf(5) lists."},
    {.name = "max_signatures",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct dkim_settings, max_signatures),
     .initial = "10",
     .min = 1,
     .max = 20,
     .is_reloadable = true,
     .summary = "Signatures of one message that are verified, those that "
		"could align first; further ones are dkim=policy."},
    {.name = "min_rsa_bits",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct dkim_settings, min_rsa_bits),
     .initial = "1024",
     .min = 1024,
     .max = 4096,
     .is_reloadable = true,
     .summary = "A signature by a shorter RSA key is dkim=policy "
		"(RFC 8301 3.2)."},
    {.name = "partial_body",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct dkim_settings, partial_body),
     .initial = "ignore",
     .choices = partial_bodies,
     .is_reloadable = true,
     .summary = "Does a signature count whose l= leaves part of the body "
		"unsigned?"},
    {.name = "testing_keys",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct dkim_settings, testing_keys),
     .initial = "count",
     .choices = testing_keys,
     .is_reloadable = true,
     .summary = "Does a signature count whose key says t=y (testing)?"},
    {.name = "key_cache",
     .type = SETTING_FLAG,
     .offset = offsetof(struct dkim_settings, key_cache),
     .initial = "yes",
     .is_reloadable = true,
     .summary = "Keep decoded keys: reading one takes longer than verifying "
		"with it."},
    {.name = NULL},
};
