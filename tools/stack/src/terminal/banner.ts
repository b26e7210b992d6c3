import { FIRST_QUERY } from '../first-start/first-query';

export type BannerInput = {
  gatewayUrl: string;
  adminKey: string;
  demoKey: string;
  home: string;
  /** As the person at the terminal would type it. */
  sampleFile: string;
  /** Put before `npx bigdata` so that it finds this stack; empty for the default home. */
  cliPrefix: string;
  startedInMs: number;
};

/** What stands on the terminal when everything runs. The commands work as printed, from the repository's root. */
export function banner(input: BannerInput): string {
  const { gatewayUrl, adminKey, demoKey, home, sampleFile, cliPrefix, startedInMs } = input;
  const rule = '─'.repeat(100);
  const query = JSON.stringify(FIRST_QUERY);
  return `
${rule}
  bigdata-api is ready (${(startedInMs / 1000).toFixed(1)} s)

  gateway      ${gatewayUrl}
  API          ${gatewayUrl}/docs   ${gatewayUrl}/openapi.json
  admin key    ${adminKey}
  demo key     ${demoKey}
  state        ${home}   (logs, data, credentials.json)

  Try it:

  curl -sS ${gatewayUrl}/v1/query -H 'x-api-key: ${demoKey}' -H 'content-type: application/json' -d '${query}'

  ${cliPrefix}npx bigdata ingest ${sampleFile} --dataset people

  ${cliPrefix}npx bigdata credits ledger demo

  Ctrl-C stops everything and keeps the data.
${rule}
`;
}
