const preset = require('../../jest.preset.cjs')(__dirname);

const CORPUS = '\\.corpus\\.int\\.test\\.ts$';

/** The public lists of attacks are not part of the repository: BIGDATA_CORPUS names the folder that holds them. */
const corpusFolder = process.env.BIGDATA_CORPUS;
if (!corpusFolder) {
  process.stderr.write('query-service: BIGDATA_CORPUS is not set, the corpus suites are left out\n');
}

module.exports = {
  ...preset,
  projects: preset.projects.map((project) => ({
    ...project,
    globals: { corpusFolder },
    testPathIgnorePatterns: [...(project.testPathIgnorePatterns ?? []), ...(corpusFolder ? [] : [CORPUS])],
  })),
};
