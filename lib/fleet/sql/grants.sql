-- SPDX-License-Identifier: BSD-2-Clause
--
-- grants - run last, at each init, as alignd_owner

GRANT USAGE ON SCHEMA alignd_push TO alignd_host, alignd_operator, alignd_sender;
GRANT USAGE ON SCHEMA alignd TO alignd_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA alignd TO alignd_reader;
GRANT USAGE ON SCHEMA alignd_read TO alignd_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA alignd_read TO alignd_reader;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA alignd_read TO alignd_reader;
