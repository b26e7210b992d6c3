/** Lua that runs inside Redis, whole or not at all. Each script has one typed caller in this library. */
import { claimAnswer, dropClaim, keepAnswer } from './answer-scripts';
import { beginIdempotent, endIdempotent, extendIdempotent, keepIdempotent } from './idempotency-scripts';

/** A window slides in so many steps: a quarter of a second for a minute. */
const STEPS_PER_WINDOW = 240;

/**
 * Sliding windows, several at once, and places among the requests in flight, for requests of one user that came
 * together: of so many as fit each takes one of everything, the rest takes nothing.
 * KEYS: one state per policy; the places in flight, if they are limited. ARGV: number of policies; limit and window in
 * milliseconds for each; number of requests; places at most, lease in milliseconds, id of each request.
 * Reply: how many are admitted; for each policy what remains after them, the milliseconds until more comes back, and
 * those until one request fits again; the places taken.
 *
 * A place is a member of a sorted set with the end of its lease as score: what a gateway that died held is free then.
 *
 * A state is a MessagePack list (last1, count1, last2, count2 …), oldest first: requests that fell into one step,
 * with the time of the last of them. A step counts until a whole window after its last request. So in no span
 * of one window are more than `limit` requests admitted, and capacity comes back at most one step late.
 * The clock is the server's own, so any number of callers agree; it never runs backwards for a state, unless it
 * was set back by more than a window: then the state starts afresh rather than refusing for that long.
 * @param clock expression for seconds and microseconds, which a test has in hand
 */
export const consumeLimits = (clock = `redis.call('TIME')`): string => `
local time = ${clock}
local wall = time[1] * 1000 + math.floor(time[2] / 1000)
local policies = {}
local count = tonumber(ARGV[1])
local admitted = tonumber(ARGV[2 * count + 2])
local places, taken = KEYS[count + 1], 0
if places then
  redis.call('ZREMRANGEBYSCORE', places, '-inf', wall)
  taken = redis.call('ZCARD', places)
  admitted = math.min(admitted, tonumber(ARGV[2 * count + 3]) - taken)
end
for i = 1, count do
  local policy = { limit = tonumber(ARGV[2 * i]), window = tonumber(ARGV[2 * i + 1]), now = wall, total = 0, steps = {} }
  local packed = redis.call('GET', KEYS[i])
  local stored = packed and cmsgpack.unpack(packed) or {}
  local newest = stored[#stored - 1]
  if newest and newest - wall <= policy.window then
    policy.now = math.max(wall, newest)
    for j = 1, #stored, 2 do
      if policy.now - stored[j] < policy.window then
        policy.steps[#policy.steps + 1] = stored[j]
        policy.steps[#policy.steps + 1] = stored[j + 1]
        policy.total = policy.total + stored[j + 1]
      end
    end
  end
  admitted = math.min(admitted, policy.limit - policy.total)
  policies[i] = policy
end
admitted = math.max(admitted, 0)
if places and admitted > 0 then
  local lease = tonumber(ARGV[2 * count + 4])
  for i = 1, admitted do redis.call('ZADD', places, wall + lease, ARGV[2 * count + 4 + i]) end
  redis.call('PEXPIRE', places, lease)
  taken = taken + admitted
end
local reply = { admitted }
for i, policy in ipairs(policies) do
  local steps = policy.steps
  if admitted > 0 then
    local span = math.max(1, policy.window / ${STEPS_PER_WINDOW})
    local newest = steps[#steps - 1]
    if newest and math.floor(newest / span) == math.floor(policy.now / span) then
      steps[#steps - 1] = policy.now
      steps[#steps] = steps[#steps] + admitted
    else
      steps[#steps + 1] = policy.now
      steps[#steps + 1] = admitted
    end
    policy.total = policy.total + admitted
    redis.call('SET', KEYS[i], cmsgpack.pack(steps), 'PX', policy.window)
  end
  local step, left = 1, policy.total
  while steps[step + 1] and left - steps[step + 1] >= policy.limit do
    left = left - steps[step + 1]
    step = step + 2
  end
  reply[#reply + 1] = math.max(0, policy.limit - policy.total)
  reply[#reply + 1] = steps[1] and steps[1] + policy.window - policy.now or 0
  reply[#reply + 1] = steps[step] and steps[step] + policy.window - policy.now or 0
end
reply[#reply + 1] = taken
return reply
`;

/** KEYS: the places in flight of one user. ARGV: the ids that ended. */
const releaseInFlight = `return redis.call('ZREM', KEYS[1], unpack(ARGV))`;

/** KEYS: the places in flight of one user. ARGV: lease in milliseconds, ids that are still running. */
const extendInFlight = `
local time = redis.call('TIME')
local wall = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', wall + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return #ARGV - 1
`;

export const SCRIPTS = {
  consumeLimits: { lua: consumeLimits() },
  releaseInFlight: { lua: releaseInFlight },
  extendInFlight: { lua: extendInFlight },
  beginIdempotent: { lua: beginIdempotent },
  extendIdempotent: { lua: extendIdempotent },
  keepIdempotent: { lua: keepIdempotent },
  endIdempotent: { lua: endIdempotent },
  claimAnswer: { lua: claimAnswer },
  keepAnswer: { lua: keepAnswer },
  dropClaim: { lua: dropClaim },
} as const;

export type ScriptName = keyof typeof SCRIPTS;
