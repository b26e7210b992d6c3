/**
 * Holds what clients saw against the ledger and the request log. Pure. The gateway may die between an answer and its
 * settlement: that answer is free, and its log entry may be gone. Nothing else may differ.
 */
import { type Entry } from '../ledger';
import { type Attempt } from './attempts';
import { type GatewayDeath, type Outage } from './outages';
import { type PlannedRequest } from './requests';

export interface LogLine {
  readonly request_id: string;
  /** Null when the gateway could not find out whose key it was. */
  readonly user_id: string | null;
  readonly status: number;
  readonly credits: number;
}

export interface Evidence {
  readonly attempts: readonly Attempt[];
  /** All entries of the ledger that carry a request id. */
  readonly ledger: readonly Entry[];
  readonly log: readonly LogLine[];
  readonly deaths: readonly GatewayDeath[];
  readonly outages: readonly Outage[];
  readonly priceOf: (planned: PlannedRequest) => number;
}

export interface Verdict {
  /** What must not be. */
  readonly violations: readonly string[];
  /** Whole 2xx answers: those that are paid for, and those whose gateway died before it could settle them. */
  readonly paid: number;
  readonly givenAway: number;
  /** Requests without a log entry, their gateway having died with it. */
  readonly logLost: number;
}

/** After this a gateway that works has delivered what it had to say; the machine may be busy. */
const DELIVERED_AFTER_MS = 3_000;
/** An outbox tries again within five seconds. */
const TRIED_AGAIN_AFTER_MS = 6_000;

export function judge(evidence: Evidence): Verdict {
  const { attempts, ledger, log, deaths, outages, priceOf } = evidence;
  const violations: string[] = [];
  const tally = { paid: 0, givenAway: 0, logLost: 0 };
  const charged = new Map<string, number>();
  for (const { request_id: id, amount } of ledger) {
    if (id !== null) charged.set(id, (charged.get(id) ?? 0) - amount);
  }
  const linesOf = Map.groupBy(log, ({ request_id: id }) => id);
  const known = new Set(attempts.map(({ requestId }) => requestId));
  for (const id of new Set([...charged.keys(), ...linesOf.keys()])) {
    if (!known.has(id)) violations.push(`${id}: nobody asked`);
  }

  /** The gateway died before it can have delivered what came of the request. */
  const isLost = ({ gateway, connectedMs, endedMs }: Attempt): boolean => {
    const death = deaths.find((own) => own.gateway === gateway && own.atMs >= connectedMs);
    return death !== undefined && death.atMs <= deliveredBy(endedMs);
  };
  const deliveredBy = (endedMs: number): number =>
    outages.reduce(
      (byMs, { victim, fromMs, toMs }) =>
        victim !== 'redis' && fromMs < byMs && toMs > endedMs
          ? Math.max(byMs, toMs + TRIED_AGAIN_AFTER_MS)
          : byMs,
      endedMs + DELIVERED_AFTER_MS,
    );

  for (const attempt of attempts) {
    const lines = linesOf.get(attempt.requestId) ?? [];
    const { outcome } = attempt;
    if (lines.length === 0 && outcome.kind === 'left' && !outcome.sent) continue;
    const expected = outcome.kind === 'unreached' ? 0 : 1;
    if (lines.length === 0 && expected === 1 && isLost(attempt)) tally.logLost += 1;
    else if (lines.length !== expected) violations.push(`${told(attempt)}: ${lines.length} log entries`);
  }
  const logical = Map.groupBy(
    attempts,
    ({ planned, requestId }) => planned.idempotencyKey ?? requestId,
  ).values();
  for (const together of logical) judgeTogether(together);
  return { violations, ...tally };

  /** All attempts of one request; without an Idempotency-Key there is one. */
  function judgeTogether(together: readonly Attempt[]): void {
    const first = together[0]!;
    const price = priceOf(first.planned);
    const net = sum(together.map(({ requestId }) => charged.get(requestId) ?? 0));
    const logged = sum(
      together.flatMap(({ requestId }) => (linesOf.get(requestId) ?? []).map(({ credits }) => credits)),
    );
    const lost = together.some((attempt) => isLost(attempt));
    const served = together.filter(({ outcome }) => isServed(outcome));
    const unknown = together.some(({ outcome }) => outcome.kind === 'broken' || outcome.kind === 'left');
    const story = together.map((attempt) => told(attempt)).join(', ');

    if (net !== 0 && net !== price) violations.push(`${story}: charged ${net}, the price is ${price}`);
    if (net !== logged && !lost) violations.push(`${story}: charged ${net}, the log says ${logged}`);
    if (served.length > 0 && net === price) tally.paid += 1;
    else if (served.length > 0 && lost) tally.givenAway += 1;
    else if (served.length > 0 && price > 0) violations.push(`${story}: served and not charged`);
    else if (net !== 0 && !unknown) violations.push(`${story}: charged ${net} for what was not served`);

    for (const { outcome } of served) {
      const ownPrice = outcome.kind === 'answered' && !outcome.replayed && outcome.charged !== 0;
      if (!ownPrice || first.planned.plan.answer === 'stream') continue;
      if (outcome.charged !== price) violations.push(`${story}: said ${outcome.charged}, costs ${price}`);
    }
  }
}

function isServed(outcome: Attempt['outcome']): boolean {
  return outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300;
}

function told({ requestId, gateway, planned, outcome, sentMs, endedMs }: Attempt): string {
  const end = outcome.kind === 'answered' ? `${outcome.status}` : outcome.kind;
  const key = planned.idempotencyKey === null ? '' : ` ${planned.idempotencyKey}`;
  return `${requestId}${key} ${planned.plan.answer} at ${gateway}, ${sentMs.toFixed()}–${endedMs.toFixed()} ms: ${end}`;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
