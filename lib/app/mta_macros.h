/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_MTA_MACROS_H
#define APP_MTA_MACROS_H

/*
 * mta_macros - what alignd asks the MTA to tell it beside the protocol
 *
 * Names as Postfix's MILTER_README and Sendmail's operations guide have them.
 * Asked for at each place, where the MTA lets us ask; by this, too, doctor
 * tells an alignd that answers from another milter.
 */

#define MTA_MACROS_AT_CONNECT "j {daemon_name} {client_name} {client_resolve}"
#define MTA_MACROS_AT_MAIL "i {auth_authen} {auth_type} {tls_version} {cipher}"
#define MTA_MACROS_AT_END "i"

#endif
