/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine_fault_none.c - a build for use has no such faults
 * Tested by test_alignctl_check.
 */
#include "tools/engine_fault.h"

void engine_fault(const char *name)
{
	(void)name;
}
