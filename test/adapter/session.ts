import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeAll } from 'vitest';
import { DapClient } from './dap-client';
import { buildPrograms } from './program';

let clients: DapClient[] = [];

/** A client whose session is ended, and whose processes must be gone, when the test ends. */
export function newClient(env?: NodeJS.ProcessEnv): DapClient {
  const client = DapClient.spawn({ ...(env ?? process.env), BTS_TEST_SESSION: mark });
  clients.push(client);
  return client;
}

/** In the environment of everything that a test's adapter starts: whatever has it afterwards was left behind. */
const mark = `test-${process.pid}-${Date.now()}`;

/** Processes that a session of this file started and that still live. */
export function leftProcesses(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`BTS_TEST_SESSION=${mark}`)) return [];
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return [];
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')}`];
    } catch {
      return [];
    }
  });
}

export async function expectNoProcess(timeout = 1000): Promise<void> {
  for (const start = Date.now(); ; await new Promise((r) => setTimeout(r, 10))) {
    const left = leftProcesses();
    if (left.length === 0) return;
    if (Date.now() - start > timeout) {
      for (const line of left) process.kill(Number.parseInt(line, 10), 'SIGKILL');
      throw new Error(`left behind:\n${left.join('\n')}`);
    }
  }
}

/** To be called once in each test file. */
export function useSessions(): void {
  beforeAll(() => buildPrograms());
  afterEach(async () => {
    const ended = clients;
    clients = [];
    await Promise.all(ended.map((client) => client.disconnect({ terminateDebuggee: true })));
    await expectNoProcess();
  });
}
