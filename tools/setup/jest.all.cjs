// Several projects in one run of jest, so that it starts once: BIGDATA_TEST_PROJECTS names their folders.
const path = require('node:path');

const root = path.resolve(__dirname, '..', '..');
const folders = (process.env.BIGDATA_TEST_PROJECTS ?? '').split(' ');

module.exports = {
  rootDir: root,
  projects: folders.flatMap((folder) => require(path.join(root, folder, 'jest.config.cjs')).projects),
};
