const path = require('node:path');

/** Packages published as ES modules only: jest runs CommonJS, so they go through the transformer too. */
const ES_MODULES_ONLY = ['commander', 'kysely'];

/**
 * One jest configuration per project, in two runs: `unit` (x.test.ts, nothing real) and
 * `integration` (x.int.test.ts, on real servers started once by libs/testing).
 * @param {string} projectRoot absolute path of the project
 */
module.exports = (projectRoot) => {
  const workspaceRoot = __dirname;
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
    injectGlobals: true,
  };
  return {
    rootDir: projectRoot,
    passWithNoTests: true,
    projects: [
      {
        ...shared,
        displayName: 'unit',
        testMatch: ['<rootDir>/src/**/*.test.ts'],
        testPathIgnorePatterns: ['\\.int\\.test\\.ts$'],
      },
      {
        ...shared,
        displayName: 'integration',
        testMatch: ['<rootDir>/src/**/*.int.test.ts'],
        globalSetup: path.join(workspaceRoot, 'libs/testing/src/jest-global-setup.ts'),
        globalTeardown: path.join(workspaceRoot, 'libs/testing/src/jest-global-teardown.ts'),
      },
    ],
  };
};
