-- SPDX-License-Identifier: BSD-2-Clause
--
-- path_tables_1 - known paths of all hosts, version 1
--
-- Run once, as alignd_owner, after tables_1. A path is no counter of a segment: each
-- host has its own, with a past that it forgets, and what is here is its state of a
-- day, which the next one replaces whole. place is where it stood in what the host
-- brought: no index holds a text that a stranger chose.

CREATE TABLE path (
	host_no int NOT NULL REFERENCES host,
	place int NOT NULL,
	taken_s bigint NOT NULL,
	kind smallint NOT NULL CHECK (kind IN (0, 1)),
	client text COLLATE "C" NOT NULL CHECK (octet_length(client) <= 100),
	network text COLLATE "C" NOT NULL CHECK (octet_length(network) <= 64),
	subject text COLLATE "C" NOT NULL CHECK (octet_length(subject) <= 100),
	spf bigint NOT NULL,
	dkim bigint NOT NULL,
	failed bigint NOT NULL,
	first_day int NOT NULL,
	last_day int NOT NULL,
	days int NOT NULL,
	broken_s bigint NOT NULL,
	refused bigint NOT NULL,
	reference text COLLATE "C" NOT NULL CHECK (octet_length(reference) <= 64),
	PRIMARY KEY (host_no, place)
);
