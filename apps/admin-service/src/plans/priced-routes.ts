/** Prices are named by route: a name that is none, or one of a free route, would never be charged. */
import { type AccountTerms, AppError, closest, PUBLIC_ROUTES } from '@bigdata/models';

const METERED = PUBLIC_ROUTES.filter(({ metered }) => metered).map(({ id }) => id);

/** @throws AppError `invalid_request` that points at each price of no metered route */
export function refuseUnknownPrices({ prices = {} }: AccountTerms): void {
  const errors = Object.keys(prices)
    .filter((route) => !METERED.includes(route))
    .map((route) => {
      const meant = closest(route, METERED);
      return {
        pointer: `#/terms/prices/${route.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        detail: `is no metered route; these are: ${METERED.join(', ')}`,
        ...(meant === null ? {} : { hint: `did you mean ${meant}` }),
      };
    });
  const [first] = errors;
  if (first) throw new AppError('invalid_request', { detail: `${first.pointer}: ${first.detail}`, errors });
}
