// Prints what Redocly's strict rules find in docs/openapi.json, as JSON. A script of its own: the linter is an ES module.
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { readFileSync } from 'node:fs';

const config = await createConfig({ extends: ['recommended-strict'] });
const problems = await lintFromString({ source: readFileSync(process.argv[2], 'utf8'), config });
const found = problems.map(({ ruleId, message, location }) => ({
  ruleId,
  message,
  at: location[0]?.pointer ?? '#/',
}));
process.stdout.write(JSON.stringify(found));
