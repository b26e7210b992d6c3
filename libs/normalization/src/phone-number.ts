import {
  digitAt,
  digitsText,
  finalState,
  hasPrefix,
  matchesDigits,
  setDigits,
  toE164,
  type PhoneDigits,
} from './phone-digits';
import {
  OWNER_LENGTHS,
  type CallingPlan,
  type PhonePlans,
  type Prefix,
  type RegionPlan,
} from './phone-plans';

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

const NATIONAL_DIGITS_MIN = 2;

/**
 * The valid number that the digits are, or undefined. `international`: they were written behind a plus sign. The
 * digits are used up.
 */
export const findNumber = (
  plans: PhonePlans,
  digits: PhoneDigits,
  international: boolean,
  defaultCountry: string | undefined,
): FoundNumber | undefined => {
  if (international) {
    if (digits.to - digits.from <= NATIONAL_DIGITS_MIN) return undefined;
    const plan = takeCallingCode(plans, digits);
    if (plan) return inPlan(digits, plan, plan.main);
  }
  const home = defaultCountry === undefined ? undefined : plans.region(defaultCountry);
  if (!home) return undefined;
  if (takeDialOut(digits, home)) {
    if (digits.to - digits.from <= NATIONAL_DIGITS_MIN) return undefined;
    const plan = takeCallingCode(plans, digits);
    return plan ? inPlan(digits, plan, plan.main) : undefined;
  }
  // A plus sign before something that is neither a calling code nor dialled out of the country.
  if (international) return undefined;
  const plan = plans.calling(home.callingNumber);
  if (!plan) return undefined;
  return inPlan(digits, plan, takeOwnCallingCode(digits, home) ? plan.main : home);
};

/** Calling codes are free of prefixes: the first that fits is the only one. None begins with 0. */
const takeCallingCode = (plans: PhonePlans, digits: PhoneDigits): CallingPlan | null => {
  let code = 0;
  for (let at = digits.from; at < digits.from + 3 && at < digits.to; at += 1) {
    code = code * 10 + digitAt(digits, at);
    if (code === 0) return null;
    const plan = plans.calling(code);
    if (plan) {
      digits.from = at + 1;
      return plan;
    }
  }
  return null;
};

const mayBeginWith = ({ firstDigits }: Prefix, digits: PhoneDigits): boolean =>
  digits.from < digits.to && ((firstDigits >> digitAt(digits, digits.from)) & 1) === 1;

const takeDialOut = (digits: PhoneDigits, { dialOut }: RegionPlan): boolean => {
  if (dialOut === undefined || !mayBeginWith(dialOut, digits)) return false;
  const { fixed, pattern } = dialOut;
  let length: number;
  if (fixed === undefined) length = pattern.exec(digitsText(digits))?.[0].length ?? 0;
  else length = hasPrefix(digits, fixed) ? fixed.length : 0;
  const end = digits.from + length;
  // No calling code begins with 0, so a prefix before one is part of a national number.
  if (length === 0 || (end < digits.to && digitAt(digits, end) === 0)) return false;
  digits.from = end;
  return true;
};

/** `49 30 123456` in Germany, written without a plus sign: the calling code is one only if the number needs it to be. */
const takeOwnCallingCode = (digits: PhoneDigits, home: RegionPlan): boolean => {
  const { callingCode, general, lengthMax } = home;
  if (!hasPrefix(digits, callingCode)) return false;
  const isTooLong = digits.to - digits.from > lengthMax;
  if (!isTooLong && matchesDigits(general, digits, digits.from)) return false;
  const text = digitsText(digits);
  digits.from += callingCode.length;
  takeTrunk(digits, home, false);
  if (isTooLong || matchesDigits(general, digits, digits.from)) return true;
  setDigits(digits, text);
  return false;
};

/**
 * Takes the trunk prefix off, or puts in what it stands for. What looks like a prefix stays where only the whole is a
 * number of the plan; with `possibleOnly` also where the rest has a length that no number has.
 */
const takeTrunk = (digits: PhoneDigits, plan: RegionPlan, possibleOnly: boolean): void => {
  const { trunk, trunkTransform, general } = plan;
  if (trunk === undefined || !mayBeginWith(trunk, digits)) return;
  let text: string | undefined;
  let length: number;
  let transformed: string | undefined;
  if (trunk.fixed !== undefined && trunkTransform === undefined) {
    if (!hasPrefix(digits, trunk.fixed)) return;
    ({ length } = trunk.fixed);
  } else {
    text = digitsText(digits);
    const match = trunk.pattern.exec(text);
    if (!match) return;
    ({ length } = match[0]);
    if (trunkTransform !== undefined && match[match.length - 1]) {
      transformed = text.replace(trunk.pattern, trunkTransform);
    }
  }
  const restLength = transformed?.length ?? digits.to - digits.from - length;
  if (possibleOnly && !isPossible(plan, restLength)) return;
  const isWhole = matchesDigits(general, digits, digits.from);
  if (transformed === undefined) {
    if (!isWhole || matchesDigits(general, digits, digits.from + length)) digits.from += length;
    return;
  }
  setDigits(digits, transformed);
  if (isWhole && text !== undefined && !matchesDigits(general, digits, digits.from)) setDigits(digits, text);
};

/** Too long counts as possible here, as it does for Google. */
const isPossible = ({ lengths, lengthMax }: RegionPlan, length: number): boolean =>
  length > lengthMax || ((lengths >> length) & 1) === 1;

const inPlan = (digits: PhoneDigits, plan: CallingPlan, region: RegionPlan): FoundNumber | undefined => {
  if (digits.to - digits.from < NATIONAL_DIGITS_MIN) return undefined;
  takeTrunk(digits, region, true);
  const length = digits.to - digits.from;
  if (length >= OWNER_LENGTHS) return undefined;
  const owner = plan.owners[finalState(plan.ranges, digits, digits.from) * OWNER_LENGTHS + length] ?? 0;
  if (owner === 0) return undefined;
  return { phone: toE164(digits, plan.callingCode), country: plan.countries[owner - 1] };
};
