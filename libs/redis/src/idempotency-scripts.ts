/**
 * The life of one Idempotency-Key of one user, as a hash. Each script has one typed caller, idempotency-store.ts.
 *
 * fingerprint  of the request that came first
 * owner, lease who works on it now, and until when (milliseconds since 1970) that is believed
 * delivering   the answer is on its way: whoever asks again may wait a moment
 * answer       what was answered, sealed; missing when it was too large to be kept
 * charge       the charge of the attempt: one that takes over from a gateway that died charges under the same id
 * paid         the answer was delivered and its credits are kept
 * remaining    what the wallet held then
 * mark         what the answer was made under; under another mark it may not be given any more
 * reruns       how often an answer that is not kept, or may not be given, was made anew
 */

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * ARGV: fingerprint, owner, lease and life in milliseconds, reruns at most, mark or nothing when no kept answer may be
 * given. Reply: what to do, and what it needs: to the owner who asks again the same, because a client of a cluster sends a
 * command again whose reply was lost.
 */
export const beginIdempotent = `
${NOW}
local stored = redis.call('HMGET', KEYS[1],
  'fingerprint', 'lease', 'delivering', 'answer', 'charge', 'paid', 'remaining', 'reruns', 'mark', 'owner')
local fingerprint, lease, delivering, answer = stored[1], stored[2], stored[3], stored[4]
local charge, paid, remaining, reruns = stored[5], stored[6], stored[7], stored[8]
if fingerprint and fingerprint ~= ARGV[1] then return { 'reused' } end
local again = stored[10] == ARGV[2]
if lease and tonumber(lease) > now and not again then return { delivering and 'delivering' or 'running' } end
if answer and stored[9] ~= ARGV[6] then
  redis.call('HDEL', KEYS[1], 'answer', 'mark')
  answer = false
end
if paid and answer then return { 'replay', answer, remaining or '' } end
if paid and not again and tonumber(reruns or 0) >= tonumber(ARGV[5]) then return { 'spent' } end
if paid and not again then redis.call('HINCRBY', KEYS[1], 'reruns', 1) end
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'owner', ARGV[2], 'lease', now + ARGV[3], 'charge', charge or ARGV[2])
redis.call('HDEL', KEYS[1], 'delivering')
if not fingerprint then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
if paid then return { 'rerun', remaining or '' } end
return { 'run', charge or ARGV[2], answer or '' }
`;

/** ARGV: owner, lease in milliseconds. Reply: 1 while the owner is believed. */
export const extendIdempotent = `
${NOW}
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'lease', now + ARGV[2])
return 1
`;

/**
 * ARGV: owner, the sealed answer or nothing when it is too large, its mark or nothing when it may not be given again.
 * Reply: 1 when the owner is still believed.
 */
export const keepIdempotent = `
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'delivering', 1)
if ARGV[2] ~= '' and ARGV[3] ~= '' then
  redis.call('HSET', KEYS[1], 'answer', ARGV[2], 'mark', ARGV[3])
end
return 1
`;

/**
 * ARGV: owner, `paid`, `undelivered` or `refused`, what the wallet holds. A refusal leaves nothing behind; an answer
 * that was not delivered stays for the next attempt, which pays for it.
 */
export const endIdempotent = `
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
if ARGV[2] == 'paid' then
  redis.call('HSET', KEYS[1], 'paid', 1, 'remaining', ARGV[3])
elseif redis.call('HEXISTS', KEYS[1], 'paid') == 0
  and (ARGV[2] == 'refused' or redis.call('HEXISTS', KEYS[1], 'answer') == 0) then
  redis.call('DEL', KEYS[1])
  return 1
end
redis.call('HDEL', KEYS[1], 'owner', 'lease', 'delivering', 'charge')
return 1
`;
