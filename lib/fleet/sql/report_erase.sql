-- SPDX-License-Identifier: BSD-2-Clause
--
-- report_erase - what the fleet's reports have of somebody, taken out
--
-- Replaced at each init, after report. For an operator, who is asked to erase
-- somebody: the words of docs/PRIVACY.md, for the reports of the fleet as
-- lib/store/store_erase.c does it for those of a host. Which reports tell of him is
-- known by the counters: so it comes before the hosts erase theirs.

-- NULL: the text is no address of a host, and no network.
CREATE OR REPLACE FUNCTION alignd_report.inet_of(p_text text) RETURNS inet
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN CASE WHEN p_text ~ '^::ffff:[0-9]+[.][0-9.]+$' THEN substr(p_text, 8)::inet
		WHEN p_text ~ '^[0-9a-f.:/]+$' THEN p_text::inet END;
EXCEPTION WHEN data_exception THEN
	RETURN NULL;
END $$;

-- What finds an address of a person, or a domain and all below it, in a text, as
-- names() in lib/store/store_personal.c: a domain in front of "@" is a mailbox of
-- another, unless an address goes before it.
CREATE OR REPLACE FUNCTION alignd_report.pattern_of(p_subject text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
	SELECT CASE WHEN position('@' IN p_subject) > 0
			THEN '(^|[^a-z0-9.!#$%&''*+/=?^_`{|}~\u0080-\uffff-])' || word
				|| '($|[^a-z0-9_.\u0080-\uffff-]|' || dot || ')'
			ELSE '(^|[^a-z0-9_@\u0080-\uffff-])' || word
				|| '($|[^a-z0-9_.@\u0080-\uffff-]|' || dot || ')|@' || word
				|| '($|[^a-z0-9_.\u0080-\uffff-]|' || dot || ')' END
	FROM (SELECT regexp_replace(lower(p_subject), '([].+*?(){}|^$\\[-])', '\\\1', 'g')
			AS word,
		'\.($|[^a-z0-9_\u0080-\uffff-])' AS dot) w
$$;

-- Is somebody in a text of any form?
CREATE OR REPLACE FUNCTION alignd_report.is_named(p_net inet, p_pattern text, p_text text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
	SELECT CASE WHEN p_net IS NULL THEN lower(p_text) ~ p_pattern
		-- "[IPv6:2001:db8::1]" is how HELO has an address (RFC 5321 4.1.3)
		ELSE EXISTS (SELECT FROM regexp_matches(replace(lower(p_text), 'ipv6:', ' '),
				'[0-9a-f.:]*[.:][0-9a-f.:]*[0-9a-f:]', 'g') m
			WHERE alignd_report.inet_of(m[1]) <<= p_net
				OR alignd_report.inet_of(rtrim(m[1], ':')) <<= p_net
				OR alignd_report.inet_of(ltrim(m[1], ':')) <<= p_net
				OR alignd_report.inet_of(trim(m[1], ':')) <<= p_net)
			OR alignd_report.inet_of(lower(p_text)) <<= p_net END
$$;

-- Aggregate reports, of which there still are bytes, about a day and a policy
-- domain of his mail.
CREATE OR REPLACE FUNCTION alignd_report.reports_of(p_net inet, p_pattern text,
	p_is_domain boolean)
RETURNS text[] LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
	WITH named AS MATERIALIZED (
		SELECT t.tuple_no, t.policy_domain FROM alignd.tuple t
		WHERE CASE WHEN p_net IS NOT NULL
				THEN alignd_report.inet_of(t.client_ip) <<= p_net
			WHEN p_is_domain THEN alignd_report.is_named(p_net, p_pattern,
				concat_ws(E'\n', t.author_domain, t.policy_domain, t.org_domain,
				t.client_name, t.mail_from_domain, t.spf_domain, t.dkim, t.arc,
				t.lookalike))
			ELSE alignd_report.is_named(p_net, p_pattern, t.lookalike) END)
	SELECT ARRAY(SELECT DISTINCT r.report_id
		FROM named n JOIN alignd.result c USING (tuple_no)
		JOIN alignd_report.report r ON r.policy_domain = n.policy_domain
			AND c.hour_s >= r.begin_s AND c.hour_s < r.end_s
		WHERE r.kind = 'aggregate' AND (r.settled_s = 0 OR length(r.archive) > 0)
			AND c.hour_s >= (SELECT min(o.begin_s) FROM alignd_report.report o))
$$;

-- "ann@a.example", "a.example" (with all below it), "192.0.2.7", "2001:db8::/32".
-- What became of how many rows.
DROP FUNCTION IF EXISTS alignd_report.erase(text);
CREATE FUNCTION alignd_report.erase(p_subject text)
RETURNS TABLE (rows bigint, what text, is_kept boolean) LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v_net inet := alignd_report.inet_of(lower(p_subject));
	v_pattern text := alignd_report.pattern_of(p_subject);
	v_of text[];
BEGIN
	IF v_net IS NULL AND coalesce(p_subject, '') !~ '^([^@\s]+@)?[^@\s/:.]+(\.[^@\s/:.]+)+$' THEN
		RAISE EXCEPTION '% is no address, domain, host''s address or network', p_subject
			USING ERRCODE = 'AL003';
	END IF;
	PERFORM alignd_report.must_stay();
	is_kept := false;
	v_of := alignd_report.reports_of(v_net, v_pattern, position('@' IN p_subject) = 0);
	UPDATE alignd_report.report r SET archive = ''
		WHERE r.report_id = ANY (v_of) AND r.settled_s > 0;
	GET DIAGNOSTICS rows = ROW_COUNT;
	what := 'reports emptied: the bytes that were sent';
	RETURN NEXT;
	SELECT count(*), 'reports not sent yet: run this again when they are', true
		INTO rows, what, is_kept
		FROM alignd_report.report r WHERE r.report_id = ANY (v_of) AND r.settled_s = 0;
	RETURN NEXT;
	is_kept := false;
	DELETE FROM alignd_report.report r WHERE (r.settled_s > 0 OR r.kind = 'failure')
		AND (alignd_report.is_named(v_net, v_pattern, r.policy_domain)
			OR (r.kind = 'failure' AND alignd_report.is_named(v_net, v_pattern,
				encode(r.archive, 'escape'))));
	GET DIAGNOSTICS rows = ROW_COUNT;
	what := 'reports deleted, with where they went';
	RETURN NEXT;
	DELETE FROM alignd_report.report_destination d USING alignd_report.report r
		WHERE r.report_id = d.report_id AND r.settled_s > 0
			AND alignd_report.is_named(v_net, v_pattern, d.address);
	GET DIAGNOSTICS rows = ROW_COUNT;
	what := 'addresses of reports deleted';
	RETURN NEXT;
	DELETE FROM alignd_report.report_health h
		WHERE h.suppressed_why <> 'by the operator'
			AND alignd_report.is_named(v_net, v_pattern,
				h.address || E'\n' || h.policy_domain);
	GET DIAGNOSTICS rows = ROW_COUNT;
	what := 'addresses with trouble deleted';
	RETURN NEXT;
	SELECT count(*), 'addresses kept: you stopped reports there (report suppress)', true
		INTO rows, what, is_kept FROM alignd_report.report_health h
		WHERE h.suppressed_why = 'by the operator'
			AND alignd_report.is_named(v_net, v_pattern,
				h.address || E'\n' || h.policy_domain);
	RETURN NEXT;
END $$;

REVOKE EXECUTE ON FUNCTION alignd_report.erase FROM alignd_sender;
GRANT EXECUTE ON FUNCTION alignd_report.erase TO alignd_operator;
GRANT EXECUTE ON FUNCTION alignd_report.inet_of, alignd_report.pattern_of,
	alignd_report.is_named, alignd_report.reports_of TO alignd_operator;
-- Who may read may ask for what there is of somebody.
GRANT EXECUTE ON FUNCTION alignd_report.inet_of, alignd_report.is_named TO alignd_reader;
