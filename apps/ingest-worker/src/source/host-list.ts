/**
 * @param entries names, or `*.DOMAIN` for every name under a domain, but not the domain itself
 * @returns whether a host, in lower case and without a dot at the end, is on the list
 */
export function createHostList(entries: readonly string[]): (host: string) => boolean {
  const rules = entries.map((entry) => entry.toLowerCase().replace(/\.$/, ''));
  const names = new Set(rules);
  const domains = rules.filter((rule) => rule.startsWith('*.')).map((rule) => rule.slice(1));
  return (host) => names.has(host) || domains.some((domain) => host.endsWith(domain) && host !== domain);
}
