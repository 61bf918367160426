import type { DebugProtocol } from '@vscode/debugprotocol';
import { badAttribute, programRuns } from '../../errors';
import { miQuote } from '../../target/mi-quote';
import type { Live } from '../live';

interface Block {
  readonly begin: string;
  readonly end: string;
  readonly contents: string;
}

/** A memory reference is an address, or an expression that has one. */
export async function addressOfReference(live: Live, reference: string): Promise<bigint> {
  if (/^(0x[0-9a-f]+|\d+)$/i.test(reference)) return BigInt(reference);
  const { value } = await live.gdb.sendCommand<{ value: string }>(
    `-data-evaluate-expression ${miQuote(`(unsigned long)(${reference})`)}`,
  );
  return BigInt(value);
}

/** DAP readMemory: what can be read from the start on; the rest, to the end of what was asked, is unreadable. */
export async function readMemory(
  live: Live,
  args: DebugProtocol.ReadMemoryArguments,
): Promise<DebugProtocol.ReadMemoryResponse['body']> {
  if (live.isRunning && live.target.isRemote) throw programRuns('Reading memory');
  const start = (await addressOfReference(live, args.memoryReference)) + BigInt(args.offset ?? 0);
  const address = `0x${start.toString(16)}`;
  if (args.count === 0) return { address };
  let blocks: readonly Block[] = [];
  try {
    blocks = (
      await live.gdb.sendCommand<{ memory: Block[] }>(`-data-read-memory-bytes ${address} ${args.count}`)
    ).memory;
  } catch (error) {
    if (!/Unable to read memory/i.test(String(error))) throw error;
  }
  const first = blocks.find((block) => BigInt(block.begin) === start);
  const data = Buffer.from(first?.contents ?? '', 'hex');
  if (data.length >= args.count) return { address, data: data.toString('base64') };
  return { address, data: data.toString('base64'), unreadableBytes: args.count - data.length };
}

/** DAP writeMemory. */
export async function writeMemory(
  live: Live,
  args: DebugProtocol.WriteMemoryArguments,
): Promise<DebugProtocol.WriteMemoryResponse['body']> {
  if (live.isRunning && live.target.isRemote) throw programRuns('Writing memory');
  const data = Buffer.from(args.data, 'base64');
  if (data.toString('base64').replace(/=+$/, '') !== args.data.replace(/=+$/, ''))
    throw badAttribute('data', 'is not base64 text');
  const start = (await addressOfReference(live, args.memoryReference)) + BigInt(args.offset ?? 0);
  if (data.length > 0)
    await live.gdb.sendCommand(
      `-data-write-memory-bytes 0x${start.toString(16)} ${miQuote(data.toString('hex'))}`,
    );
  return { bytesWritten: data.length };
}
