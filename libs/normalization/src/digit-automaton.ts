/**
 * Several patterns over digits as one table: one look-up per digit tells which of them a number matches. The patterns
 * are those of numbering plans: digits, classes, groups, alternatives, bounded repetition. Nothing repeats without end,
 * so there are few states.
 *
 * A state is what is left to match: the derivatives of the patterns by the digits so far (Brzozowski). Equal
 * expressions are one object, so equal rests of different ranges become one state.
 */
export type DigitAutomaton = {
  /** `next[state * 10 + digit]`; state 0 matches nothing any more, state 1 is the start. */
  readonly next: Uint16Array;
  /** Per state, the indexes of the patterns that match when the number ends here. */
  readonly matches: readonly (readonly number[])[];
};

export const DEAD = 0;
export const START = 1;

type Node = {
  readonly id: number;
  readonly nullable: boolean;
  readonly derive: (digit: number) => Node;
};

/** A pattern that ends with this also takes whatever follows. */
const OPEN_END = '…';

/** A pattern for numbers that begin so. */
export const beginningWith = (pattern: string): string => `(?:${pattern})${OPEN_END}`;

/** Throws for a pattern that uses more than the syntax above. */
export const compileDigitAutomaton = (patterns: readonly string[]): DigitAutomaton => {
  const algebra = createAlgebra();
  /** Only the patterns that can still match, so that a state of a hundred patterns stays short. */
  type State = readonly (readonly [pattern: number, rest: Node])[];
  const states: State[] = [[], patterns.map((pattern, index) => [index, parse(pattern, algebra)])];
  const known = new Map<string, number>([['', DEAD]]);
  const next: number[] = Array.from({ length: 10 }, () => DEAD);
  for (let index = START; index < states.length; index += 1) {
    const state = states[index] ?? [];
    for (let digit = 0; digit < 10; digit += 1) {
      const rests: [number, Node][] = [];
      for (const [pattern, node] of state) {
        const rest = node.derive(digit);
        if (rest !== algebra.nothing) rests.push([pattern, rest]);
      }
      const key = rests.map(([pattern, { id }]) => `${pattern}:${id}`).join();
      let target = known.get(key);
      if (target === undefined) {
        target = states.push(rests) - 1;
        known.set(key, target);
      }
      next.push(target);
    }
  }
  return {
    next: Uint16Array.from(next),
    matches: states.map((state) => state.filter(([, { nullable }]) => nullable).map(([pattern]) => pattern)),
  };
};

/** The digits with which a match of the pattern may begin, bit n for n; all of them where it may be empty. */
export const firstDigits = (pattern: string): number => {
  const algebra = createAlgebra();
  const node = parse(pattern.replaceAll('$', ''), algebra);
  if (node.nullable) return ANY_DIGIT;
  return Array.from({ length: 10 }, (_, digit) => digit)
    .filter((digit) => node.derive(digit) !== algebra.nothing)
    .reduce((set, digit) => set | (1 << digit), 0);
};

const ANY_DIGIT = 0b11_1111_1111;

type Algebra = ReturnType<typeof createAlgebra>;

const createAlgebra = () => {
  const interned = new Map<string, Node>();
  let ids = 0;
  const intern = (key: string, nullable: boolean, derive: (digit: number) => Node): Node => {
    const known = interned.get(key);
    if (known) return known;
    const memo: (Node | undefined)[] = [];
    const node = { id: (ids += 1), nullable, derive: (digit: number) => (memo[digit] ??= derive(digit)) };
    interned.set(key, node);
    return node;
  };

  const nothing: Node = intern('nothing', false, () => nothing);
  const end: Node = intern('end', true, () => nothing);
  const anything: Node = intern('anything', true, () => anything);
  /** One digit of a set; bit n stands for n. */
  const oneOf = (digits: number): Node =>
    intern(`[${digits}]`, false, (digit) => ((digits >> digit) & 1 ? end : nothing));
  const sequence = (first: Node, second: Node): Node => {
    if (first === nothing || second === nothing) return nothing;
    if (first === end) return second;
    return intern(`${first.id} ${second.id}`, first.nullable && second.nullable, (digit) => {
      const rest = sequence(first.derive(digit), second);
      return first.nullable ? either([rest, second.derive(digit)]) : rest;
    });
  };
  const either = (nodes: readonly Node[]): Node => {
    const choices = [...new Set(nodes)].filter((node) => node !== nothing).sort((a, b) => a.id - b.id);
    const [only = nothing] = choices;
    if (choices.length < 2) return only;
    const key = choices.map(({ id }) => id).join('|');
    const nullable = choices.some((choice) => choice.nullable);
    return intern(key, nullable, (digit) => either(choices.map((choice) => choice.derive(digit))));
  };
  return { nothing, end, anything, oneOf, sequence, either };
};

const TOKEN = /\(\?:|\(|\)|\||\[[0-9-]+\]|\\d|[0-9…]|\?|\{([0-9]+)(?:,([0-9]+))?\}/y;

const parse = (pattern: string, { end, anything, oneOf, sequence, either }: Algebra): Node => {
  const tokens = tokensOf(pattern);
  let at = 0;
  const alternatives = (): Node => {
    const choices = [concatenation()];
    while (tokens[at] === '|') {
      at += 1;
      choices.push(concatenation());
    }
    return either(choices);
  };
  const concatenation = (): Node => {
    const items: Node[] = [];
    for (let token = tokens[at]; token !== undefined && token !== '|' && token !== ')'; token = tokens[at]) {
      at += 1;
      items.push(repeated(atom(token)));
    }
    return items.reduceRight((rest, item) => sequence(item, rest), end);
  };
  const atom = (token: string): Node => {
    if (token.startsWith('(')) {
      const group = alternatives();
      at += 1;
      return group;
    }
    if (token === '\\d') return oneOf(ANY_DIGIT);
    if (token === OPEN_END) return anything;
    if (token.startsWith('[')) return oneOf(digitSet(token.slice(1, -1)));
    if (/^[0-9]$/.test(token)) return oneOf(1 << Number(token));
    throw new Error(`"${token}" is out of place in a pattern of digits`);
  };
  const repeated = (item: Node): Node => {
    const token = tokens[at] ?? '';
    if (token !== '?' && !token.startsWith('{')) return item;
    at += 1;
    const [least = 0, most = least] = token === '?' ? [0, 1] : token.slice(1, -1).split(',').map(Number);
    let node = end;
    for (let count = most; count > 0; count -= 1) {
      node = count > least ? either([end, sequence(item, node)]) : sequence(item, node);
    }
    return node;
  };
  const node = alternatives();
  if (at < tokens.length) throw new Error('a bracket is not opened in a pattern of digits');
  return node;
};

const tokensOf = (pattern: string): string[] => {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < pattern.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(pattern);
    if (!match) throw new Error(`a pattern of digits has "${pattern.charAt(at)}"`);
    tokens.push(match[0]);
  }
  return tokens;
};

/** `0-37` is 0, 1, 2, 3 and 7. */
const digitSet = (ranges: string): number => {
  let set = 0;
  for (const [, from = '', to = from] of ranges.matchAll(/([0-9])(?:-([0-9]))?/g)) {
    for (let digit = Number(from); digit <= Number(to); digit += 1) set |= 1 << digit;
  }
  return set;
};
