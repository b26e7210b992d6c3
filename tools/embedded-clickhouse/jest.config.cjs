const preset = require('../../jest.preset.cjs')(__dirname);

// These tests start their own server: they need none of those that libs/testing starts for everybody else.
module.exports = {
  ...preset,
  projects: preset.projects.map(({ globalSetup: _setup, globalTeardown: _teardown, ...project }) => project),
};
