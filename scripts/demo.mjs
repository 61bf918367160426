// `npm run demo`: set-up, then the main job on a sample program (scripts/demo/main.ts).
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, setUp } from './setup.mjs';

await main(async () => {
  await setUp('demo');
  const top = dirname(dirname(fileURLToPath(import.meta.url)));
  const demo = spawnSync(process.execPath, [join(top, 'dist/scripts/demo/main.js')], { stdio: 'inherit' });
  process.exitCode = demo.status ?? 1;
});
