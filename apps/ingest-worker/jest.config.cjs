const preset = require('../../jest.preset.cjs')(__dirname);

const CORPUS = '\\.corpus\\.test\\.ts$';

/** The suites over third-party corpora run where BIGDATA_CORPUS names the folder that holds them. */
const corpusFolder = process.env.BIGDATA_CORPUS;
if (!corpusFolder) {
  process.stderr.write('ingest-worker: BIGDATA_CORPUS is not set, the corpus suites are left out\n');
}

module.exports = {
  ...preset,
  projects: preset.projects.map((project) => ({
    ...project,
    globals: corpusFolder ? { corpusFolder } : {},
    testPathIgnorePatterns: [...(project.testPathIgnorePatterns ?? []), ...(corpusFolder ? [] : [CORPUS])],
  })),
};
