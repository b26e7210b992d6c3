// Several projects in one run of jest, so that it starts once: BIGDATA_TEST_PROJECTS names their folders.
const path = require('node:path');

const root = path.resolve(__dirname, '..', '..');
const folders = (process.env.BIGDATA_TEST_PROJECTS ?? '').split(' ');

const configs = folders.map((folder) => require(path.join(root, folder, 'jest.config.cjs')));

module.exports = {
  rootDir: root,
  testTimeout: configs[0].testTimeout,
  projects: configs.flatMap(({ projects }) => projects),
};
