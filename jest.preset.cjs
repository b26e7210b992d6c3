const { readdirSync } = require('node:fs');
const path = require('node:path');

/** Packages published as ES modules only: jest runs CommonJS, so they go through the transformer too. */
const ES_MODULES_ONLY = [
  'commander',
  'kysely',
  'kubernetes-models',
  '@kubernetes-models',
  'is-cidr',
  'cidr-regex',
];

/** Suites over third-party files, which are no part of the repository: BIGDATA_CORPUS names their folder. */
const CORPUS_SUITE = '\\.corpus(\\.int)?\\.test\\.ts$';
const corpusFolder = process.env.BIGDATA_CORPUS;

/**
 * For a test or hook that sets none of its own. It ends what hangs and proves no speed: on a busy machine the start of
 * a service alone has taken longer than the 5 s that jest would give.
 */
const TEST_TIMEOUT_MS = 60_000;

/**
 * One jest configuration per project, in two runs: `unit` (x.test.ts, nothing real) and
 * `integration` (x.int.test.ts, on real servers started once by libs/testing). Suites named x.corpus.test.ts or
 * x.corpus.int.test.ts read `corpusFolder`; without it they alone are left out, and a line says so.
 * @param {string} projectRoot absolute path of the project
 */
module.exports = (projectRoot) => {
  const workspaceRoot = __dirname;
  const leftOut = corpusFolder ? [] : [CORPUS_SUITE];
  if (!corpusFolder && hasCorpusSuites(projectRoot)) {
    const project = path.relative(workspaceRoot, projectRoot);
    process.stderr.write(
      `${project}: BIGDATA_CORPUS is not set, the suites over third-party files are left out\n`,
    );
  }
  const shared = {
    rootDir: projectRoot,
    testEnvironment: 'node',
    transform: {
      '\\.[cm]?[jt]s$': [
        '@swc/jest',
        {
          jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
          module: { type: 'commonjs' },
          sourceMaps: 'inline',
        },
      ],
    },
    transformIgnorePatterns: [`/node_modules/(?!(${ES_MODULES_ONLY.join('|')})/)`],
    globals: corpusFolder ? { corpusFolder } : {},
  };
  return {
    rootDir: projectRoot,
    passWithNoTests: true,
    testTimeout: TEST_TIMEOUT_MS,
    projects: [
      {
        ...shared,
        displayName: 'unit',
        testMatch: ['<rootDir>/src/**/*.test.ts'],
        testPathIgnorePatterns: ['\\.int\\.test\\.ts$', ...leftOut],
      },
      {
        ...shared,
        displayName: 'integration',
        testMatch: ['<rootDir>/src/**/*.int.test.ts'],
        testPathIgnorePatterns: leftOut,
        globalSetup: path.join(workspaceRoot, 'libs/testing/src/jest-global-setup.ts'),
        globalTeardown: path.join(workspaceRoot, 'libs/testing/src/jest-global-teardown.ts'),
      },
    ],
  };
};

function hasCorpusSuites(projectRoot) {
  return readdirSync(path.join(projectRoot, 'src'), { recursive: true }).some((file) =>
    new RegExp(CORPUS_SUITE).test(file),
  );
}
