/** 04/03 is 3 April where days come first. Where both orders are in use, an ambiguous date is refused. */
const MONTH_FIRST = new Set(['US', 'PR', 'GU', 'VI', 'AS', 'MP', 'UM', 'FM', 'MH', 'PW']);
const BOTH_ORDERS = new Set(['CA', 'PH', 'KE', 'ZA', 'CN', 'JP', 'KR', 'TW', 'HU', 'LT', 'SE']);

/** @param country ISO 3166-1 alpha-2 @returns undefined where the country does not tell */
export function dayFirstIn(country: string | undefined): boolean | undefined {
  if (country === undefined || BOTH_ORDERS.has(country)) return undefined;
  return !MONTH_FIRST.has(country);
}
