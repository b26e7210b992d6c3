const path = require('node:path');
const config = require('../../jest.preset.cjs')(__dirname);

const resolver = path.join(__dirname, 'jest-resolver.cjs');
module.exports = { ...config, projects: config.projects.map((project) => ({ ...project, resolver })) };
