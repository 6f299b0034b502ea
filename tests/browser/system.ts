import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The release binary with invented data in a folder of its own, on a free port. */
export class System {
  readonly url: string;
  /** What it had printed when it listened. */
  readonly printed: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, printed: string, process: ChildProcess, folder: string) {
    this.url = url;
    this.printed = printed;
    this.#process = process;
    this.#folder = folder;
  }

  /** Starts a program away from the checkout, which it needs nothing of. */
  static async start(program = binary()): Promise<System> {
    const folder = await mkdtemp(join(tmpdir(), 'so-cong-doan-'));
    const child = spawn(program, ['serve', '--demo', '--port', '0', '--data', folder], {
      cwd: folder,
      stdio: ['ignore', 'pipe', log()],
    });
    const { stdout } = child;
    if (!stdout) throw new Error('the server has no standard output');
    const printed: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the server ended with ${code ?? 'a signal'} before it listened`)));
      const lines = createInterface({ input: stdout });
      lines.on('line', (line) => {
        printed.push(line);
        const found = /http:\/\/localhost:\d+/.exec(line);
        if (found) resolve(found[0]);
      });
    });
    return new System(url, printed.join('\n'), child, folder);
  }

  /** Lets a person sign in at the desk, as whoever runs the server does beside it. */
  async setPassword(person: string, password: string): Promise<void> {
    await this.#beside(['password', '--person', person], `${password}\n`);
  }

  /** A code with which one device of a person enrols. */
  async enrolmentCode(person: string): Promise<string> {
    const [code] = (await this.#beside(['enrolment-code', '--person', person])).split(' ');
    return code ?? '';
  }

  /** Every indicator of a unit's report, as the server has it. */
  async report(unit: string, period: string): Promise<unknown> {
    return JSON.parse(await this.#beside(['report', unit, period, '--json']));
  }

  /** Runs a command on the server's data while it serves, and gives what it prints. */
  async #beside([command, ...flags]: [string, ...string[]], input?: string): Promise<string> {
    // A command that reads nothing may have ended before it is handed anything.
    const stdin = input === undefined ? 'ignore' : 'pipe';
    const child = spawn(binary(), [command, '--data', this.#folder, ...flags], { stdio: [stdin, 'pipe', log()] });
    const { stdout } = child;
    if (!stdout) throw new Error(`${command} has no standard output`);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end(input);
    let said = '';
    for await (const part of stdout.setEncoding('utf8')) said += String(part);
    const code = await ended;
    if (code !== 0) throw new Error(`${command} ended with ${String(code)}`);
    return said;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The release binary. */
export function binary(): string {
  const named = process.env['SO_CONG_DOAN'];
  if (!named) throw new Error('SO_CONG_DOAN names no binary; `cargo xtask test browser` sets it');
  return resolve(named);
}

/** Servers' logs, for whoever looks into a failure. */
function log(): number {
  mkdirSync('results', { recursive: true });
  return openSync('results/server.log', 'a');
}

/** The quarter that runs, or one before it, by the Vietnamese calendar. */
export function quarter(before = 0): string {
  const now = new Date(Date.now() + 7 * 3_600_000);
  const count = now.getUTCFullYear() * 4 + Math.floor(now.getUTCMonth() / 3) - before;
  return `${Math.floor(count / 4)}-Q${(count % 4) + 1}`;
}

/** What stands in the invented data, the same every day. */
export const DEMO = {
  codes: ['CHEKHAN1', 'CHEKHAN2'],
  unit: 'Xưởng chè Khun Há',
  unitId: 'KHUN-HA',
  login: 'tinh',
  password: 'lai-chau-2021',
} as const;
