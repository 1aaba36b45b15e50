#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# test_build_paths.sh - configured with another --sysconfdir or --localstatedir,
# what holds the path is built again: it stands in config.h alone, and each
# object that has it is stale when config.h is newer
set -u
cd "${top_builddir:-.}" || exit 1
status=0
wrong() {
	echo "test_build_paths: $*"
	status=1
}

make --version 2>/dev/null | grep -q GNU || {
	echo "what a newer config.h makes stale is asked of GNU make"
	exit 77
}
grep -q '^S\["AMDEP_TRUE"\]="#"' config.status && {
	echo "configured without dependencies: nothing is built again by itself"
	exit 77
}
for name in SYSCONFDIR LOCALSTATEDIR; do
	grep -q "^#define $name \"/" config.h || wrong "$name is not in config.h"
	grep -q -e "-D$name" Makefile && wrong "$name is on the command line"
done
objects='lib/app/config.o lib/store/store_settings.o milter/main.o'
for object in $objects; do
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
		make -n -W config.h V=1 "$object" 2>&1 |
		grep -q "${object%.o}.c" || wrong "$object would stay as it is"
done
exit $status
