import { beginningWith, compileDigitAutomaton, firstDigits, type DigitAutomaton } from './digit-automaton';

/**
 * Numbering plans, compiled from Google's metadata as libphonenumber-js ships it (`max`, with the patterns of every
 * type of number).
 */
export type RegionPlan = {
  readonly callingCode: string;
  readonly callingNumber: number;
  /** What is dialled before a calling code. */
  readonly dialOut: Prefix | undefined;
  /** What is dialled before a national number, with carrier codes where there are any. */
  readonly trunk: Prefix | undefined;
  /** Replaces the trunk prefix when its last group has matched: the area code that was left out, for instance. */
  readonly trunkTransform: string | undefined;
  /** Any number of the plan. */
  readonly general: DigitAutomaton;
  /** Bit n is set where a national number may have n digits. */
  readonly lengths: number;
  readonly lengthMax: number;
};

export type Prefix = {
  /** A prefix that is one fixed string, which most are, needs no pattern. */
  readonly fixed: string | undefined;
  readonly pattern: RegExp;
  /** Bit n is set where the pattern may match what begins with n. */
  readonly firstDigits: number;
};

/** All regions of one calling code. */
export type CallingPlan = {
  readonly callingCode: string;
  /** The region by whose rules an international number is read. */
  readonly main: RegionPlan;
  readonly ranges: DigitAutomaton;
  /** `owners[state * OWNER_LENGTHS + digits]`: 0 where no number ends, else 1 + the place of its country. */
  readonly owners: Uint8Array;
  /** ISO 3166-1 alpha-2; undefined for numbers of no country (800, 870, …). */
  readonly countries: readonly (string | undefined)[];
};

const CALLING_CODES_END = 1_000;

/** National numbers have at most 17 digits. */
export const OWNER_LENGTHS = 18;

/** Positions in a region's array: METADATA.md of libphonenumber-js, version 4. 0 stands for an absent entry. */
type RegionRow = readonly [
  callingCode: string,
  dialOut: string | 0,
  general: string,
  lengths: readonly number[],
  formats: unknown,
  trunkDigits: string | 0,
  formattingRule: unknown,
  trunk: string | 0,
  trunkTransform: string | 0,
  trunkOptional: unknown,
  leading: string | 0,
  types: readonly (0 | readonly [pattern: string, lengths?: readonly number[]])[],
];

/** The part of the metadata of libphonenumber-js that is read here. */
export type PhoneMetadata = {
  readonly country_calling_codes: Readonly<Record<string, readonly string[] | undefined>>;
  readonly countries: Readonly<Record<string, RegionRow | undefined>>;
  readonly nonGeographic: Readonly<Record<string, RegionRow | undefined>>;
};

export type PhonePlans = {
  /** The plan of a country; undefined for anything that is no country of the metadata. */
  readonly region: (country: string) => RegionPlan | undefined;
  /** The plan of a calling code of one to three digits, given as a number. */
  readonly calling: (callingCode: number) => CallingPlan | null;
};

/** Every plan is compiled when it is first asked for: a file of one country costs the plans of one calling code. */
export const createPhonePlans = (metadata: PhoneMetadata): PhonePlans => {
  const regions = new Map<string, RegionPlan>();
  // Filled, for an array with gaps is a hash table.
  const callingCodes = new Array<CallingPlan | null | undefined>(CALLING_CODES_END).fill(undefined);

  const region = (country: string): RegionPlan | undefined => {
    const known = regions.get(country);
    if (known) return known;
    const row = Object.hasOwn(metadata.countries, country) ? metadata.countries[country] : undefined;
    if (!row) return undefined;
    const plan = compileRegion(row);
    regions.set(country, plan);
    return plan;
  };

  const calling = (callingCode: number): CallingPlan | null => {
    const known = callingCodes[callingCode];
    if (known !== undefined) return known;
    const plan = compileCallingCode(metadata, String(callingCode), region);
    callingCodes[callingCode] = plan;
    return plan;
  };

  return { region, calling };
};

const compileRegion = (row: RegionRow): RegionPlan => {
  const [callingCode, dialOut, general, lengths, , trunkDigits, , trunk, transform] = row;
  return {
    callingCode,
    callingNumber: Number(callingCode),
    dialOut: prefix(dialOut),
    trunk: prefix(trunk || trunkDigits),
    trunkTransform: transform || undefined,
    general: compileDigitAutomaton([general]),
    lengths: bits(lengths),
    lengthMax: Math.max(...lengths),
  };
};

const prefix = (source: string | 0): Prefix | undefined => {
  if (!source) return undefined;
  return {
    fixed: /^[0-9]+$/.test(source) ? source : undefined,
    pattern: new RegExp(`^(?:${source})`),
    firstDigits: firstDigits(source),
  };
};

const bits = (lengths: readonly number[]): number => lengths.reduce((all, length) => all | (1 << length), 0);

const compileCallingCode = (
  { country_calling_codes, countries, nonGeographic }: PhoneMetadata,
  callingCode: string,
  region: PhonePlans['region'],
): CallingPlan | null => {
  const names = country_calling_codes[callingCode];
  const service = nonGeographic[callingCode];
  const main = names ? region(names[0] ?? '') : service && compileRegion(service);
  if (!main) return null;
  const rows = names ? names.map((name) => countries[name]).filter((row) => row !== undefined) : [service];
  return {
    callingCode,
    main,
    ...compileOwners(rows.filter((row) => row !== undefined)),
    countries: names ?? [undefined],
  };
};

/** What decides whether a number is of a region, as places in the list of all patterns of a calling code. */
type Claim = {
  readonly general: number;
  readonly lengths: number;
  readonly leading: number | undefined;
  readonly types: readonly { readonly pattern: number; readonly lengths: number }[];
};

const compileOwners = (rows: readonly RegionRow[]): Pick<CallingPlan, 'ranges' | 'owners'> => {
  const patterns: string[] = [];
  const add = (pattern: string): number => patterns.push(pattern) - 1;
  const claims = rows.map(([, , general, lengths, , , , , , , leading, types]): Claim => {
    return {
      general: add(general),
      lengths: bits(lengths),
      leading: leading ? add(beginningWith(leading)) : undefined,
      types: types
        .filter((type) => type !== 0)
        .map(([pattern, ownLengths]) => ({ pattern: add(pattern), lengths: bits(ownLengths ?? lengths) })),
    };
  });
  const ranges = compileDigitAutomaton(patterns);
  const owners = new Uint8Array(ranges.matches.length * OWNER_LENGTHS);
  for (const [state, matching] of ranges.matches.entries()) {
    const matches = new Set(matching);
    for (let length = 1; length < OWNER_LENGTHS; length += 1) {
      owners[state * OWNER_LENGTHS + length] = ownerOf(claims, matches, length);
    }
  }
  return { ranges, owners };
};

/**
 * The first region that claims a number decides about it: by its leading digits where it has some, else by its ranges.
 * A calling code of one region needs no claim.
 */
const ownerOf = (claims: readonly Claim[], matches: ReadonlySet<number>, length: number): number => {
  const isAssigned = ({ general, lengths, types }: Claim): boolean =>
    ((lengths >> length) & 1) === 1 &&
    matches.has(general) &&
    types.some((type) => ((type.lengths >> length) & 1) === 1 && matches.has(type.pattern));
  const owner = claims.findIndex(
    (claim) =>
      claims.length === 1 || (claim.leading === undefined ? isAssigned(claim) : matches.has(claim.leading)),
  );
  const claim = claims[owner];
  return claim && isAssigned(claim) ? owner + 1 : 0;
};
