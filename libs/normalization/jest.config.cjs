const preset = require('../../jest.preset.cjs')(__dirname);

const CORPUS = '\\.corpus\\.test\\.ts$';

/** The suites over third-party corpora run where BIGDATA_CORPUS names the folder that holds them. */
const withCorpus = Boolean(process.env.BIGDATA_CORPUS);
if (!withCorpus)
  process.stderr.write('normalization: BIGDATA_CORPUS is not set, the corpus suites are left out\n');

module.exports = {
  ...preset,
  projects: preset.projects.map((project) => ({
    ...project,
    testPathIgnorePatterns: [...(project.testPathIgnorePatterns ?? []), ...(withCorpus ? [] : [CORPUS])],
  })),
};
