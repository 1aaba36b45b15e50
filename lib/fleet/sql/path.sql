-- SPDX-License-Identifier: BSD-2-Clause
--
-- path - known paths of all hosts: brought once a day, and summed
--
-- Replaced at each init, after read. A host brings at most 5,000, those that broke and
-- those by which most came; what they are worth is each host's own judgement and
-- is not here.

SET LOCAL search_path = alignd, pg_temp;

-- Numbers are a host's word: they are kept where sums of all hosts hold them.
CREATE FUNCTION alignd_push.path_count(bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT greatest(0, least(4294967295, $1)) $$;
CREATE FUNCTION alignd_push.path_day(bigint) RETURNS int
LANGUAGE sql IMMUTABLE AS $$ SELECT greatest(0, least(65535, $1))::int $$;

-- All that the host has of them, in place of what it had. What hosts brought that
-- do not come any more goes after as long as a host itself remembers a path.
CREATE FUNCTION alignd_push.paths(layout bigint, kind bigint[], client text[],
	network text[], subject text[], spf bigint[], dkim bigint[], failed bigint[],
	first_day bigint[], last_day bigint[], days bigint[], broken_s bigint[],
	refused bigint[], reference text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
#variable_conflict use_column
DECLARE
	me int := alignd_push.caller(layout);
BEGIN
	PERFORM alignd_push.check_sizes(5000, cardinality(paths.kind),
		cardinality(paths.client), cardinality(paths.network),
		cardinality(paths.subject), cardinality(paths.spf),
		cardinality(paths.dkim), cardinality(paths.failed),
		cardinality(paths.first_day), cardinality(paths.last_day),
		cardinality(paths.days), cardinality(paths.broken_s),
		cardinality(paths.refused), cardinality(paths.reference));
	PERFORM alignd_push.check_texts(100, VARIADIC paths.client || paths.subject);
	PERFORM alignd_push.check_texts(64, VARIADIC paths.network || paths.reference);
	-- Two forwarders of one host: one behind the other.
	PERFORM FROM host WHERE host_no = me FOR NO KEY UPDATE;
	DELETE FROM path WHERE host_no = me
		OR taken_s < alignd_push.now_s() - 60 * 86400;
	INSERT INTO path
		SELECT me, g.place, alignd_push.now_s(), g.kind, g.client, g.network,
			g.subject, alignd_push.path_count(g.spf),
			alignd_push.path_count(g.dkim), alignd_push.path_count(g.failed),
			alignd_push.path_day(g.first_day), alignd_push.path_day(g.last_day),
			alignd_push.path_day(g.days), greatest(0, g.broken_s),
			alignd_push.path_count(g.refused), g.reference
		FROM unnest(paths.kind, paths.client, paths.network, paths.subject,
			paths.spf, paths.dkim, paths.failed, paths.first_day,
			paths.last_day, paths.days, paths.broken_s, paths.refused,
			paths.reference) WITH ORDINALITY AS g (kind, client, network,
			subject, spf, dkim, failed, first_day, last_day, days, broken_s,
			refused, reference, place);
EXCEPTION WHEN check_violation OR not_null_violation THEN
	PERFORM alignd_push.refuse('a path past its bounds');
END
$$;
GRANT EXECUTE ON FUNCTION alignd_push.paths TO alignd_host;

-- One row a client and author, over all hosts that are there; '' asks for any.
CREATE FUNCTION alignd_read.paths(of_client text, of_network text, of_author text,
	only_broken boolean)
RETURNS TABLE (kind bigint, client text, subject text, hosts bigint, spf bigint,
	dkim bigint, failed bigint, first_day bigint, last_day bigint, days bigint,
	broken_s bigint, refused bigint, reference text) LANGUAGE sql STABLE AS $$
	SELECT p.kind::bigint, p.client, p.subject, count(*), sum(p.spf)::bigint,
		sum(p.dkim)::bigint, sum(p.failed)::bigint, min(p.first_day)::bigint,
		max(p.last_day)::bigint, max(p.days)::bigint, max(p.broken_s),
		coalesce(sum(p.refused) FILTER (WHERE p.broken_s > 0), 0)::bigint,
		(array_agg(p.reference ORDER BY p.broken_s DESC, p.host_no))[1]
	FROM alignd.path p JOIN alignd.host h USING (host_no)
	WHERE h.state = 'live' AND (of_client = '' OR p.client = of_client)
		AND (of_network = '' OR p.network = of_network)
		AND (of_author = '' OR (p.kind = 1 AND p.subject = of_author))
	GROUP BY p.kind, p.client, p.subject
	HAVING NOT only_broken OR max(p.broken_s) > 0
	ORDER BY sum(p.spf) + sum(p.dkim) DESC, p.client, p.kind, p.subject
$$;
