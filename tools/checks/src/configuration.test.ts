/** The configuration that the documents describe is the one that the services read. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type SettingDescription } from '@bigdata/platform';
import { type DescribedService, describeServices } from '@bigdata/deploy';
import { ROOT, updatesGenerated } from './workspace';

const GENERATED = {
  'docs/configuration.md': toMarkdown,
  '.env.example': toEnvExample,
  'config.example.yaml': toYamlExample,
} as const;

type Described = readonly DescribedService[];

const described = describeServices(ROOT);

describe('configuration documents', () => {
  it.each(Object.entries(GENERATED))('%s is what the services read', (file, generate) => {
    const wanted = generate(described);
    const target = path.join(ROOT, file);
    if (updatesGenerated()) writeFileSync(target, wanted);
    expect(readFileSync(target, 'utf8')).toBe(wanted);
  });
});

function toMarkdown(all: Described): string {
  const sections = all.map(([service, settings]) =>
    [
      `## ${service}`,
      '',
      ...toTable([
        ['variable', 'default', 'meaning'],
        ...settings.map(({ env, describe, fallback, secret, optional }) => [
          `\`${env}\``,
          defaultOf({ fallback, secret, optional }),
          describe,
        ]),
      ]),
      '',
    ].join('\n'),
  );
  return [
    '# Configuration',
    '',
    'Every service reads the environment, then `.env`, then `config.yaml` (or the file that `CONFIG_FILE` names),',
    'all three under the same names; the first that has a value wins. A service with a wrong or missing setting',
    'does not start and names every problem at once. `node main.js --describe-config` prints this as JSON.',
    '',
    'A secret may lie in a file instead: `NAME_FILE` names it for the secret `NAME`. A line break at its end is dropped;',
    '`NAME` and `NAME_FILE` together are refused.',
    '',
    'This page is generated from the schemas that validate: `UPDATE_GENERATED=true npx nx test checks`.',
    '',
    ...sections,
  ].join('\n');
}

function defaultOf({
  fallback,
  secret,
  optional,
}: Pick<SettingDescription, 'fallback' | 'secret' | 'optional'>): string {
  if (fallback !== null) return fallback === '' ? '–' : `\`${fallback}\``;
  return `${optional ? 'optional' : 'required'}${secret ? ', secret' : ''}`;
}

/** Columns as wide as their widest cell, as the formatter wants them. */
function toTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(rows[0] ?? []), line(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(line)];
}

function distinct(all: Described): SettingDescription[] {
  const settings = all.flatMap(([, own]) => own);
  return settings.filter(({ env }, index) => settings.findIndex((other) => other.env === env) === index);
}

function toEnvExample(all: Described): string {
  const lines = distinct(all).map(({ env, describe, fallback, optional }) =>
    fallback === null && !optional
      ? `# ${describe} (required)\n${env}=\n`
      : `# ${describe}\n# ${env}=${fallback ?? ''}\n`,
  );
  return [
    '# Copy to .env beside the service and fill in what is required. NAME_FILE names a file with the secret NAME.',
    '# Generated from the schemas that validate: UPDATE_GENERATED=true npx nx test checks',
    '',
    ...lines,
  ].join('\n');
}

function toYamlExample(all: Described): string {
  const lines = distinct(all)
    .filter(({ secret }) => !secret)
    .map(
      ({ env, describe, fallback, optional }) =>
        `# ${describe}${fallback === null && !optional ? ' (required)' : ''}\n# ${env}: ${JSON.stringify(fallback ?? '')}\n`,
    );
  return [
    '# The same settings as in .env.example, for people who prefer YAML. Secrets belong in the environment or in files.',
    '# Generated from the schemas that validate: UPDATE_GENERATED=true npx nx test checks',
    '',
    ...lines,
  ].join('\n');
}
