// Reads [{ file, code }] as JSON from standard input, lints each snippet as if it stood in its file, and writes
// the list of broken rules for each. One process for all: loading the linter is what costs.
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';

const snippets = JSON.parse(await text(process.stdin));
const eslint = new ESLint();
const broken = [];
for (const { file, code } of snippets) {
  const [result] = await eslint.lintText(code, { filePath: file });
  broken.push(result.messages.map(({ ruleId }) => ruleId ?? 'fatal'));
}
process.stdout.write(JSON.stringify(broken));
