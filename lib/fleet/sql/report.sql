-- SPDX-License-Identifier: BSD-2-Clause
--
-- report - the fleet's reports: rounds, claims, limits; what was told
--
-- Replaced at each init, after the tables (report_tables_1). Used by
-- lib/store/store_report_fleet.c and store_round.c, over which these rules hold:
--
-- * Times are this server's own (now_s): hosts whose clocks differ share claims.
-- * A claim is known by a token that nobody else has: each change of a delivery
--   names it, and does nothing once somebody else has the claim. It ends by its
--   lease alone: whether a process of another host lives is not to be seen.
-- * Claims and marks wait for standbys (must_stay): with remote_apply, which
--   does so where synchronous_standby_names names one and is a plain commit
--   where it does not. What a standby in no such list had not heard of is sent
--   once more after a fail-over, with the same id (report_key).
--
-- Locks are taken in one order: report_run, report_round, report, report_
-- destination, report_sent, report_sent_to. A claim skips what is locked, and so
-- do rounds: a host's role may begin a segment again, and with it hold the row for
-- as long as it likes. Where a whole table may be held, the wait is bounded.
--
-- Nothing is let go on this server's clock alone (ahead_s): what that jumped over
-- would be in no report for good.

-- --- words that more than one statement uses ---

CREATE OR REPLACE FUNCTION alignd_report.now_s() RETURNS bigint
LANGUAGE sql VOLATILE AS
$$ SELECT floor(extract(epoch FROM clock_timestamp()))::bigint $$;

CREATE OR REPLACE FUNCTION alignd_report.must_stay() RETURNS void
LANGUAGE sql VOLATILE AS
$$ SELECT set_config('synchronous_commit', 'remote_apply', true) $$;

-- For store_key.c, as alignd_read.typeof.
CREATE OR REPLACE FUNCTION alignd_report.typeof(bytea) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'blob'::text $$;

-- --- rounds ---

-- Sealed segments of that time in no round, locked. One that somebody else holds
-- comes into a later round.
CREATE OR REPLACE FUNCTION alignd_report.lock_untaken(p_since_s bigint, p_until_s bigint)
RETURNS bigint[] LANGUAGE sql VOLATILE AS $$
	SELECT ARRAY(SELECT s.segment_no FROM alignd.segment s
		WHERE s.round = 0 AND NOT s.is_open AND NOT s.is_stray
			AND s.hour_s >= p_since_s AND s.hour_s < p_until_s
		ORDER BY s.segment_no FOR NO KEY UPDATE SKIP LOCKED)
$$;

-- Takes what a day's round takes; how many. reported_until_s: of a host that had
-- reported the day by itself before it joined.
CREATE OR REPLACE FUNCTION alignd_report.take_segments(p_day_s bigint, p_round smallint)
RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_untaken bigint[] := alignd_report.lock_untaken(p_day_s, p_day_s + 86400);
	v_taken bigint;
BEGIN
	UPDATE alignd.segment s SET round = CASE
		WHEN s.hour_s < coalesce(h.reported_until_s, 0) THEN -2
		ELSE p_round END
	FROM alignd.host h
	WHERE h.host_no = s.host_no AND s.segment_no = ANY (v_untaken);
	SELECT count(*) INTO v_taken FROM alignd.segment s
	WHERE s.round = p_round
		AND s.hour_s >= p_day_s AND s.hour_s < p_day_s + 86400;
	RETURN v_taken;
END $$;

-- What came too late for a round is let go, and counted.
CREATE OR REPLACE FUNCTION alignd_report.let_go(p_since_s bigint, p_until_s bigint)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_untaken bigint[] := alignd_report.lock_untaken(p_since_s, p_until_s);
BEGIN
	WITH gone AS (
		UPDATE alignd.segment s SET round = CASE
			WHEN s.hour_s < coalesce(h.reported_until_s, 0) THEN -2
			ELSE -1 END
		FROM alignd.host h
		WHERE h.host_no = s.host_no AND s.segment_no = ANY (v_untaken)
		RETURNING s.hour_s, s.messages, s.round)
	INSERT INTO alignd_report.report_let_go AS l
	SELECT hour_s - hour_s % 86400, count(*), sum(messages)
	FROM gone WHERE round = -1 GROUP BY 1
	ON CONFLICT (day_s) DO UPDATE SET
		segments = l.segments + excluded.segments,
		messages = l.messages + excluded.messages;
END $$;

-- Hosts of the fleet that may still hold something of before p_until_s.
CREATE OR REPLACE FUNCTION alignd_report.missing_hosts(p_until_s bigint)
RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT count(*) FROM alignd.host h WHERE h.state = 'live'
		AND h.seen_s > 0
		AND h.sealed_until_s < p_until_s
$$;

-- How far this server's clock is ahead of the newest time that a host has said, in
-- seconds, where that is more than a day: then it has jumped, or no host has
-- spoken for so long. 0: it is in no doubt. A host that lies says no more than
-- what holds without it.
CREATE OR REPLACE FUNCTION alignd_report.ahead_s() RETURNS bigint
LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN a.ahead_s > 86400 THEN a.ahead_s ELSE 0 END
	FROM (SELECT alignd_report.now_s() - coalesce(max(h.seen_s + h.offset_ms / 1000), 0)
		AS ahead_s FROM alignd.host h WHERE h.seen_s > 0) a
$$;

-- Takes every round whose time has come; how many. A day's first one: when no
-- host is waited for, or p_wait_s after its end. A further one, of what came
-- later, in the same way and p_pause_s after the last, as long as there are
-- fewer than p_rounds_max. Days before the last p_days are let go. While the clock
-- is in doubt nothing is, and no day is taken whose end no host has seen. -1: somebody
-- holds the table, and nothing was done.
CREATE OR REPLACE FUNCTION alignd_report.take_rounds(p_wait_s bigint, p_margin_s bigint,
	p_pause_s bigint, p_rounds_max bigint, p_days bigint)
RETURNS bigint LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
	v_now_s bigint := alignd_report.now_s();
	v_ahead_s bigint := alignd_report.ahead_s();
	v_today_s bigint;
	v_day_s bigint;
	v_last alignd_report.report_round;
	v_missing bigint;
	v_due_s bigint;
	v_segments bigint;
	v_rounds bigint := 0;
BEGIN
	PERFORM alignd_report.must_stay();
	-- Of two hosts one takes the rounds.
	PERFORM 1 FROM alignd_report.report_run FOR UPDATE;
	v_now_s := alignd_report.now_s();
	v_today_s := (v_now_s - p_margin_s) / 86400 * 86400;
	IF v_ahead_s = 0 THEN
		PERFORM alignd_report.let_go(0, v_today_s - p_days * 86400);
	END IF;
	FOR i IN REVERSE p_days..1 LOOP
		v_day_s := v_today_s - i * 86400;
		CONTINUE WHEN NOT EXISTS (SELECT 1 FROM alignd.segment s
			WHERE s.round = 0 AND NOT s.is_open AND NOT s.is_stray
			AND s.hour_s >= v_day_s AND s.hour_s < v_day_s + 86400);
		CONTINUE WHEN v_ahead_s > 0 AND v_day_s + 86400 > v_now_s - v_ahead_s;
		SELECT * INTO v_last FROM alignd_report.report_round
			WHERE day_s = v_day_s ORDER BY round DESC LIMIT 1;
		IF v_last.round >= p_rounds_max THEN
			IF v_ahead_s = 0 THEN
				PERFORM alignd_report.let_go(v_day_s, v_day_s + 86400);
			END IF;
			CONTINUE;
		END IF;
		-- A round of a time to come says nothing of this one.
		IF v_last.taken_s > v_now_s THEN
			v_last.taken_s := v_day_s;
		END IF;
		CONTINUE WHEN v_last.taken_s + p_pause_s > v_now_s;
		v_missing := alignd_report.missing_hosts(v_day_s + 86400);
		v_due_s := greatest(v_day_s + 86400, v_last.taken_s) + p_wait_s;
		CONTINUE WHEN v_missing > 0 AND v_now_s < v_due_s;
		v_segments := alignd_report.take_segments(v_day_s,
			(coalesce(v_last.round, 0) + 1)::smallint);
		CONTINUE WHEN v_segments = 0;
		INSERT INTO alignd_report.report_round (day_s, round, taken_s,
			segments, missing)
		VALUES (v_day_s, coalesce(v_last.round, 0) + 1, v_now_s,
			v_segments, v_missing);
		v_rounds := v_rounds + 1;
	END LOOP;
	-- A host that goes on alone does so from here (hand_back).
	UPDATE alignd_report.report_run SET collected_until_s = greatest(
		collected_until_s, coalesce((SELECT max(day_s) + 86400
		FROM alignd_report.report_round), 0));
	RETURN v_rounds;
EXCEPTION WHEN lock_not_available THEN
	RETURN -1;
END $$;

-- A round that nobody works at, oldest first.
CREATE OR REPLACE FUNCTION alignd_report.claim_round(p_owner text, p_lease_s bigint,
	OUT o_day_s bigint, OUT o_round bigint, OUT o_is_collected bigint)
RETURNS SETOF record LANGUAGE sql VOLATILE AS $$
	SELECT alignd_report.must_stay();
	UPDATE alignd_report.report_round r SET owner = p_owner,
		lease_s = alignd_report.now_s() + p_lease_s
	WHERE (r.day_s, r.round) = (
		SELECT t.day_s, t.round FROM alignd_report.report_round t
		WHERE t.state <> 'rendered'
			AND (t.owner = '' OR t.lease_s < alignd_report.now_s())
		ORDER BY t.day_s, t.round LIMIT 1 FOR UPDATE SKIP LOCKED)
	RETURNING r.day_s, r.round::bigint, (r.state = 'collected')::int::bigint
$$;

-- Goes on with it, ends a step or lets go of it ('' stays as it is); false:
-- somebody else has it.
CREATE OR REPLACE FUNCTION alignd_report.keep_round(p_day_s bigint, p_round bigint,
	p_owner text, p_lease_s bigint, p_state text)
RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	PERFORM alignd_report.must_stay();
	UPDATE alignd_report.report_round SET
		state = CASE p_state WHEN '' THEN state ELSE p_state END,
		owner = CASE WHEN p_lease_s > 0 THEN owner ELSE '' END,
		lease_s = alignd_report.now_s() + p_lease_s
	WHERE day_s = p_day_s AND round = p_round AND owner = p_owner;
	RETURN FOUND::integer;
END $$;

-- --- limits of a day ---

-- Before a mail is handed over: 'go', and its share of the limits is taken and
-- the lease begins anew; else 'lost', 'day' or 'address'. A share that was
-- taken today and of which nothing became known is not taken twice.
CREATE OR REPLACE FUNCTION alignd_report.begin_mail(p_report_id text, p_address text,
	p_owner text, p_lease_s bigint, p_max_day bigint, p_max_address bigint)
RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_key bytea := alignd_report.key_of(lower(p_address));
	v_day_s bigint := alignd_report.now_s() / 86400 * 86400;
	v_counted_s bigint;
BEGIN
	PERFORM alignd_report.must_stay();
	SELECT counted_day_s INTO v_counted_s
	FROM alignd_report.report_destination
	WHERE report_id = p_report_id AND address = p_address
		AND owner = p_owner AND state IN ('unchecked', 'waiting')
	FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'lost';
	END IF;
	IF v_counted_s <> v_day_s THEN
		INSERT INTO alignd_report.report_sent AS s VALUES (v_day_s, 1)
		ON CONFLICT (day_s) DO UPDATE SET mails = s.mails + 1
			WHERE s.mails < p_max_day;
		IF NOT FOUND THEN
			RETURN 'day';
		END IF;
		INSERT INTO alignd_report.report_sent_to AS s
		VALUES (v_day_s, v_key, 1)
		ON CONFLICT (day_s, address_key) DO UPDATE
			SET mails = s.mails + 1 WHERE s.mails < p_max_address;
		IF NOT FOUND THEN
			UPDATE alignd_report.report_sent SET mails = mails - 1
			WHERE day_s = v_day_s;
			RETURN 'address';
		END IF;
	END IF;
	UPDATE alignd_report.report_destination SET counted_day_s = v_day_s,
		lease_s = alignd_report.now_s() + p_lease_s
	WHERE report_id = p_report_id AND address = p_address;
	RETURN 'go';
END $$;

-- The mail server's answer is known: a share goes back where it did not take
-- the mail.
CREATE OR REPLACE FUNCTION alignd_report.end_mail(p_report_id text, p_address text,
	p_is_sent boolean)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_day_s bigint;
BEGIN
	SELECT counted_day_s INTO v_day_s
	FROM alignd_report.report_destination
	WHERE report_id = p_report_id AND address = p_address FOR UPDATE;
	IF coalesce(v_day_s, 0) = 0 THEN
		RETURN;
	END IF;
	UPDATE alignd_report.report_destination SET counted_day_s = 0
	WHERE report_id = p_report_id AND address = p_address;
	IF NOT p_is_sent THEN
		UPDATE alignd_report.report_sent SET mails = mails - 1
		WHERE day_s = v_day_s AND mails > 0;
		UPDATE alignd_report.report_sent_to SET mails = mails - 1
		WHERE day_s = v_day_s AND mails > 0 AND address_key =
			alignd_report.key_of(lower(p_address));
	END IF;
END $$;

-- May a failure of that hour be reported, of so many of its policy domain and
-- of all? Counts it either way.
CREATE OR REPLACE FUNCTION alignd_report.admit_failure(p_hour_s bigint, p_domain text,
	p_per_domain bigint, p_per_hour bigint)
RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_key bytea := alignd_report.key_of(p_domain);
	v_is_in boolean;
BEGIN
	INSERT INTO alignd_report.failure_hour VALUES (p_hour_s, '', 0, 0)
		ON CONFLICT DO NOTHING;
	INSERT INTO alignd_report.failure_hour VALUES (p_hour_s, v_key, 0, 0)
		ON CONFLICT DO NOTHING;
	-- Who has the row of all has the hour.
	SELECT kept < p_per_hour INTO v_is_in FROM alignd_report.failure_hour
		WHERE hour_s = p_hour_s AND domain_key = '' FOR UPDATE;
	SELECT v_is_in AND kept < p_per_domain INTO v_is_in
	FROM alignd_report.failure_hour
		WHERE hour_s = p_hour_s AND domain_key = v_key FOR UPDATE;
	UPDATE alignd_report.failure_hour SET
		kept = kept + v_is_in::integer,
		more = more + (NOT v_is_in)::integer
	WHERE hour_s = p_hour_s AND domain_key IN ('', v_key);
	RETURN v_is_in::integer;
END $$;

-- --- the end ---

-- What has no use any more; the reports themselves go by store_report.c.
CREATE OR REPLACE FUNCTION alignd_report.purge(p_before_s bigint)
RETURNS void LANGUAGE sql VOLATILE AS $$
	DELETE FROM alignd_report.report_round WHERE day_s < p_before_s;
	DELETE FROM alignd_report.report_let_go WHERE day_s < p_before_s;
	DELETE FROM alignd_report.report_sent
		WHERE day_s < alignd_report.now_s() - 172800;
	DELETE FROM alignd_report.report_sent_to
		WHERE day_s < alignd_report.now_s() - 172800;
	DELETE FROM alignd_report.failure_hour
		WHERE hour_s < alignd_report.now_s() - 604800;
	DELETE FROM alignd_report.report_passed
		WHERE last_s < alignd_report.now_s() - 34560000;
$$;

-- A host leaves (`fleet remove`): days that the fleet has not reported are its
-- own again, from the answer on; 0: it never said what it reported before it
-- joined, and goes on from there. What is late of earlier ones stays the fleet's.
-- It waits for no longer than its caller does: what is held cannot be left out here,
-- since it would be reported by both.
CREATE OR REPLACE FUNCTION alignd_report.hand_back(p_host_no bigint)
RETURNS bigint LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v_until_s bigint;
BEGIN
	SELECT collected_until_s INTO v_until_s
	FROM alignd_report.report_run FOR UPDATE;
	UPDATE alignd.segment SET round = -2
	WHERE host_no = p_host_no AND round = 0 AND hour_s >= v_until_s;
	RETURN coalesce((SELECT greatest(v_until_s, reported_until_s) FROM alignd.host
		WHERE host_no = p_host_no AND reported_until_s IS NOT NULL), 0);
END $$;

-- For `report status` and `fleet status`. A standby that no commit waits for may
-- have forgotten the last second when it is promoted.
DROP FUNCTION IF EXISTS alignd_report.figures();
CREATE FUNCTION alignd_report.figures(OUT reported_until_s bigint,
	OUT unrendered bigint, OUT late bigint, OUT missing bigint,
	OUT let_go_segments bigint, OUT let_go_messages bigint,
	OUT standbys_unsure bigint, OUT ahead_s bigint)
LANGUAGE sql VOLATILE AS $$
	SELECT r.collected_until_s,
		(SELECT count(*) FROM alignd_report.report_round
			WHERE state <> 'rendered'),
		(SELECT count(*) FROM alignd.segment s WHERE s.round = 0
			AND NOT s.is_open AND NOT s.is_stray AND s.hour_s < r.collected_until_s),
		coalesce((SELECT o.missing FROM alignd_report.report_round o
			WHERE o.round = 1 ORDER BY o.day_s DESC LIMIT 1), 0),
		coalesce((SELECT sum(segments) FROM
			alignd_report.report_let_go), 0)::bigint,
		coalesce((SELECT sum(messages) FROM
			alignd_report.report_let_go), 0)::bigint,
		CASE current_setting('synchronous_standby_names') WHEN '' THEN
			(SELECT count(*) FROM pg_stat_replication)
			ELSE 0 END,
		alignd_report.ahead_s()
	FROM alignd_report.report_run r
$$;

-- Days before that are the fleet's affair, for the host whose role asks, so that
-- it goes on from there when it leaves; 0: it is no host, or has not said yet
-- what it reported before it joined.
CREATE OR REPLACE FUNCTION alignd_report.taken_until_s() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT coalesce((SELECT r.collected_until_s FROM alignd_report.report_run r, alignd.host h
		WHERE h.role = session_user AND h.reported_until_s IS NOT NULL), 0)
$$;

-- --- who may ---

-- Who sends reports has all of it; operators list, resend and suppress. Others
-- see reports and not the keys.
GRANT USAGE ON SCHEMA alignd_report TO alignd_reader;
GRANT SELECT ON alignd_report.report, alignd_report.report_destination,
	alignd_report.report_health, alignd_report.report_run,
	alignd_report.report_round, alignd_report.report_let_go,
	alignd_report.notice_run TO alignd_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA alignd_report
	TO alignd_sender;
REVOKE INSERT, UPDATE, DELETE ON alignd_report.report_key,
	alignd_report.store_key FROM alignd_sender;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA alignd_report TO alignd_sender;
GRANT EXECUTE ON FUNCTION alignd_report.now_s(), alignd_report.figures(),
	alignd_report.ahead_s(), alignd_report.key_of(text) TO alignd_reader;
