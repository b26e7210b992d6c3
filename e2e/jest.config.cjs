const { execFileSync } = require('node:child_process');
const preset = require('../jest.preset.cjs')(__dirname);
const { commit } = require('./previous-version.json');

/** Suites over the version before, which is built from the repository's history. */
const HISTORY_SUITE = '\\.history\\.test\\.ts$';

function isInHistory() {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: __dirname, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const leftOut = isInHistory() ? [] : [HISTORY_SUITE];
if (leftOut.length > 0) {
  process.stderr.write(`e2e: the history has no ${commit}, the upgrade from it is left out\n`);
}

module.exports = {
  ...preset,
  projects: preset.projects.map((project) => ({
    ...project,
    testPathIgnorePatterns: [...project.testPathIgnorePatterns, ...leftOut],
  })),
};
