import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DapClient } from '../../test/adapter/dap-client';
import { lastBranches } from './last-branches';
import { markedLine, sourceLine } from './source-lines';

const top = join(__dirname, '../../..');
const adapter = join(top, 'dist/adapter/main.js');
const source = join(top, 'scripts/demo/shop.c');

/** More steps than any honest walk to the mistake takes. */
const MOST_STEPS = 60;

/** The main job, as a user would do it in VS Code: everything goes through the real adapter, over DAP. */
async function demo(folder: string): Promise<void> {
  const program = build(folder);
  const client = DapClient.spawn(process.env, adapter);
  try {
    await crash(client, program);
    await showBranches(client);
    await stepBackToTheMistake(client);
    await reverseToBreakpoint(client);
    await saveAndShow(client, join(folder, 'shop.btrace'));
  } finally {
    await client.disconnect();
  }
  title(
    'Done. Your own program: npm run --silent bts -- record -- ./a.out, or launch.json with "type": "bts".',
  );
}

function build(folder: string): string {
  title('1. Build a small shop whose last order crashes it: gcc -g scripts/demo/shop.c');
  const program = join(folder, 'shop');
  const { status, stderr } = spawnSync('gcc', ['-g', '-O0', '-o', program, source], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc failed: ${stderr}`);
  return program;
}

async function crash(client: DapClient, program: string): Promise<void> {
  title('2. Debug it: it runs until it crashes');
  await client.launch({ program, debuginfod: 'off' });
  await client.breakpoints(source, []);
  await client.request('configurationDone');
  const stopped = await client.stopped('exception');
  process.stdout.write(indent(client.text('stdout')));
  const { description, text } = stopped as { description?: string; text?: string };
  line(`Stopped: ${description ?? text}`);
  for (const frame of (await client.request('stackTrace', { threadId: 1 })).stackFrames)
    line(`  ${frame.name}${frame.line > 0 ? `, shop.c:${frame.line}` : ''}`);
  line('The carrier of the parcel is a null function. No function on this stack ever wrote to it.');
}

async function showBranches(client: DapClient): Promise<void> {
  const { recorder, threads } = await client.request('bts/state');
  title(`3. How did it get here? The last of ${threads[0].records} branches (recorder: ${recorder.name})`);
  const branches = await lastBranches(client, 0, 12);
  if (branches.length < 12) throw new Error('fewer than 12 branches were recorded');
  for (const branch of branches) line(branch);
}

async function stepBackToTheMistake(client: DapClient): Promise<void> {
  title('4. Step back by line, until before the mistake');
  const mistake = markedLine(source, 'the mistake');
  const call = markedLine(source, 'the breakpoint');
  for (let steps = 0, into = false, after = true; steps < MOST_STEPS; steps++) {
    const { line: number, name } = await step(client, into);
    line(`${name.padEnd(12)} shop.c:${String(number).padEnd(3)} ${sourceLine(source, number)}`);
    if (!after) return;
    after = number !== mistake;
    // All that ran since the parcel was packed is innocent: now look inside of what packs it.
    into = name === 'handle' && number === call + 1 ? true : into;
  }
  throw new Error('the mistake was not found by stepping back');
}

async function step(client: DapClient, into: boolean): Promise<{ line: number; name: string }> {
  if (into) await client.request('bts/goto', { thread: 0, direction: 'back', by: 'into' });
  else await client.request('stepBack', { threadId: 1 });
  await client.stopped();
  return client.topFrame();
}

async function reverseToBreakpoint(client: DapClient): Promise<void> {
  title('5. Set a breakpoint where each order is packed, and continue in reverse');
  const breakpoint = markedLine(source, 'the breakpoint');
  await client.breakpoints(source, [{ line: breakpoint }]);
  await client.request('reverseContinue', { threadId: 1 });
  const stopped = await client.stopped('breakpoint');
  const frame = await client.topFrame();
  if (frame.line !== breakpoint) throw new Error(`stopped at line ${frame.line}, not at the breakpoint`);
  line(`Stopped: ${stopped.description}`);
  line(`${frame.name.padEnd(12)} shop.c:${String(frame.line).padEnd(3)} ${sourceLine(source, frame.line)}`);
}

async function saveAndShow(client: DapClient, file: string): Promise<void> {
  title('6. Save the history, and read it again from the file alone');
  const before = await lastBranches(client, 0, 3);
  await client.request('bts/save', { path: file });
  line(`${statSync(file).size} bytes. bts show --last 3:`);
  const shown = spawnSync(process.execPath, [adapter, 'show', file, '--last', '3'], { encoding: 'utf8' });
  if (shown.status !== 0) throw new Error(`bts show failed: ${shown.stderr}`);
  process.stdout.write(indent(shown.stdout));
  // The same places by function and line, whatever the columns look like.
  for (const place of before.join(' ').matchAll(/shop\.c:\d+/g))
    if (!shown.stdout.includes(place[0])) throw new Error(`the file does not show ${place[0]}`);
}

function title(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

function line(text: string): void {
  process.stdout.write(`   ${text}\n`);
}

const indent = (text: string) => text.replace(/^(?=.)/gm, '   ');

async function main(): Promise<void> {
  readFileSync(source);
  const folder = mkdtempSync(join(tmpdir(), 'bts-demo-'));
  try {
    await demo(folder);
  } catch (error) {
    process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
