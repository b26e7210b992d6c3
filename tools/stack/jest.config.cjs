const config = require('../../jest.preset.cjs')(__dirname);

/** These tests are about starting servers: they start their own, and need none that run already. */
module.exports = {
  ...config,
  projects: config.projects.map(({ globalSetup: _setup, globalTeardown: _teardown, ...project }) => project),
};
