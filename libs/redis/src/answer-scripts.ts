/** Lua for answers that are worked out once and read by many: KEYS are the answer and the claim to work it out. */

/** ARGV: token of the claimer, milliseconds until the claim ends. Reply: the answer or null, then 1 when claimed. */
export const claimAnswer = `
local answer = redis.call('GET', KEYS[1])
if answer then return { answer, 0 } end
local claimed = redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2])
return { false, claimed and 1 or 0 }
`;

/** ARGV: token, answer, milliseconds to keep it. */
export const keepAnswer = `
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 1
`;

/** ARGV: token. A claim that ended and went to another stays with the other. */
export const dropClaim = `
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 1
`;
