/** nginx as a bare proxy: of the PATH, or from the distribution's package, unpacked beside the other work of the run. */
import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Null where there is neither; the benchmark then has no such figure. */
export const findNginx = async (folder: string, env: NodeJS.ProcessEnv): Promise<string | null> => {
  const installed = (env['PATH'] ?? '')
    .split(':')
    .concat('/usr/sbin')
    .map((place) => path.join(place, 'nginx'))
    .find(isExecutable);
  if (installed !== undefined) return installed;
  try {
    return await unpackNginx(folder);
  } catch {
    return null;
  }
};

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** apt keeps its lists, caches and locks in our folder: nothing is installed, and nobody needs to be root. */
const unpackNginx = async (folder: string): Promise<string> => {
  for (const part of ['lists/partial', 'cache/archives/partial', 'root']) {
    mkdirSync(path.join(folder, part), { recursive: true });
  }
  const settings = [
    `Dir::State::Lists=${path.join(folder, 'lists')}`,
    `Dir::Cache=${path.join(folder, 'cache')}`,
    'Debug::NoLocking=1',
    `APT::Sandbox::User=${userInfo().username}`,
    'Acquire::Languages=none',
  ].flatMap((setting) => ['-o', setting]);
  const apt = (...args: string[]) => run('apt-get', ['-q', ...settings, ...args], { cwd: folder });
  await apt('update');
  await apt('download', 'nginx');
  const deb = readdirSync(folder).find((name) => name.endsWith('.deb')) ?? '';
  await run('dpkg-deb', ['-x', path.join(folder, deb), path.join(folder, 'root')]);
  const binary = path.join(folder, 'root/usr/sbin/nginx');
  await run(binary, ['-v']);
  return binary;
};

/** One worker, connections kept to both sides, nothing written to disk. @returns the configuration's file */
export const writeNginxConfig = (folder: string, port: number, upstreamPort: number): string => {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${path.join(folder, `${name}-temp`)};`,
  );
  const file = path.join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `worker_processes 1;
daemon off;
pid ${path.join(folder, 'nginx.pid')};
error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  ${temporary.join('\n  ')}
  upstream service { server 127.0.0.1:${upstreamPort}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://service;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`,
  );
  return file;
};
