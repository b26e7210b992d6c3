/** Proves that the module boundaries bite: code that breaks a rule is linted in the place of a real file. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { quietNx, ROOT } from './workspace';

const BOUNDARIES = '@nx/enforce-module-boundaries';
const DRIVERS = 'no-restricted-imports';
const SYNTAX = 'no-restricted-syntax';

const importing = (name: string): string => `import * as imported from '${name}';\n\nexport { imported };\n`;

const FORBIDDEN: readonly (readonly [what: string, file: string, code: string, rule: string])[] = [
  [
    'a model reaches for the platform',
    'libs/models/src/index.ts',
    importing('@bigdata/platform'),
    BOUNDARIES,
  ],
  [
    'a pure lib reaches for a driver',
    'libs/normalization/src/index.ts',
    importing('@bigdata/clickhouse'),
    BOUNDARIES,
  ],
  [
    'the platform reaches for a driver',
    'libs/platform/src/index.ts',
    importing('@bigdata/redis'),
    BOUNDARIES,
  ],
  ['an app uses the test servers', 'apps/gateway/src/app.ts', importing('@bigdata/testing'), BOUNDARIES],
  ['an app uses a tool', 'apps/gateway/src/app.ts', importing('@bigdata/stack'), BOUNDARIES],
  ['somebody else uses PostgreSQL', 'apps/gateway/src/app.ts', importing('pg'), DRIVERS],
  ['somebody else uses Redis', 'apps/gateway/src/app.ts', importing('ioredis'), DRIVERS],
  [
    'somebody else uses ClickHouse',
    'apps/query-service/src/app.ts',
    importing('@clickhouse/client'),
    DRIVERS,
  ],
  ['somebody else uses BullMQ', 'apps/ingest-worker/src/app.ts', importing('bullmq'), DRIVERS],
  ['somebody else uses winston', 'apps/gateway/src/app.ts', importing('winston'), DRIVERS],
  [
    'a module reads the environment',
    'apps/gateway/src/app.ts',
    "export const a = process.env['A'];\n",
    SYNTAX,
  ],
  ['a barrel exports everything', 'libs/models/src/index.ts', "export * from './routes';\n", SYNTAX],
];

const ALLOWED: readonly (readonly [file: string, code: string])[] = [
  [
    'apps/gateway/src/app.ts',
    importing('@bigdata/models') + importing('@bigdata/platform').replaceAll('imported', 'second'),
  ],
  ['apps/admin-service/src/app.ts', importing('pg')],
];

describe('module boundaries', () => {
  let broken: string[][] = [];

  beforeAll(() => {
    const snippets = [
      ...FORBIDDEN.map(([, file, code]) => ({ file, code })),
      ...ALLOWED.map(([file, code]) => ({ file, code })),
    ];
    broken = JSON.parse(
      execFileSync(process.execPath, [path.join(__dirname, 'lint-snippets.mjs')], {
        cwd: ROOT,
        input: JSON.stringify(snippets),
        encoding: 'utf8',
        env: quietNx(),
      }),
    ) as string[][];
  }, 120_000);

  it.each(FORBIDDEN.map(([what, , , rule], index) => [what, rule, index] as const))(
    'bite when %s',
    (_what, rule, index) => {
      expect(broken[index]).toContain(rule);
    },
  );

  it.each(ALLOWED.map(([file], index) => [file, index] as const))(
    'let %s use what it may',
    (_file, index) => {
      const rules = broken[FORBIDDEN.length + index];
      for (const rule of [BOUNDARIES, DRIVERS, SYNTAX, 'fatal']) expect(rules).not.toContain(rule);
    },
  );
});
