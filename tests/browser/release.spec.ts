import { expect, test } from '@playwright/test';
import { generateKeyPairSync } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { binary, System } from './system';

// No browser here: what is served is looked at byte by byte, which a browser would unpack.

/** A copy of the release binary in a folder that holds nothing else. */
let home: string;
let system: System;

test.beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'so-cong-doan-alone-'));
  await copyFile(binary(), join(home, 'so-cong-doan'));
  system = await System.start(join(home, 'so-cong-doan'));
});

test.afterAll(async () => {
  await system.stop();
  await rm(home, { recursive: true });
});

interface Served {
  coding: string | undefined;
  body: Buffer;
}

/** A file as it comes over the line. */
async function served(path: string, accepted: string): Promise<Served> {
  return new Promise((resolve, reject) => {
    const request = get(system.url + path, { headers: { 'accept-encoding': accepted } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode !== 200) reject(new Error(`${path} answered ${response.statusCode}`));
        resolve({ coding: response.headers['content-encoding'], body: Buffer.concat(parts) });
      });
    });
    request.on('error', reject);
  });
}

/** Pictures and fonts are packed in themselves. */
const PACKED = /\.(woff2|png)$/;

const LIST = '/_app/phone-files.json';
/** What a phone fetches besides: the page, what makes it an app, and the page for browsers that are too old. */
const BESIDES = [
  '/',
  LIST,
  '/service-worker.js',
  '/manifest.webmanifest',
  '/icons/icon-192.png',
  '/trinh-duyet-cu.html',
];

test('one file carries the whole app, each part of it packed by brotli and by gzip', async () => {
  const list = JSON.parse((await served(LIST, 'identity')).body.toString()) as string[];
  for (const kind of ['.wasm', '.js', '.css'])
    expect(
      list.some((path) => path.endsWith(kind)),
      kind,
    ).toBe(true);
  const program = await readFile(binary());
  for (const path of [...BESIDES, ...list]) {
    const plain = await served(path, 'identity');
    expect(plain.coding, path).toBeUndefined();
    const brotli = await served(path, 'gzip, br');
    const gzip = await served(path, 'gzip');
    if (PACKED.test(path)) {
      expect([brotli.coding, gzip.coding], path).toEqual([undefined, undefined]);
    } else {
      expect([brotli.coding, gzip.coding], path).toEqual(['br', 'gzip']);
      expect(brotliDecompressSync(brotli.body).equals(plain.body), `${path} by brotli`).toBe(true);
      expect(gunzipSync(gzip.body).equals(plain.body), `${path} by gzip`).toBe(true);
    }
    // Read from a folder of the machine that built it, the bytes would not stand in the program.
    for (const { body } of [plain, brotli, gzip]) expect(program.includes(body), path).toBe(true);
  }
  expect(await readdir(home)).toEqual(['so-cong-doan']);
});

test('what the program prints is enough to enrol two phones and to sign in at the desk', async () => {
  expect(system.printed).toContain('The data are invented.');
  const codes = [...system.printed.matchAll(/^ {2}(\S+) {2}\S/gm)].map((line) => line[1]);
  expect(codes).toHaveLength(2);
  for (const code of codes) {
    const key = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x;
    const answer = await post('/api/v1/enrol', { code, public_key: key, device_name: 'máy thử' });
    expect(answer.status, code).toBe(201);
  }
  const [, login, password] = /as (\S+) with the password (\S+)$/m.exec(system.printed) ?? [];
  const signedIn = await post('/api/v1/sign-in', { login, password });
  expect(signedIn.status).toBe(200);
  expect(await signedIn.json()).toMatchObject({ role: 'reviewer', demo: true });
});

async function post(path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(system.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}
