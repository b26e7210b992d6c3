/**
 * How mailbox providers map several spellings of an address to one mailbox. Used only for the match key: the
 * canonical address stays as the person wrote it.
 */
type ProviderRule = {
  /** The name under which all domains of the provider match. */
  readonly domain: string;
  /** Characters that start an ignored tag: jane+shop@… is jane@…. */
  readonly tag?: '+' | '-';
  readonly ignoresDots?: boolean;
};

const rules = (rule: ProviderRule, ...domains: string[]): [string, ProviderRule][] =>
  [rule.domain, ...domains].map((domain) => [domain, rule]);

const plusTags = (...domains: string[]): [string, ProviderRule][] =>
  domains.map((domain) => [domain, { domain, tag: '+' }]);

const yahoo = (...domains: string[]): [string, ProviderRule][] =>
  domains.map((domain) => [domain, { domain, tag: '-' }]);

const PROVIDERS: ReadonlyMap<string, ProviderRule> = new Map([
  ...rules({ domain: 'gmail.com', tag: '+', ignoresDots: true }, 'googlemail.com'),
  ...plusTags(
    'outlook.com',
    'outlook.de',
    'outlook.fr',
    'outlook.es',
    'outlook.it',
    'outlook.jp',
    'outlook.co.th',
    'outlook.com.br',
    'hotmail.com',
    'hotmail.co.uk',
    'hotmail.de',
    'hotmail.fr',
    'hotmail.es',
    'hotmail.it',
    'hotmail.be',
    'hotmail.nl',
    'live.com',
    'live.co.uk',
    'live.de',
    'live.fr',
    'live.it',
    'live.nl',
    'live.se',
    'live.ca',
    'live.com.au',
    'msn.com',
    'passport.com',
    'windowslive.com',
    'fastmail.fm',
    'messagingengine.com',
    'sent.com',
    'mailbox.org',
    'posteo.de',
    'posteo.net',
    'runbox.com',
    'zoho.com',
    'zohomail.com',
    'hey.com',
    'tutanota.com',
    'tutanota.de',
    'tutamail.com',
    'tuta.io',
    'tuta.com',
  ),
  ...rules({ domain: 'fastmail.com', tag: '+' }),
  ...rules({ domain: 'icloud.com', tag: '+' }, 'me.com', 'mac.com'),
  ...rules({ domain: 'proton.me', tag: '+' }, 'protonmail.com', 'protonmail.ch', 'pm.me'),
  ...rules({ domain: 'yandex.ru', tag: '+' }, 'ya.ru', 'yandex.com', 'yandex.by', 'yandex.kz', 'yandex.ua'),
  ...yahoo(
    'yahoo.com',
    'yahoo.co.uk',
    'yahoo.fr',
    'yahoo.de',
    'yahoo.it',
    'yahoo.es',
    'yahoo.ca',
    'yahoo.co.in',
    'yahoo.in',
    'yahoo.com.br',
    'yahoo.com.au',
    'yahoo.com.mx',
    'yahoo.com.ar',
    'yahoo.co.id',
    'yahoo.com.ph',
    'yahoo.com.sg',
    'yahoo.com.tw',
    'yahoo.com.hk',
    'yahoo.ie',
    'yahoo.gr',
    'yahoo.se',
    'yahoo.no',
    'yahoo.dk',
    'yahoo.ro',
    'yahoo.pl',
    'ymail.com',
    'rocketmail.com',
  ),
]);

/** Fastmail delivers anything@jane.fastmail.com to jane@fastmail.com. */
const FASTMAIL_SUBDOMAIN = /^([a-z0-9_]+)\.(fastmail\.(?:com|fm))$/;

/** The key under which every spelling of one mailbox is equal. Takes a canonical address. */
export const emailMatchKey = (email: string): string => {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  const rule = PROVIDERS.get(domain);
  if (!rule) {
    const subdomain =
      domain.length < 64 && domain.includes('fastmail.') ? FASTMAIL_SUBDOMAIN.exec(domain) : null;
    return subdomain ? `${subdomain[1] ?? ''}@${subdomain[2] ?? ''}` : email;
  }
  let local = email.slice(0, at);
  // A tag at position 0 would leave no mailbox: such an address is kept as it is.
  const tagAt = rule.tag ? local.indexOf(rule.tag) : -1;
  if (tagAt > 0) local = local.slice(0, tagAt);
  if (rule.ignoresDots) local = local.replaceAll('.', '');
  return `${local}@${rule.domain}`;
};
