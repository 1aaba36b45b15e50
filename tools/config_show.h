/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_CONFIG_SHOW_H
#define TOOLS_CONFIG_SHOW_H

/*
 * config_show - each setting in force, and where it comes from
 *
 * For people a configuration file, each setting with a comment behind it; for
 * programs one object a setting.
 */

#include <stdio.h>

#include "lib/app/config.h"
#include "lib/show/rows.h"

void config_show(FILE *file, enum show_form form, const struct config *config);

#endif
