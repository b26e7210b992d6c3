/**
 * The numbering plan of one region, compiled from Google's metadata as libphonenumber-js ships it (`max`, with the
 * patterns of every type of number). All patterns match digits only and are anchored at the start.
 */
export type RegionPlan = {
  /** ISO 3166-1 alpha-2; undefined for numbers of no country (800, 870, …). */
  readonly country: string | undefined;
  readonly callingCode: string;
  /** What is dialled before a calling code. */
  readonly dialOut: Prefix | undefined;
  /** What is dialled before a national number, with carrier codes where there are any. */
  readonly trunk: Prefix | undefined;
  /** Replaces the trunk prefix when its last group has matched: the area code that was left out, for instance. */
  readonly trunkTransform: string | undefined;
  /** Any number of the plan. */
  readonly general: RegExp;
  /** Bit n is set where a national number may have n digits. */
  readonly lengths: number;
  readonly lengthMax: number;
  /** Numbers that begin so belong to this region among those of one calling code. */
  readonly leading: RegExp | undefined;
  /** The assigned ranges, all types of number of the same lengths in one pattern. */
  readonly assigned: readonly { readonly lengths: number; readonly pattern: RegExp }[];
};

/** A prefix that is one fixed string, which most are, needs no pattern. */
export type Prefix = string | RegExp;

/** The regions of one calling code, the main one first. */
export type CallingPlan = { readonly main: RegionPlan; readonly regions: readonly RegionPlan[] };

/** Positions in a region's array: `libphonenumber-js/METADATA.md`, version 4. 0 stands for an absent entry. */
type RegionRow = [
  callingCode: string,
  dialOut: string | 0,
  general: string,
  lengths: number[],
  formats: unknown,
  trunkDigits: string | 0,
  formattingRule: unknown,
  trunk: string | 0,
  trunkTransform: string | 0,
  trunkOptional: unknown,
  leading: string | 0,
  types: (0 | [pattern: string, lengths?: number[]])[],
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
  const callingCodes: (CallingPlan | null | undefined)[] = [];

  const region = (country: string): RegionPlan | undefined => {
    const known = regions.get(country);
    if (known) return known;
    const row = Object.hasOwn(metadata.countries, country) ? metadata.countries[country] : undefined;
    if (!row) return undefined;
    const plan = compileRegion(country, row);
    regions.set(country, plan);
    return plan;
  };

  const compileCallingCode = (callingCode: string): CallingPlan | null => {
    const countries = metadata.country_calling_codes[callingCode];
    const row = metadata.nonGeographic[callingCode];
    const plans = countries
      ? countries.map(region).filter((plan) => plan !== undefined)
      : row
        ? [compileRegion(undefined, row)]
        : [];
    const [main] = plans;
    return main ? { main, regions: plans } : null;
  };

  const calling = (callingCode: number): CallingPlan | null => {
    const known = callingCodes[callingCode];
    if (known !== undefined) return known;
    const plan = compileCallingCode(String(callingCode));
    callingCodes[callingCode] = plan;
    return plan;
  };

  return { region, calling };
};

const compileRegion = (country: string | undefined, row: RegionRow): RegionPlan => {
  const [callingCode, dialOut, general, lengths, , trunkDigits, , trunk, transform, , leading, types] = row;
  return {
    country,
    callingCode,
    dialOut: prefix(dialOut),
    trunk: prefix(trunk || trunkDigits),
    trunkTransform: transform || undefined,
    general: whole([general]),
    lengths: bits(lengths),
    lengthMax: Math.max(...lengths),
    leading: leading ? new RegExp(`^(?:${leading})`) : undefined,
    assigned: assignedRanges(types, lengths),
  };
};

const assignedRanges = (types: RegionRow[11], allLengths: number[]): RegionPlan['assigned'] => {
  const patterns = new Map<number, string[]>();
  for (const type of types) {
    if (!type || type[0] === '') continue;
    const lengths = bits(type[1] ?? allLengths);
    patterns.set(lengths, [...(patterns.get(lengths) ?? []), type[0]]);
  }
  return [...patterns].map(([lengths, sources]) => ({ lengths, pattern: whole(sources) }));
};

const bits = (lengths: readonly number[]): number => lengths.reduce((all, length) => all | (1 << length), 0);

const whole = (sources: readonly string[]): RegExp => new RegExp(`^(?:${sources.join('|')})$`);

const prefix = (source: string | 0): Prefix | undefined => {
  if (!source) return undefined;
  return /^[0-9]+$/.test(source) ? source : new RegExp(`^(?:${source})`);
};
