-- SPDX-License-Identifier: BSD-2-Clause
--
-- tables_1 - the fleet's tables, version 1
--
-- Run once, as alignd_owner with search_path alignd. Never changed after a
-- release: the next version adds columns in a file of its own.
--
-- Times are seconds since 1970, by PostgreSQL's clock where a host did not
-- record them. Texts are in the order of their bytes (COLLATE "C"), as SQLite has
-- them. No index holds a text of any length that a stranger may choose: tuples
-- are found by hash, and what is indexed of an incident has a bound of its own.

CREATE TABLE fleet (
	fleet_no int PRIMARY KEY DEFAULT 1 CHECK (fleet_no = 1),
	ident uuid NOT NULL DEFAULT gen_random_uuid(),
	version int NOT NULL,
	made_s bigint NOT NULL DEFAULT extract(epoch FROM now())::bigint,
	-- how long counters, incidents and their wide part are kept
	keep_results_s bigint NOT NULL DEFAULT 400 * 86400,
	keep_incidents_s bigint NOT NULL DEFAULT 14 * 86400,
	keep_wide_s bigint NOT NULL DEFAULT 3 * 86400,
	-- how long a session's transaction may idle, and be open (sessions.sql)
	end_idle_s bigint NOT NULL DEFAULT 120,
	end_open_s bigint NOT NULL DEFAULT 3600,
	maintained_s bigint NOT NULL DEFAULT 0,
	purged_tuple bigint NOT NULL DEFAULT 0
);

-- A mail server: who may push, by its role, and what its last heartbeat said.
CREATE TABLE host (
	host_no int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text COLLATE "C" NOT NULL UNIQUE CHECK (octet_length(name) BETWEEN 1 AND 253),
	role name NOT NULL UNIQUE,
	state text COLLATE "C" NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'removed')),
	joined_s bigint NOT NULL DEFAULT extract(epoch FROM now())::bigint,
	removed_s bigint NOT NULL DEFAULT 0,
	seen_s bigint NOT NULL DEFAULT 0,
	-- no segment below this hour is unsealed, or unpushed
	sealed_until_s bigint NOT NULL DEFAULT 0,
	-- days before this one it reported itself; set by the first heartbeat
	reported_until_s bigint,
	version text COLLATE "C" NOT NULL DEFAULT '',
	layout smallint NOT NULL DEFAULT 0,
	waiting bigint NOT NULL DEFAULT 0,
	oldest_s bigint NOT NULL DEFAULT 0,
	let_go bigint NOT NULL DEFAULT 0,
	aside bigint NOT NULL DEFAULT 0,
	journal_bytes bigint NOT NULL DEFAULT 0,
	offset_ms bigint NOT NULL DEFAULT 0,
	override_version bigint NOT NULL DEFAULT 0,
	last_error text COLLATE "C" NOT NULL DEFAULT '',
	last_error_s bigint NOT NULL DEFAULT 0,
	authserv_id text COLLATE "C" NOT NULL DEFAULT '',
	addresses text COLLATE "C" NOT NULL DEFAULT ''
);

-- What one opening of a host's store counted in one hour, by the random name
-- that it was given there. Sums are those that the host claimed. part 0 is the
-- segment; a greater state that came later is a part of its own, which holds the
-- difference. restated (part 0): how many of its host's erasures are in what is
-- here. round: in which round of its day it was reported (0: not yet).
-- is_summed: its counters are in day_result and hour_result. is_added: in hour_kind
-- and hour_name. is_erased: some were made those of others here (erase.sql).
CREATE TABLE segment (
	segment_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	ident uuid NOT NULL,
	part smallint NOT NULL DEFAULT 0,
	host_no int NOT NULL REFERENCES host,
	hour_s bigint NOT NULL,
	layout smallint NOT NULL,
	is_open boolean NOT NULL,
	is_stray boolean NOT NULL,
	results bigint NOT NULL DEFAULT 0,
	messages bigint NOT NULL DEFAULT 0,
	incidents bigint NOT NULL DEFAULT 0,
	counted bigint NOT NULL DEFAULT 0,
	acts bigint NOT NULL DEFAULT 0,
	restated bigint NOT NULL DEFAULT 0,
	round smallint NOT NULL DEFAULT 0,
	is_summed boolean NOT NULL DEFAULT false,
	is_added boolean NOT NULL DEFAULT false,
	is_erased boolean NOT NULL DEFAULT false,
	pushed_s bigint NOT NULL DEFAULT extract(epoch FROM now())::bigint,
	pushed_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
	UNIQUE (ident, part)
);
CREATE INDEX segment_hour ON segment (hour_s);
CREATE INDEX segment_untaken ON segment (hour_s) WHERE round = 0;
CREATE INDEX segment_unsummed ON segment (hour_s) WHERE NOT is_summed;
CREATE INDEX segment_unadded ON segment (hour_s) WHERE NOT is_added;

-- Columns as in lib/store/store_columns.c. hash: tuples_add() in push.sql.
-- trait_no: the columns of it that sums are made of.
CREATE TABLE tuple (
	tuple_no bigint GENERATED ALWAYS AS IDENTITY,
	hash uuid NOT NULL,
	layout smallint NOT NULL,
	trait_no bigint NOT NULL,
	added_s bigint NOT NULL DEFAULT extract(epoch FROM now())::bigint,
	author_exists smallint NOT NULL,
	is_dkim_aligned smallint NOT NULL,
	is_spf_aligned smallint NOT NULL,
	is_report_mail smallint NOT NULL,
	is_known_path smallint NOT NULL,
	is_to_postmaster smallint NOT NULL,
	author_domain text COLLATE "C" NOT NULL,
	author_error text COLLATE "C" NOT NULL,
	policy_domain text COLLATE "C" NOT NULL,
	org_domain text COLLATE "C" NOT NULL,
	discovery text COLLATE "C" NOT NULL,
	record text COLLATE "C" NOT NULL,
	client_ip text COLLATE "C" NOT NULL,
	client_name text COLLATE "C" NOT NULL,
	mail_from_domain text COLLATE "C" NOT NULL,
	spf_result text COLLATE "C" NOT NULL,
	spf_domain text COLLATE "C" NOT NULL,
	spf_scope text COLLATE "C" NOT NULL,
	dkim text COLLATE "C" NOT NULL,
	arc text COLLATE "C" NOT NULL,
	dmarc_result text COLLATE "C" NOT NULL,
	indirect text COLLATE "C" NOT NULL,
	policy text COLLATE "C" NOT NULL,
	asked text COLLATE "C" NOT NULL,
	applied text COLLATE "C" NOT NULL,
	override_type text COLLATE "C" NOT NULL,
	override_comment text COLLATE "C" NOT NULL,
	tls_version text COLLATE "C" NOT NULL,
	imported text COLLATE "C" NOT NULL,
	iprev text COLLATE "C" NOT NULL,
	rests_on text COLLATE "C" NOT NULL,
	lookalike text COLLATE "C" NOT NULL,
	rcpt_rules text COLLATE "C" NOT NULL,
	-- its number is looked up for each counter: without the row, there; so is its
	-- trait for each that is summed
	UNIQUE (hash) INCLUDE (tuple_no),
	PRIMARY KEY (tuple_no) INCLUDE (trait_no)
);
CREATE INDEX tuple_trait ON tuple (trait_no);

-- Tuples that an erasure took out of a segment: they go, with their traits, as soon
-- as no counter names them.
CREATE TABLE erased_tuple (
	tuple_no bigint PRIMARY KEY
);

-- Counters, by day. Appended and dropped whole; a segment's rows lie together,
-- so an index of page ranges finds them.
CREATE TABLE result (
	segment_no bigint NOT NULL,
	tuple_no bigint NOT NULL,
	hour_s bigint NOT NULL,
	count bigint NOT NULL
) PARTITION BY RANGE (hour_s);
CREATE INDEX result_segment ON result
	USING brin (segment_no) WITH (pages_per_range = 16, autosummarize = on);

-- What a greater state has given of a tuple so far, as long as that is no more
-- than the parts before it have: a state may name one tuple more than once.
CREATE TABLE given (
	segment_no bigint NOT NULL REFERENCES segment ON DELETE CASCADE,
	tuple_no bigint NOT NULL,
	count bigint NOT NULL,
	PRIMARY KEY (segment_no, tuple_no)
);

-- Of hours that no clock of today can mean: kept, and in no sum.
CREATE TABLE stray_result (LIKE result);
CREATE INDEX stray_result_segment ON stray_result (segment_no);

-- Incidents that a host only counted.
CREATE TABLE counted (
	counted_no bigint GENERATED ALWAYS AS IDENTITY,
	segment_no bigint NOT NULL REFERENCES segment,
	reference text COLLATE "C" NOT NULL CHECK (octet_length(reference) <= 64),
	hour_s bigint NOT NULL,
	network text COLLATE "C" NOT NULL,
	author_domain text COLLATE "C" NOT NULL,
	budget bigint NOT NULL,
	first_s bigint NOT NULL,
	last_s bigint NOT NULL,
	messages bigint NOT NULL,
	none bigint NOT NULL,
	tag bigint NOT NULL,
	quarantine bigint NOT NULL,
	reject bigint NOT NULL,
	tempfail bigint NOT NULL,
	PRIMARY KEY (segment_no, reference)
);
CREATE INDEX counted_no ON counted (counted_no);
CREATE INDEX counted_hour ON counted (hour_s);
CREATE INDEX counted_reference ON counted (reference);

CREATE TABLE stray_counted (LIKE counted);
ALTER TABLE stray_counted ALTER counted_no ADD GENERATED ALWAYS AS IDENTITY,
	ADD PRIMARY KEY (segment_no, reference);

-- Incidents: what lists and filters ask for, by day of the segment's hour; a
-- host's own number within the segment keeps one from coming twice. would: what
-- enforce mode would have done, '' where it is not known.
CREATE TABLE incident (
	incident_no bigint NOT NULL,
	segment_no bigint NOT NULL,
	own_id bigint NOT NULL,
	hour_s bigint NOT NULL,
	time_s bigint NOT NULL,
	author_key text COLLATE "C" NOT NULL CHECK (octet_length(author_key) <= 254),
	reference text COLLATE "C" NOT NULL CHECK (octet_length(reference) <= 64),
	client_ip text COLLATE "C" NOT NULL CHECK (octet_length(client_ip) <= 64),
	applied text COLLATE "C" NOT NULL,
	dmarc_result text COLLATE "C" NOT NULL,
	asked text COLLATE "C" NOT NULL,
	would text COLLATE "C" NOT NULL,
	override_type text COLLATE "C" NOT NULL,
	override_comment text COLLATE "C" NOT NULL,
	host text COLLATE "C" NOT NULL,
	queue_id text COLLATE "C" NOT NULL,
	author_domain text COLLATE "C" NOT NULL,
	author_error text COLLATE "C" NOT NULL,
	policy_domain text COLLATE "C" NOT NULL,
	client_name text COLLATE "C" NOT NULL,
	mail_from text COLLATE "C" NOT NULL,
	spf_result text COLLATE "C" NOT NULL,
	spf_domain text COLLATE "C" NOT NULL,
	reason text COLLATE "C" NOT NULL,
	indirect text COLLATE "C" NOT NULL,
	list_id text COLLATE "C" NOT NULL
) PARTITION BY RANGE (hour_s);
CREATE SEQUENCE incident_number;
CREATE UNIQUE INDEX incident_own ON incident (segment_no, own_id, hour_s);
CREATE INDEX incident_number_of ON incident (incident_no);
CREATE INDEX incident_time ON incident (time_s, incident_no);
CREATE INDEX incident_held ON incident (time_s) WHERE applied = 'quarantine';
CREATE INDEX incident_reference ON incident (reference);
CREATE INDEX incident_author ON incident (author_key, time_s);
CREATE INDEX incident_client ON incident (client_ip, time_s);

-- The rest of them, which is dropped earlier.
CREATE TABLE incident_wide (
	incident_no bigint NOT NULL,
	hour_s bigint NOT NULL,
	helo text COLLATE "C" NOT NULL,
	dkim text COLLATE "C" NOT NULL,
	reply text COLLATE "C" NOT NULL,
	rcpt_domains text COLLATE "C" NOT NULL,
	tls_version text COLLATE "C" NOT NULL,
	verdict text COLLATE "C" NOT NULL,
	queries text COLLATE "C" NOT NULL
) PARTITION BY RANGE (hour_s);
CREATE UNIQUE INDEX incident_wide_no ON incident_wide (incident_no, hour_s);

-- Those of stray segments, whole.
CREATE TABLE stray_incident (
	segment_no bigint NOT NULL,
	own_id bigint NOT NULL,
	row jsonb NOT NULL,
	stray_no bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	PRIMARY KEY (segment_no, own_id)
);

-- What operators did, on a host or (host_no NULL) in the fleet's name. It may be
-- here before its incident is.
CREATE TABLE act (
	act_no bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	ident uuid NOT NULL DEFAULT gen_random_uuid(),
	own_id bigint NOT NULL DEFAULT 0,
	host_no int REFERENCES host,
	incident_ident uuid NOT NULL,
	incident_own_id bigint NOT NULL,
	time_s bigint NOT NULL,
	who text COLLATE "C" NOT NULL,
	kind text COLLATE "C" NOT NULL,
	note text COLLATE "C" NOT NULL,
	PRIMARY KEY (ident, own_id)
);
CREATE INDEX act_incident ON act (incident_ident, incident_own_id);

-- Rows that were refused; what they hold stays on their host.
CREATE TABLE aside (
	aside_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	host_no int NOT NULL REFERENCES host,
	ident uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	own_id bigint NOT NULL,
	why text COLLATE "C" NOT NULL,
	taken_s bigint NOT NULL DEFAULT extract(epoch FROM now())::bigint,
	UNIQUE (host_no, ident, kind, own_id)
);

CREATE TABLE override_version (
	version bigint PRIMARY KEY,
	parent bigint NOT NULL UNIQUE,
	text text COLLATE "C" NOT NULL,
	digest bytea NOT NULL CHECK (digest = sha256(convert_to(text, 'UTF8'))),
	who text COLLATE "C" NOT NULL,
	made_s bigint NOT NULL DEFAULT extract(epoch FROM now())::bigint
);

-- Sums that are made when a day is over, of segments that are marked so then;
-- what comes later adds rows, so a reader sums them, and the counters of segments
-- without that mark. A trait: the columns of a tuple that sums are made of.
CREATE TABLE trait (
	trait_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	hash uuid NOT NULL UNIQUE,
	author_domain text COLLATE "C" NOT NULL,
	author_error text COLLATE "C" NOT NULL,
	client_ip text COLLATE "C" NOT NULL,
	client_name text COLLATE "C" NOT NULL,
	dmarc_result text COLLATE "C" NOT NULL,
	policy text COLLATE "C" NOT NULL,
	asked text COLLATE "C" NOT NULL,
	applied text COLLATE "C" NOT NULL,
	override_type text COLLATE "C" NOT NULL,
	override_comment text COLLATE "C" NOT NULL,
	tls_version text COLLATE "C" NOT NULL,
	iprev text COLLATE "C" NOT NULL,
	lookalike text COLLATE "C" NOT NULL,
	-- What it is but for who sent it. No text that came has a control character in
	-- it, so what is alike here is alike. (Its own function would be dropped with
	-- what is replaced at each init.)
	kind uuid NOT NULL GENERATED ALWAYS AS (md5(author_error || E'\x1f'
		|| CASE client_ip WHEN '' THEN '' ELSE '-' END || E'\x1f'
		|| CASE client_name WHEN '' THEN '' ELSE '-' END || E'\x1f'
		|| dmarc_result || E'\x1f' || policy || E'\x1f' || asked || E'\x1f'
		|| applied || E'\x1f' || override_type || E'\x1f' || override_comment
		|| E'\x1f' || tls_version || E'\x1f' || iprev)::uuid) STORED
);
CREATE TABLE day_result (
	day_s bigint NOT NULL,
	tuple_no bigint NOT NULL,
	count bigint NOT NULL
) PARTITION BY RANGE (day_s);
CREATE INDEX day_result_tuple ON day_result (tuple_no);
CREATE TABLE hour_result (
	hour_s bigint NOT NULL,
	trait_no bigint NOT NULL,
	count bigint NOT NULL
) PARTITION BY RANGE (hour_s);

-- Sums of hours, for figures (hours.sql). A kind: columns of a trait, of which
-- client_ip and client_name say only whether there is one.
CREATE TABLE kind (
	kind_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind uuid NOT NULL UNIQUE,
	author_error text COLLATE "C" NOT NULL,
	client_ip text COLLATE "C" NOT NULL,
	client_name text COLLATE "C" NOT NULL,
	dmarc_result text COLLATE "C" NOT NULL,
	policy text COLLATE "C" NOT NULL,
	asked text COLLATE "C" NOT NULL,
	applied text COLLATE "C" NOT NULL,
	override_type text COLLATE "C" NOT NULL,
	override_comment text COLLATE "C" NOT NULL,
	tls_version text COLLATE "C" NOT NULL,
	iprev text COLLATE "C" NOT NULL
);
CREATE TABLE hour_kind (
	hour_s bigint NOT NULL,
	kind uuid NOT NULL,
	count bigint NOT NULL
) PARTITION BY RANGE (hour_s);
-- name: an author domain, or (is_network) an address of a network.
CREATE TABLE hour_name (
	hour_s bigint NOT NULL,
	kind uuid NOT NULL,
	count bigint NOT NULL,
	is_network boolean NOT NULL,
	name text COLLATE "C" NOT NULL,
	lookalike text COLLATE "C" NOT NULL
) PARTITION BY RANGE (hour_s);
CREATE INDEX hour_name_hour ON hour_name USING brin (hour_s) WITH (pages_per_range = 16);
CREATE TABLE day_name (
	day_s bigint NOT NULL,
	kind uuid NOT NULL,
	count bigint NOT NULL,
	is_network boolean NOT NULL,
	name text COLLATE "C" NOT NULL,
	lookalike text COLLATE "C" NOT NULL
) PARTITION BY RANGE (day_s);
CREATE TABLE summed_day (
	day_s bigint PRIMARY KEY,
	is_whole boolean NOT NULL DEFAULT false
);
