# SPDX-License-Identifier: BSD-2-Clause
include tests/conformance/dmarc.mk
