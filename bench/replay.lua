-- Replays the request paths in the file named by BENCH_PATHS, one after the other, for ever.
local paths = {}
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
local started = 0
function setup(thread)
  thread:set("offset", started)
  started = started + 1
end
local headers = {["Accept"] = os.getenv("BENCH_ACCEPT") or "*/*"}
local ready
function init()
  ready = {}
  for i, path in ipairs(paths) do ready[i] = wrk.format("GET", path, headers) end
  at = offset * 977
end
function request()
  at = at + 1
  return ready[(at % #ready) + 1]
end
