/**
 * Limits in the memory of one process, for the time that Redis is away: the same sliding windows, each limit cut to the
 * part of this process. What Redis had counted is not known here, so an outage can add up to one limit to a window.
 */
import { AppError, type RateLimit } from '@bigdata/models';
import { type ConsumedPolicy, type InFlight, type LimitDecision, type RateLimiter } from '@bigdata/redis';

/** Steps of a window, as in Redis. */
const STEPS_PER_WINDOW = 60;
/** Users known at once; one more is refused: to forget one would let it begin afresh. */
const USERS_MAX = 50_000;

export interface LocalLimiterOptions {
  /** Monotonic milliseconds. */
  readonly clockMs: () => number;
  /** How many processes share the limits: each admits its part, at least one. */
  readonly processes: number;
  readonly usersMax?: number;
}

interface Step {
  lastMs: number;
  count: number;
}

interface User {
  readonly windows: Map<string, Step[]>;
  readonly inFlight: Set<string>;
  /** When nothing of it counts any more. */
  idleMs: number;
}

export function createLocalLimiter({
  clockMs,
  processes,
  usersMax = USERS_MAX,
}: LocalLimiterOptions): RateLimiter {
  const users = new Map<string, User>();
  const partOf = (limit: number): number => Math.max(1, Math.floor(limit / processes));

  /** Null when there are too many already. */
  const userOf = (userId: string, nowMs: number): User | null => {
    const known = users.get(userId);
    if (known) return known;
    if (users.size >= usersMax) {
      for (const [id, { idleMs, inFlight }] of users) {
        if (idleMs <= nowMs && inFlight.size === 0) users.delete(id);
      }
    }
    if (users.size >= usersMax) return null;
    const user: User = { windows: new Map(), inFlight: new Set(), idleMs: nowMs };
    users.set(userId, user);
    return user;
  };

  return {
    consume(userId, policies, inFlight) {
      const nowMs = clockMs();
      const user = userOf(userId, nowMs);
      if (!user) return Promise.reject(new AppError('unavailable', { context: { users: users.size } }));
      const windows = policies.map((policy) => currentSteps(user, policy, nowMs));
      const room = !inFlight || user.inFlight.size < partOf(inFlight.max);
      const admitted =
        room && policies.every(({ limit }, index) => totalOf(windows[index] ?? []) < partOf(limit));
      if (admitted) {
        for (const [index, { window_s }] of policies.entries()) add(windows[index] ?? [], window_s, nowMs);
        if (inFlight) user.inFlight.add(inFlight.id);
        user.idleMs = nowMs + Math.max(...policies.map(({ window_s }) => window_s)) * 1_000;
      }
      return Promise.resolve(decisionOf(admitted, policies, windows, inFlight, user, nowMs));
    },
    release(userId, id) {
      users.get(userId)?.inFlight.delete(id);
      return Promise.resolve();
    },
    // Nothing here outlives the process that could forget it.
    extend: () => Promise.resolve(),
  };

  function decisionOf(
    admitted: boolean,
    policies: readonly RateLimit[],
    windows: readonly Step[][],
    inFlight: InFlight | null,
    user: User,
    nowMs: number,
  ): LimitDecision {
    const consumed = policies.map((policy, index): ConsumedPolicy => {
      const limit = partOf(policy.limit);
      const steps = windows[index] ?? [];
      const first = steps[0];
      return {
        ...policy,
        remaining: Math.max(0, limit - totalOf(steps)),
        resetS: first ? Math.ceil((first.lastMs + policy.window_s * 1_000 - nowMs) / 1_000) : 0,
      };
    });
    const refusing = admitted ? [] : consumed.filter(({ remaining }) => remaining === 0);
    return {
      admitted,
      policies: consumed,
      inFlight: inFlight && {
        max: inFlight.max,
        remaining: Math.max(0, partOf(inFlight.max) - user.inFlight.size),
      },
      retryAfterS: Math.max(0, ...refusing.map(({ resetS }) => resetS)),
    };
  }
}

/** What still counts of a window; older steps are dropped. */
function currentSteps(user: User, { name, window_s }: RateLimit, nowMs: number): Step[] {
  const key = `${name}:${window_s}`;
  const steps = (user.windows.get(key) ?? []).filter(({ lastMs }) => nowMs - lastMs < window_s * 1_000);
  user.windows.set(key, steps);
  return steps;
}

function add(steps: Step[], windowS: number, nowMs: number): void {
  const spanMs = Math.max(1, (windowS * 1_000) / STEPS_PER_WINDOW);
  const newest = steps.at(-1);
  if (newest && Math.floor(newest.lastMs / spanMs) === Math.floor(nowMs / spanMs)) {
    newest.lastMs = nowMs;
    newest.count += 1;
  } else steps.push({ lastMs: nowMs, count: 1 });
}

function totalOf(steps: readonly Step[]): number {
  return steps.reduce((sum, { count }) => sum + count, 0);
}
