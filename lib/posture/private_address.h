/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_PRIVATE_ADDRESS_H
#define POSTURE_PRIVATE_ADDRESS_H

/*
 * private_address - addresses that nobody outside reaches (RFC 6890)
 */

#include "lib/base/net.h"

bool private_address_is(const struct net_address *address);

#endif
