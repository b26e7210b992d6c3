// Exit code 0 when the service in this container is ready: the health check of every image, which has no curl.
const { get } = require('node:http');

const port = process.env.INTERNAL_PORT;
const request = get({ host: '127.0.0.1', port, path: '/readyz', timeout: 3_000 }, ({ statusCode }) => {
  process.exit(statusCode === 200 ? 0 : 1);
});
request.on('error', () => process.exit(1));
request.on('timeout', () => process.exit(1));
