import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inject } from 'vitest';

/** A server of git repositories over HTTPS on this machine, by `git http-backend`. */
export type HttpsGit = {
  /** The address of the server, without a slash at its end. */
  readonly url: string;
  /** The file with the certificate to trust. */
  readonly certificate: string;
  readonly close: () => void;
};

/**
 * Serves the repositories in a folder.
 *
 * @param password if given, every request must have it, for the user `ada`
 */
export async function serveHttps(root: string, password: string | null = null): Promise<HttpsGit> {
  const dir = mkdtempSync(join(inject('sandboxes'), 'https '));
  const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...subject, ...made], { stdio: 'ignore' });
  const serve = serveBackend(root);
  const expected = password === null ? null : `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`;
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
    if (expected === null || request.headers.authorization === expected) serve(request, response);
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, certificate, close };
}

/** Returns what answers requests for the repositories in a folder, by `git http-backend`. */
export function serveBackend(root: string): RequestListener {
  return (request, response) => {
    const { method = '', url = '', headers } = request;
    const { pathname, search } = new URL(url, 'https://localhost');
    const backend = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: decodeURIComponent(pathname),
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: method,
        CONTENT_TYPE: headers['content-type'],
        CONTENT_LENGTH: headers['content-length'],
        GIT_PROTOCOL: headers['git-protocol'] as string | undefined,
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    // A client may leave in the middle.
    backend.stdin.on('error', () => {});
    request.pipe(backend.stdin);
    response.on('close', () => backend.kill());
    let head: Buffer | null = Buffer.alloc(0);
    backend.stdout.on('data', (piece: Buffer) => {
      if (head === null) return void response.write(piece);
      head = Buffer.concat([head, piece]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const fields = head
        .toString('latin1', 0, end)
        .split('\r\n')
        .map((line) => line.split(/: (.*)/s, 2) as [string, string]);
      const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200';
      response.writeHead(Number.parseInt(status, 10), Object.fromEntries(fields.filter(([name]) => name !== 'Status')));
      response.write(head.subarray(end + 4));
      head = null;
    });
    backend.stdout.on('end', () => response.end());
  };
}
