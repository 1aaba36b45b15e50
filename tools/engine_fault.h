/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_ENGINE_FAULT_H
#define TOOLS_ENGINE_FAULT_H

/*
 * engine_fault - a library that goes wrong, for tests
 *
 * Built with --enable-development, ALIGND_ENGINE_FAULT = NAME:WHAT makes the
 * process of that library crash, hang, eat memory, write rubbish, without end,
 * or so many bytes of one line. Else nothing happens.
 */

void engine_fault(const char *name);

#endif
