import { spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { messageOf } from './errors';
import { BtsSession } from './session/bts-session';
import { services } from './session/services';

/** One session on stdin and stdout; the process ends with it. */
export function serveStdio(): void {
  const exit = () => {
    // What was sent leaves first. A client that reads no more must not keep us.
    process.stdout.write('', () => process.exit(0));
    setTimeout(() => process.exit(0), 100);
  };
  const session = new BtsSession({ ...services, exit });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => session.shutdown());
  const report = (error: unknown) =>
    process.stderr.write(`bts dap: ${error instanceof Error ? error.stack : error}\n`);
  // One request that went wrong does not end the user's session.
  process.on('unhandledRejection', report);
  process.on('uncaughtException', (error) => {
    report(error);
    session.shutdown();
  });
  session.start(process.stdin, process.stdout);
}

/**
 * Sessions on a TCP port of this machine, each in a process of its own: one that fails, or keeps a great history, is
 * nothing to the others, and is gone when it has ended.
 *
 * @param port 0 takes a free one. @returns the port.
 */
export function servePort(port: number, main: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer({ pauseOnConnect: true }, (socket) => handOver(socket, main));
    server.on('error', (error) => reject(new Error(`cannot listen on port ${port}: ${messageOf(error)}`)));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function handOver(socket: Socket, main: string): void {
  const child = spawn(process.execPath, [main, 'dap'], { stdio: [socket, socket, 'inherit'] });
  child.on('error', (error) => process.stderr.write(`bts dap: ${error.message}\n`));
  // The child has it now. (Not `end`: that would say good-bye to the client.)
  socket.destroy();
}

/**
 * `bts dap [--port N]`. @returns an exit status for wrong usage; otherwise the process lives on with its session, or as
 * a server until it is ended.
 */
export async function dapCommand(args: readonly string[], main: string): Promise<number | undefined> {
  if (args.length === 0) {
    serveStdio();
    return undefined;
  }
  const port = args.length === 2 && args[0] === '--port' ? Number(args[1]) : Number.NaN;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    process.stderr.write('usage: bts dap [--port N]\n');
    return 2;
  }
  try {
    process.stdout.write(`listening on 127.0.0.1:${await servePort(port, main)}\n`);
    return undefined;
  } catch (error) {
    process.stderr.write(`bts dap: ${messageOf(error)}\n`);
    return 1;
  }
}
