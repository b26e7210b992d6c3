/** What is asked of the gateways, from one seed. Pure. */
import { type Random } from '../random';

/** The body of a query: what the stand-in is to make of it. */
export interface QueryPlan {
  readonly answer:
    | 'page'
    | 'stream'
    | 'cut'
    | 'hang_up'
    | 'silence'
    | 'crash'
    | 'invalid'
    | 'malformed'
    | 'internal'
    | 'busy';
  readonly rows: number;
  readonly delay_ms: number;
  /** As the contract has it: the most rows, which is what the gateway reserves for. */
  readonly limit: number;
}

export interface PlannedRequest {
  /** Of the account that asks. */
  readonly account: number;
  readonly plan: QueryPlan;
  /** It is asked again under this key until it is answered for good. */
  readonly idempotencyKey: string | null;
  /** Sent to both gateways at once. */
  readonly twice: boolean;
  /** The client goes away after so long; null: it stays. */
  readonly leavesAfterMs: number | null;
}

const ROWS_MAX = 20;

/** Shares of a hundred requests; what is left are pages. */
const ODD_ANSWERS: readonly (readonly [QueryPlan['answer'], number])[] = [
  ['stream', 5],
  ['cut', 4],
  ['hang_up', 2],
  ['silence', 0.5],
  ['crash', 2],
  ['invalid', 7],
  ['malformed', 3],
  ['internal', 3],
  ['busy', 2],
];

export function makeRequest(number: number, accounts: number, random: Random): PlannedRequest {
  const keyed = random.chance(0.15);
  const rows = random.int(0, ROWS_MAX);
  const plan: QueryPlan = {
    answer: oddAnswer(random, keyed ? 0.3 : 1),
    rows,
    delay_ms: random.chance(0.2) ? random.int(5, 120) : 0,
    limit: random.int(Math.max(1, rows), ROWS_MAX),
  };
  return {
    account: random.int(0, accounts - 1),
    plan,
    idempotencyKey: keyed ? `key-${number}` : null,
    twice: keyed && random.chance(0.2),
    leavesAfterMs: random.chance(0.07) ? random.int(0, 40) : null,
  };
}

/** @param share of the odd ones among all */
function oddAnswer(random: Random, share: number): QueryPlan['answer'] {
  let left = random.next() * 100;
  for (const [answer, percent] of ODD_ANSWERS) {
    left -= percent * share;
    if (left < 0) return answer;
  }
  return 'page';
}
