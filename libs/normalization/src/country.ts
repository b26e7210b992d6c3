import { COUNTRY_CODES } from './country-codes';
import { foldForMatch } from './fold';
import { refused, type NormalizedValue } from './result';
import { boundedText } from './text';

const RAW_LENGTH_MAX = 128;

/** Languages whose country names are read. The names come from the ICU data that ships with Node. */
const LANGUAGES = [
  'en',
  'de',
  'fr',
  'es',
  'it',
  'pt',
  'nl',
  'pl',
  'sv',
  'da',
  'nb',
  'fi',
  'cs',
  'hu',
  'ro',
  'tr',
  'el',
  'ru',
  'uk',
  'ja',
  'ko',
  'zh',
  'zh-Hant',
  'ar',
  'he',
  'hi',
  'vi',
  'id',
];

/** Spellings in use that are neither a code nor the name in ICU. */
const ALIASES: Readonly<Record<string, string>> = {
  AE: 'uae, emirates',
  BA: 'bosnia, bosnia herzegovina',
  BO: 'plurinational state of bolivia',
  BN: 'brunei darussalam',
  BY: 'belorussia, byelorussia',
  CD: 'dr congo, drc, congo drc, democratic republic of the congo, democratic republic of congo, congo kinshasa, zaire',
  CG: 'republic of the congo, congo republic, congo brazzaville',
  CH: 'swiss, schweiz suisse svizzera',
  CI: 'ivory coast, cote divoire',
  CN: 'prc, peoples republic of china, china prc, mainland china',
  CV: 'cabo verde',
  CZ: 'czech republic, ceska republika, tschechische republik',
  DE: 'federal republic of germany, bundesrepublik deutschland, brd, germany federal republic of',
  ES: 'kingdom of spain, espana',
  FK: 'falklands',
  FM: 'federated states of micronesia',
  FR: 'french republic, republique francaise',
  GB: 'uk, great britain, britain, england, scotland, wales, northern ireland, united kingdom of great britain and northern ireland, gbr uk, grossbritannien, angleterre, inglaterra, inghilterra',
  GR: 'el, hellas, hellenic republic',
  HK: 'hong kong, hong kong sar, hongkong',
  IE: 'republic of ireland, eire',
  IR: 'islamic republic of iran, persia',
  KN: 'st kitts and nevis, st kitts',
  KP: 'dprk, democratic peoples republic of korea',
  KR: 'korea, republic of korea, korea republic of, rok, korea south',
  LA: 'lao, lao pdr, lao peoples democratic republic',
  LC: 'saint lucia, st lucia',
  LU: 'grand duchy of luxembourg',
  MD: 'republic of moldova',
  MK: 'macedonia, fyrom, republic of north macedonia',
  MM: 'burma',
  MO: 'macau, macao',
  NL: 'holland, the netherlands, the nederlands',
  PS: 'palestine, state of palestine',
  RU: 'russian federation, rossiya, ussr russia',
  SK: 'slovak republic',
  ST: 'sao tome',
  SY: 'syrian arab republic',
  SZ: 'swaziland',
  TL: 'east timor',
  TR: 'turkey, turkiye, republic of turkey',
  TW: 'taiwan roc, republic of china, chinese taipei, taiwan province of china',
  TZ: 'united republic of tanzania',
  US: 'usa, us, united states of america, america, u s, u s a, us of a, estados unidos de america, etats unis damerique, vereinigte staaten von amerika, eeuu, ee uu, stati uniti damerica',
  VA: 'holy see, vatican',
  VC: 'st vincent and the grenadines, st vincent',
  VE: 'bolivarian republic of venezuela',
  VN: 'viet nam',
  XK: 'kosovo, republic of kosovo',
};

/** Built on first use, not at import: 28 locales of 249 names take some tens of milliseconds. */
let compiled: ReadonlyMap<string, string> | undefined;

const lookupKey = (text: string): string => foldForMatch(text).replace(/^the /, '');

const compile = (): ReadonlyMap<string, string> => {
  const table = new Map<string, string>();
  // Earlier entries win: codes over aliases over names, and names of earlier languages over later ones.
  const add = (key: string, country: string): void => {
    if (key !== '' && !table.has(key)) table.set(key, country);
  };
  for (const [alpha2, alpha3, numeric] of COUNTRY_CODES) {
    for (const code of [alpha2, alpha3, numeric, String(Number(numeric))]) add(code.toLowerCase(), alpha2);
  }
  add('xk', 'XK');
  for (const [country, aliases] of Object.entries(ALIASES)) {
    for (const alias of aliases.split(', ')) add(lookupKey(alias), country);
  }
  for (const language of LANGUAGES) {
    for (const style of ['long', 'short'] as const) {
      const names = new Intl.DisplayNames([language], { type: 'region', style, fallback: 'none' });
      for (const [alpha2] of COUNTRY_CODES) add(lookupKey(names.of(alpha2) ?? ''), alpha2);
    }
  }
  return table;
};

/** ISO 3166-1 alpha-2 (and XK) from a code or a name in one of the main languages. */
export const normalizeCountry = (raw: string): NormalizedValue => {
  const text = boundedText(raw, RAW_LENGTH_MAX);
  if (typeof text !== 'string') return text;
  compiled ??= compile();
  const country = compiled.get(lookupKey(text));
  return country === undefined ? refused('invalid_country') : { ok: true, value: country };
};
