/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_settings.c - the settings of section log
 */
#include "lib/app/config.h"

#include <syslog.h>

static const struct setting_choice targets[] = {
    {"syslog", LOG_TARGET_SYSLOG},
    {"journal", LOG_TARGET_JOURNAL},
    {"stderr", LOG_TARGET_STDERR},
    {NULL, 0},
};

static const struct setting_choice formats[] = {
    {"text", LOG_FORMAT_TEXT}, {"json", LOG_FORMAT_JSON}, {NULL, 0}};

static const struct setting_choice facilities[] = {
    {"mail", LOG_MAIL},
    {"daemon", LOG_DAEMON},
    {"local0", LOG_LOCAL0},
    {"local1", LOG_LOCAL1},
    {"local2", LOG_LOCAL2},
    {"local3", LOG_LOCAL3},
    {"local4", LOG_LOCAL4},
    {"local5", LOG_LOCAL5},
    {"local6", LOG_LOCAL6},
    {"local7", LOG_LOCAL7},
    {NULL, 0},
};

const struct setting log_setting_rows[] = {
    {.name = "target",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct log_settings, target),
     .initial = "syslog",
     .choices = targets,
     .is_reloadable = true,
     .summary = "Where log lines go."},
    {.name = "format",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct log_settings, format),
     .initial = "text",
     .choices = formats,
     .is_reloadable = true,
     .summary = "Lines of key=value for people, or JSON objects."},
    {.name = "facility",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct log_settings, facility),
     .initial = "mail",
     .choices = facilities,
     .is_reloadable = true,
     .summary = "The syslog facility."},
    {.name = NULL},
};
