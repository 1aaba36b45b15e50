-- SPDX-License-Identifier: BSD-2-Clause
-- read_field.lua - Authentication-Results as rspamd's arc module has it
--
--   rspamadm lua read_field.lua
--
-- The file named by READ_FIELD_INPUT holds {"fields": [unfolded value, ...]}; an
-- array of what was read of each comes on standard output: rspamd's table for
-- each part. As plugins/arc.lua does it: the value is split at ";", and each part
-- given to the parser of lua_auth_results.
local auth_results = require "lua_auth_results"
local util = require "lua_util"
local ucl = require "ucl"

local input = ucl.parser()
assert(input:parse_file(os.getenv("READ_FIELD_INPUT")))
local answer = {}
for _, value in ipairs(input:get_object().fields) do
	local found = {}
	for _, part in ipairs(util.rspamd_str_split(value, ";")) do
		local pairs_of_part = auth_results.parse_ar_element(util.rspamd_str_trim(part))
		if pairs_of_part then
			found[#found + 1] = pairs_of_part
		end
	end
	answer[#answer + 1] = found
end
print(ucl.to_format(answer, "json-compact"))
