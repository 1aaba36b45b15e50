/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_RESOURCE_KIND_H
#define BASE_RESOURCE_KIND_H

/*
 * resource_kind - what setrlimit(2) takes first, as this C library types it
 */

#include <sys/resource.h>

#ifdef __GLIBC__
typedef __rlimit_resource_t resource_kind;
#else
typedef int resource_kind;
#endif

#endif
