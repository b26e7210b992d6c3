/** What an expression in PromQL names, by Prometheus' own grammar. Pure. */
import { parser } from '@prometheus-io/lezer-promql';

export interface KnownMetric {
  readonly labels: ReadonlySet<string>;
}

/** On every series that Prometheus scrapes from a service. */
const EVERYWHERE = ['service', 'instance', 'job'];
const SCRAPE: readonly (readonly [string, KnownMetric])[] = [
  ['up', { labels: new Set(['instance', 'job']) }],
];
/** Of the process and of Node: the page does not tell their labels, and nothing here needs them. */
const PLATFORM_ROW = /^\| `((?:process|nodejs)_\w+)`/;
const ROW = /^\| `(\w+)`\s*\| (counter|gauge|histogram)\s*\| ([^|]*)\|/;

/** @param page docs/metrics.md, which the end-to-end suite holds against the running services */
export function readMetricsPage(page: string): Map<string, KnownMetric> {
  const known = new Map<string, KnownMetric>(SCRAPE);
  for (const line of page.split('\n')) {
    const [, name = '', type, told = ''] = ROW.exec(line) ?? [];
    const platform = PLATFORM_ROW.exec(line)?.[1];
    const labels = platform ? [] : [...told.matchAll(/`(\w+)`/g)].map(([, label = '']) => label);
    if (platform) known.set(platform, { labels: new Set(EVERYWHERE) });
    else if (type === 'histogram') {
      known.set(`${name}_bucket`, { labels: new Set([...EVERYWHERE, ...labels, 'le']) });
      for (const end of ['sum', 'count'])
        known.set(`${name}_${end}`, { labels: new Set([...EVERYWHERE, ...labels]) });
    } else if (type !== undefined) known.set(name, { labels: new Set([...EVERYWHERE, ...labels]) });
  }
  return known;
}

/** @returns what is wrong with it, empty when nothing is; `labels` are those that its parts can have */
export function judgeExpression(
  text: string,
  known: ReadonlyMap<string, KnownMetric>,
): { problems: string[]; labels: ReadonlySet<string> } {
  const expression = text.replaceAll('$__rate_interval', '5m');
  const problems: string[] = [];
  const labels = new Set<string>();
  const grouped: string[] = [];
  const matched: (readonly [metric: string, label: string])[] = [];
  let metric = '';
  parser.parse(expression).iterate({
    enter(node) {
      const part = expression.slice(node.from, node.to);
      if (node.type.isError) problems.push(`does not parse at ${node.from}`);
      if (node.name === 'VectorSelector') metric = '';
      if (node.name === 'Identifier') {
        metric = part;
        const found = known.get(part);
        if (!found) problems.push(`no service exports ${part}`);
        for (const label of found?.labels ?? []) labels.add(label);
      }
      if (node.name !== 'LabelName') return;
      if (node.node.parent?.name === 'GroupingLabels') grouped.push(part);
      else matched.push([metric, part]);
    },
  });
  for (const [of, label] of matched) {
    if (known.get(of)?.labels.has(label) === false) problems.push(`${of} has no label ${label}`);
  }
  for (const label of grouped) {
    if (!labels.has(label)) problems.push(`nothing that is grouped has a label ${label}`);
  }
  return { problems, labels };
}
