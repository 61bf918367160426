#!/usr/bin/env node
import { dapCommand } from './dap-server';

/** The adapter's process: `bts dap`. */
async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  if (command === 'dap') {
    const status = await dapCommand(rest, __filename);
    if (status !== undefined) process.exitCode = status;
    return;
  }
  process.stderr.write('usage: bts dap [--port N]\n');
  process.exitCode = 2;
}

void main(process.argv.slice(2));
