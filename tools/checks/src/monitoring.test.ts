/** Dashboards and alerts name nothing that the services do not export. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { judgeExpression, readMetricsPage } from './monitoring-expressions';
import { listFiles, ROOT } from './workspace';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: { readonly severity?: string };
  readonly annotations?: { readonly summary?: string };
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
}

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const rules = listFiles('deploy/monitoring/rules/*.yml').flatMap((file) =>
  (parse(read(file)) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules),
);
const dashboards = listFiles('deploy/monitoring/grafana/dashboards/*.json').map(
  (file) => JSON.parse(read(file)) as Dashboard,
);
const known = readMetricsPage(read('docs/metrics.md'));
// The recorded ratios are sums over everything: they have no label left.
for (const { record } of rules) if (record !== undefined) known.set(record, { labels: new Set() });

const nameOf = ({ record, alert }: Rule): string => record ?? alert ?? '?';
const targets = dashboards.flatMap(({ uid, panels }) =>
  panels.flatMap((panel) =>
    panel.targets.map((target) => [`${uid}: ${panel.title}`, target.expr, target.legendFormat] as const),
  ),
);

describe('monitoring', () => {
  it('is found', () => {
    expect(rules.length).toBeGreaterThan(20);
    expect(dashboards.map(({ uid }) => uid).sort()).toEqual(
      ['gateway', 'ingest', 'money', 'query', 'stores'].map((name) => `bigdata-${name}`),
    );
    expect(known.size).toBeGreaterThan(60);
  });

  it.each(rules.map((rule) => [nameOf(rule), rule.expr] as const))(
    'the rule %s parses and names only what is exported',
    (_name, expr) => {
      expect(judgeExpression(expr, known).problems).toEqual([]);
    },
  );

  it.each(targets)('the panel %s parses and names only what is exported: %s', (_panel, expr, legend) => {
    const { problems, labels } = judgeExpression(expr, known);
    expect(problems).toEqual([]);
    for (const [, label = ''] of legend.matchAll(/\{\{(\w+)\}\}/g)) expect([...labels]).toContain(label);
  });

  it('says of every alert how urgent it is and what it means', () => {
    const alerts = rules.filter(({ alert }) => alert !== undefined);
    for (const { alert, labels, annotations } of alerts) {
      expect([alert, labels?.severity]).toEqual([alert, expect.stringMatching(/^(?:page|ticket)$/)]);
      expect(annotations?.summary ?? '').not.toBe('');
    }
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });

  it('gives every panel of a dashboard an id of its own', () => {
    for (const { panels } of dashboards) {
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    }
  });

  it.each([
    ['rate(gateway_credits_total[5m]', 'does not parse'],
    ['rate(gateway_credit_total[5m])', 'no service exports gateway_credit_total'],
    ['gateway_credits_total{kind="kept"}', 'gateway_credits_total has no label kind'],
    ['sum by (user) (gateway_credits_total)', 'nothing that is grouped has a label user'],
  ])('refuses %s', (expr, problem) => {
    expect(judgeExpression(expr, known).problems.join()).toContain(problem);
  });
});
