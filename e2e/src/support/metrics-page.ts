/** What the services export, and the page that lists it. */

export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** Without those that every series has. */
  readonly labels: readonly string[];
  readonly services: readonly string[];
}

/** `service` is on every series; `le` and `quantile` come with the type. */
const EVERYWHERE = new Set(['service', 'le', 'quantile']);
/** Of the process and of Node: which of them there are, and their labels, is for the platform to say. */
const OF_THE_PLATFORM = /^(?:process|nodejs)_/;

/** @param texts by service, in Prometheus' text format */
export function readFamilies(texts: Readonly<Record<string, string>>): MetricFamily[] {
  const families = new Map<
    string,
    { type: string; help: string; labels: Set<string>; services: Set<string> }
  >();
  for (const [service, text] of Object.entries(texts)) {
    let current = '';
    for (const line of text.split('\n')) {
      const help = /^# HELP (\S+) (.*)$/.exec(line);
      const type = /^# TYPE (\S+) (\S+)$/.exec(line);
      if (help) {
        current = help[1]!;
        const family = families.get(current) ?? {
          ...{ type: '', help: help[2]! },
          ...{ labels: new Set<string>(), services: new Set<string>() },
        };
        family.services.add(service);
        families.set(current, family);
      } else if (type) families.get(type[1]!)!.type = type[2]!;
      else {
        for (const [, label] of line.matchAll(/[{,](\w+)="/g)) {
          if (!EVERYWHERE.has(label!)) families.get(current)!.labels.add(label!);
        }
      }
    }
  }
  return [...families]
    .map(([name, { type, help, labels, services }]) => ({
      ...{ name, type, help },
      ...{ labels: [...labels].sort(), services: [...services].sort() },
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

export function toMetricsPage(families: readonly MetricFamily[], serviceCount: number): string {
  const ours = families.filter(({ name }) => !OF_THE_PLATFORM.test(name));
  const platform = families.filter(({ name }) => OF_THE_PLATFORM.test(name));
  return [
    '# Metrics',
    '',
    'What every service exports at `/metrics` of its internal port, in the text format of Prometheus. Every series has the',
    'label `service`; histograms have `_bucket` (with `le`), `_sum` and `_count`. Series whose labels can be known in',
    'advance are there from the start, at zero. Gauges that are read from a store when they are asked for are left out of',
    'an answer while that store is away.',
    '',
    'This page is what the running services say: `e2e/src/observability.test.ts` compares it, and writes it anew with',
    '`UPDATE_GENERATED=true`. The dashboards and alerts in `deploy/monitoring` name nothing that is not here.',
    '[Observability](observability.md) says what to look at.',
    '',
    ...toTable([
      ['metric', 'type', 'labels', 'services', 'meaning'],
      ...ours.map(({ name, type, labels, services, help }) => [
        `\`${name}\``,
        type,
        labels.map((label) => `\`${label}\``).join(' ') || '–',
        services.length === serviceCount ? 'all' : services.join(', '),
        help,
      ]),
    ]),
    '',
    '## Of the process and of Node',
    '',
    'From `prom-client`, in all services. Which of them there are is for the platform to say; these are those of Linux.',
    '',
    ...toTable([
      ['metric', 'type', 'meaning'],
      ...platform.map(({ name, type, help }) => [`\`${name}\``, type, help.replace(/\.$/, '')]),
    ]),
    '',
  ].join('\n');
}

/** Columns as wide as their widest cell, as the formatter wants them. */
function toTable(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_cell, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(rows[0]!), line(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(line)];
}
