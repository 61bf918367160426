import { join } from 'node:path';
import { dapCommand } from '../dap-server';
import { type Command, parse, UsageError, wholeNumber } from './command';

export const dap: Command = {
  help: `usage: bts dap [--port N]

Serves one debug session on stdin and stdout: what an editor starts as its debug
adapter for "type": "bts". With --port it listens on 127.0.0.1 instead, prints the
port, and serves every connection in a process of its own until it is ended.

  --port N   0 takes a free port
`,
  async run(args) {
    const { values, positionals } = parse(args, { port: { type: 'string' } });
    if (positionals.length > 0) throw new UsageError(`unexpected operand '${positionals[0]}'`);
    if (values.port !== undefined) wholeNumber('--port', values.port, 0, 65_535);
    const port = values.port === undefined ? [] : ['--port', values.port];
    const status = await dapCommand(port, join(__dirname, '..', 'main.js'));
    return status ?? 0;
  },
};
