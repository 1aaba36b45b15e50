-- SPDX-License-Identifier: BSD-2-Clause
--
-- posture_tables_1 - since when something is wrong with own domains, version 1
--
-- Run once, as alignd_owner, after report_tables_1, in the schema of what senders
-- write. Tables have the shapes of those in SQLite (lib/store/store_schema_steps.c);
-- no index holds what a record says, but a digest of it.

CREATE TABLE alignd_report.posture_finding (
	domain text COLLATE "C" NOT NULL CHECK (octet_length(domain) <= 255),
	finding text COLLATE "C" NOT NULL CHECK (octet_length(finding) <= 64),
	detail text COLLATE "C" NOT NULL,
	first bigint NOT NULL,
	last bigint NOT NULL,
	detail_key bytea GENERATED ALWAYS AS (alignd_report.key_of(detail)) STORED,
	CONSTRAINT posture_finding_key UNIQUE (domain, finding, detail_key)
);
CREATE TABLE alignd_report.posture_past (
	domain text COLLATE "C" NOT NULL,
	finding text COLLATE "C" NOT NULL,
	detail text COLLATE "C" NOT NULL,
	first_s bigint NOT NULL,
	closed_s bigint NOT NULL,
	detail_key bytea GENERATED ALWAYS AS (alignd_report.key_of(detail)) STORED,
	CONSTRAINT posture_past_key UNIQUE (domain, finding, detail_key, closed_s)
);
CREATE INDEX posture_past_closed ON alignd_report.posture_past (closed_s);
CREATE TABLE alignd_report.posture_look (
	domain text COLLATE "C" NOT NULL CHECK (octet_length(domain) <= 255),
	first_s bigint NOT NULL,
	last_s bigint NOT NULL,
	whole_s bigint NOT NULL,
	CONSTRAINT posture_look_key PRIMARY KEY (domain)
);
CREATE TABLE alignd_report.posture_sts (
	domain text COLLATE "C" NOT NULL CHECK (octet_length(domain) <= 255),
	id text COLLATE "C" NOT NULL CHECK (octet_length(id) <= 64),
	policy text COLLATE "C" NOT NULL,
	first_s bigint NOT NULL,
	last_s bigint NOT NULL,
	until_s bigint NOT NULL,
	policy_key bytea GENERATED ALWAYS AS (alignd_report.key_of(policy)) STORED,
	CONSTRAINT posture_sts_key UNIQUE (domain, id, policy_key)
);
GRANT SELECT ON alignd_report.posture_finding, alignd_report.posture_past,
	alignd_report.posture_look, alignd_report.posture_sts TO alignd_reader;
