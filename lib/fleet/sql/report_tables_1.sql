-- SPDX-License-Identifier: BSD-2-Clause
--
-- report_tables_1 - the fleet's reports, version 1
--
-- Run once, as alignd_owner, after tables_1. Never changed after a release: the
-- next version adds columns in a file of its own. What they are for, and which
-- rules hold, stands in report.sql.
--
-- Tables have the shapes of those in SQLite (lib/store/store_schema_steps.c), so
-- that one text serves both where the engines agree. No index holds a text that
-- a stranger chose: a digest of it does, or a hash index, which keeps none.

-- The database is in UTF-8 (fleet init looks), so the same text always gives
-- the same digest.
CREATE FUNCTION alignd_report.key_of(text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT substr(sha256(convert_to($1, 'UTF8')), 1, 16) $$;

-- Of this fleet alone: report ids and the tokens in mail are made with it.
CREATE TABLE alignd_report.report_key (
	key_id integer PRIMARY KEY CHECK (key_id = 1),
	bytes bytea NOT NULL CHECK (length(bytes) = 32)
);
INSERT INTO alignd_report.report_key VALUES (1, sha256(
	uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) ||
	uuid_send(gen_random_uuid())));

-- The key of store_notice_number(), as in each host's own store.
CREATE TABLE alignd_report.store_key (
	key_id integer PRIMARY KEY CHECK (key_id = 1),
	bytes bytea NOT NULL
);
INSERT INTO alignd_report.store_key VALUES (1, substr(sha256(
	uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 1, 16));

CREATE TABLE alignd_report.report_run (
	run_id integer PRIMARY KEY CHECK (run_id = 1),
	collected_until_s bigint NOT NULL,
	started_s bigint NOT NULL,
	ended_s bigint NOT NULL,
	words text COLLATE "C" NOT NULL
);
INSERT INTO alignd_report.report_run VALUES (1, 0, 0, 0, '');

-- A round takes the segments of a day that are there and in no round yet:
--	taken -> collected -> rendered
-- A host that works at one has the lease; its owner is a token.
CREATE TABLE alignd_report.report_round (
	day_s bigint NOT NULL,
	round smallint NOT NULL,
	state text COLLATE "C" NOT NULL DEFAULT 'taken'
		CHECK (state IN ('taken', 'collected', 'rendered')),
	taken_s bigint NOT NULL,
	segments bigint NOT NULL,
	missing bigint NOT NULL, -- hosts that were not waited for any longer
	owner text COLLATE "C" NOT NULL DEFAULT '',
	lease_s bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (day_s, round)
);

-- Segments that came too late for any round, by day.
CREATE TABLE alignd_report.report_let_go (
	day_s bigint PRIMARY KEY,
	segments bigint NOT NULL,
	messages bigint NOT NULL
);

CREATE TABLE alignd_report.report (
	report_id text COLLATE "C" PRIMARY KEY
		CHECK (report_id ~ '^[0-9a-f]{32}$'),
	rowid bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	policy_domain text COLLATE "C" NOT NULL,
	begin_s bigint NOT NULL,
	end_s bigint NOT NULL,
	round smallint NOT NULL DEFAULT 0, -- 0: no aggregate report
	part bigint NOT NULL,
	messages bigint NOT NULL,
	state text COLLATE "C" NOT NULL,
	note text COLLATE "C" NOT NULL,
	created_s bigint NOT NULL,
	give_up_s bigint NOT NULL,
	settled_s bigint NOT NULL,
	submitter text COLLATE "C" NOT NULL,
	file_name text COLLATE "C" NOT NULL,
	record text COLLATE "C" NOT NULL,
	archive bytea NOT NULL,
	kind text COLLATE "C" NOT NULL DEFAULT 'aggregate',
	rank bigint NOT NULL DEFAULT 0
);
-- XML is compressed already; trying again costs time.
ALTER TABLE alignd_report.report ALTER archive SET STORAGE EXTERNAL;
CREATE INDEX report_pending ON alignd_report.report (begin_s, round)
	WHERE settled_s = 0;
CREATE INDEX report_ending ON alignd_report.report (give_up_s)
	WHERE settled_s = 0;
CREATE INDEX report_settled ON alignd_report.report (settled_s)
	WHERE settled_s > 0;
CREATE INDEX report_domain ON alignd_report.report
	USING hash (policy_domain);

CREATE TABLE alignd_report.report_destination (
	report_id text COLLATE "C" NOT NULL
		REFERENCES alignd_report.report ON DELETE CASCADE,
	address text COLLATE "C" NOT NULL,
	position bigint NOT NULL,
	state text COLLATE "C" NOT NULL,
	tries bigint NOT NULL,
	next_try_s bigint NOT NULL,
	last_try_s bigint NOT NULL,
	reply text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	lease_s bigint NOT NULL,
	rank bigint NOT NULL DEFAULT 0,
	-- The day of whose limits it has a share since it was handed to a mail
	-- server and nothing is known of it; 0: none.
	counted_day_s bigint NOT NULL DEFAULT 0,
	address_key bytea NOT NULL
		GENERATED ALWAYS AS (alignd_report.key_of(address)) STORED,
	PRIMARY KEY (report_id, address_key)
);
CREATE INDEX report_destination_due ON alignd_report.report_destination
	(rank, next_try_s, report_id, position)
	WHERE state IN ('unchecked', 'waiting');
CREATE INDEX report_destination_owned ON alignd_report.report_destination
	(lease_s) WHERE owner <> '' AND state IN ('unchecked', 'waiting');

CREATE TABLE alignd_report.report_health (
	address text COLLATE "C" NOT NULL,
	policy_domain text COLLATE "C" NOT NULL,
	last_ok_s bigint NOT NULL,
	last_error_s bigint NOT NULL,
	last_error text COLLATE "C" NOT NULL,
	failures bigint NOT NULL,
	suppressed_until_s bigint NOT NULL,
	suppressed_why text COLLATE "C" NOT NULL,
	address_key bytea NOT NULL
		GENERATED ALWAYS AS (alignd_report.key_of(address)) STORED,
	domain_key bytea NOT NULL
		GENERATED ALWAYS AS (alignd_report.key_of(policy_domain)) STORED,
	PRIMARY KEY (address_key, domain_key)
);
CREATE INDEX report_health_address ON alignd_report.report_health
	USING hash (address);

-- Mails of a day, in all and to one address: a share is taken before the mail
-- is handed over, and given back where it was not taken.
CREATE TABLE alignd_report.report_sent (
	day_s bigint PRIMARY KEY,
	mails bigint NOT NULL
);
CREATE TABLE alignd_report.report_sent_to (
	day_s bigint NOT NULL,
	address_key bytea NOT NULL,
	mails bigint NOT NULL,
	PRIMARY KEY (day_s, address_key)
);

-- When mail passed last under a policy domain: who has some goes first.
CREATE TABLE alignd_report.report_passed (
	domain_key bytea PRIMARY KEY,
	last_s bigint NOT NULL
);

-- Failure reports of an hour, of one policy domain (its digest) and of all
-- (no bytes).
CREATE TABLE alignd_report.failure_hour (
	hour_s bigint NOT NULL,
	domain_key bytea NOT NULL,
	kept bigint NOT NULL,
	more bigint NOT NULL,
	PRIMARY KEY (hour_s, domain_key)
);

CREATE TABLE alignd_report.notice_told (
	channel text COLLATE "C" NOT NULL,
	place bigint NOT NULL,
	fact bigint NOT NULL,
	kind text COLLATE "C" NOT NULL,
	level bigint NOT NULL,
	told_s bigint NOT NULL,
	seen_s bigint NOT NULL,
	PRIMARY KEY (channel, place, fact)
);
CREATE TABLE alignd_report.notice_run (
	channel text COLLATE "C" PRIMARY KEY,
	started_s bigint NOT NULL,
	ended_s bigint NOT NULL,
	handed_s bigint NOT NULL,
	told bigint NOT NULL,
	has_failed bigint NOT NULL,
	owner text COLLATE "C" NOT NULL,
	lease_s bigint NOT NULL
);

