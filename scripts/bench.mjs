// `npm run bench`: set-up, then the figures (scripts/bench/main.ts, docs/bench.md). Arguments go through.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, setUp } from './setup.mjs';

await main(async () => {
  await setUp('test');
  const top = dirname(dirname(fileURLToPath(import.meta.url)));
  const bench = spawnSync(
    process.execPath,
    [join(top, 'dist/scripts/bench/main.js'), ...process.argv.slice(2)],
    { stdio: 'inherit' },
  );
  process.exitCode = bench.status ?? 1;
});
