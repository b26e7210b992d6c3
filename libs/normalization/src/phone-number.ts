import { type CallingPlan, type PhonePlans, type Prefix, type RegionPlan } from './phone-plans';

/**
 * Finds the number in digits as dialled or written, step by step as the parser and the validation of Google's
 * libphonenumber do, so that the answers are the same, also where they surprise.
 */
export type FoundNumber = {
  /** E.164 */
  readonly phone: string;
  /** ISO 3166-1 alpha-2, where the number tells it. */
  readonly country: string | undefined;
};

const ZERO = 48;
const NATIONAL_DIGITS_MIN = 2;

/** The valid number that the digits are, or undefined. `international`: they were written behind a plus sign. */
export const findNumber = (
  plans: PhonePlans,
  digits: string,
  international: boolean,
  defaultCountry: string | undefined,
): FoundNumber | undefined => {
  const home = defaultCountry === undefined ? undefined : plans.region(defaultCountry);
  if (international) {
    if (digits.length <= NATIONAL_DIGITS_MIN) return undefined;
    const plan = leadingCallingPlan(plans, digits);
    if (plan) return inPlan(digits.slice(plan.main.callingCode.length), plan, plan.main);
  }
  if (!home) return undefined;
  const dialled = home.dialOut === undefined ? 0 : dialOutLength(home.dialOut, digits);
  if (dialled > 0) {
    const number = digits.slice(dialled);
    const plan = number.length <= NATIONAL_DIGITS_MIN ? null : leadingCallingPlan(plans, number);
    return plan ? inPlan(number.slice(plan.main.callingCode.length), plan, plan.main) : undefined;
  }
  // A plus sign before something that is neither a calling code nor dialled out of the country.
  if (international) return undefined;
  const plan = plans.calling(Number(home.callingCode));
  if (!plan) return undefined;
  const bare = withoutOwnCallingCode(digits, home);
  return bare === undefined ? inPlan(digits, plan, home) : inPlan(bare, plan, plan.main);
};

/** Calling codes are free of prefixes: the first that fits is the only one. None begins with 0. */
const leadingCallingPlan = (plans: PhonePlans, digits: string): CallingPlan | null => {
  let code = 0;
  for (let at = 0; at < 3 && at < digits.length; at += 1) {
    code = code * 10 + digits.charCodeAt(at) - ZERO;
    if (code === 0) return null;
    const plan = plans.calling(code);
    if (plan) return plan;
  }
  return null;
};

const prefixLength = (prefix: Prefix, digits: string): number => {
  if (typeof prefix === 'string') return digits.startsWith(prefix) ? prefix.length : 0;
  return prefix.exec(digits)?.[0].length ?? 0;
};

/** No calling code begins with 0, so a prefix before one is part of a national number. */
const dialOutLength = (prefix: Prefix, digits: string): number => {
  const length = prefixLength(prefix, digits);
  return length > 0 && digits.charCodeAt(length) === ZERO ? 0 : length;
};

/** `49 30 123456` in Germany, written without a plus sign: the calling code is one only if the number needs it to be. */
const withoutOwnCallingCode = (digits: string, home: RegionPlan): string | undefined => {
  if (!digits.startsWith(home.callingCode)) return undefined;
  const isTooLong = digits.length > home.lengthMax;
  if (!isTooLong && home.general.test(digits)) return undefined;
  const rest = withoutTrunk(digits.slice(home.callingCode.length), home);
  return isTooLong || home.general.test(rest) ? rest : undefined;
};

const withoutTrunk = (digits: string, plan: RegionPlan): string => {
  const { trunk, trunkTransform, general } = plan;
  if (trunk === undefined) return digits;
  let rest: string;
  if (typeof trunk === 'string') {
    if (!digits.startsWith(trunk)) return digits;
    rest =
      trunkTransform === undefined ? digits.slice(trunk.length) : trunkTransform + digits.slice(trunk.length);
  } else {
    const match = trunk.exec(digits);
    if (!match) return digits;
    rest =
      trunkTransform !== undefined && match[match.length - 1]
        ? digits.replace(trunk, trunkTransform)
        : digits.slice(match[0].length);
  }
  // What looks like a prefix stays where only the whole is a number of the plan.
  return general.test(digits) && !general.test(rest) ? digits : rest;
};

const inPlan = (digits: string, calling: CallingPlan, region: RegionPlan): FoundNumber | undefined => {
  if (digits.length < NATIONAL_DIGITS_MIN) return undefined;
  const bare = withoutTrunk(digits, region);
  const isPossible = bare.length > region.lengthMax || ((region.lengths >> bare.length) & 1) === 1;
  return validated(isPossible ? bare : digits, calling);
};

const validated = (national: string, { main, regions }: CallingPlan): FoundNumber | undefined => {
  const owner = regions.length === 1 ? main : regions.find((region) => claims(region, national));
  if (!owner || !isAssigned(owner, national)) return undefined;
  return { phone: `+${main.callingCode}${national}`, country: owner.country };
};

const claims = (region: RegionPlan, national: string): boolean =>
  region.leading ? region.leading.test(national) : isAssigned(region, national);

const isAssigned = (region: RegionPlan, national: string): boolean => {
  const { length } = national;
  if (length > region.lengthMax || ((region.lengths >> length) & 1) === 0) return false;
  if (!region.general.test(national)) return false;
  for (const { lengths, pattern } of region.assigned) {
    if (((lengths >> length) & 1) === 1 && pattern.test(national)) return true;
  }
  return false;
};
