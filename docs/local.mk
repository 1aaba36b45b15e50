# SPDX-License-Identifier: BSD-2-Clause
dist_man_MANS += docs/alignd.conf.5
