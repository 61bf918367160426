// Runs the steps of set-up and tests as child processes: says what it does, shows progress for what takes
// longer than two seconds, and prints a step's output only when it failed.
import { spawn } from 'node:child_process';

const PROGRESS_AFTER_MS = 2_000;

/**
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {{ attempts?: number, cwd?: string, env?: NodeJS.ProcessEnv }} [options] `attempts` is for downloads only
 */
export async function step(title, command, args, options = {}) {
  const attempts = options.attempts ?? 1;
  for (let attempt = 1; ; attempt++) {
    const { status, output } = await run(title, command, args, options);
    if (status === 0) return;
    if (attempt < attempts) {
      console.error(`${title}: failed, trying again (${attempt + 1} of ${attempts})`);
      await new Promise((resolve) => setTimeout(resolve, 3_000 * attempt));
      continue;
    }
    console.error(output);
    throw new StepFailed(`${title} failed: \`${[command, ...args].join(' ')}\` ended with status ${status}.`);
  }
}

export class StepFailed extends Error {}

/** @returns {Promise<{ status: number | string, output: string }>} */
function run(title, command, args, { cwd, env }) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    const seconds = () => Math.round((Date.now() - started) / 1000);
    const inPlace = process.stderr.isTTY;
    let shown = false;
    const progress = setInterval(() => {
      if (!shown || inPlace)
        process.stderr.write(
          `${inPlace && shown ? '\r' : ''}${title} … ${inPlace ? `${seconds()} s` : '\n'}`,
        );
      shown = true;
    }, PROGRESS_AFTER_MS);
    const done = (status) => {
      clearInterval(progress);
      if (shown)
        process.stderr.write(
          `${inPlace ? '\r' : ''}${title}: ${status === 0 ? 'done' : 'failed'} in ${seconds()} s\n`,
        );
      resolve({ status, output: Buffer.concat(chunks).toString() });
    };
    child.on('error', (error) => {
      chunks.push(Buffer.from(error.message));
      done(127);
    });
    child.on('close', (code, signal) => done(signal ?? code ?? 1));
  });
}
