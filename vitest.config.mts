import { defineConfig } from 'vitest/config';

/** One project a stage of `npm test`; each can run alone: `npx vitest run --project unit`. */
const project = (name: string, include: string[], testTimeout: number, globalSetup: string[] = []) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, pool: 'forks' as const, globalSetup },
});

export default defineConfig({
  test: {
    // Most tests wait for GDB and Valgrind, so two files run at a time however many CPUs there are.
    maxWorkers: 2,
    projects: [
      project('unit', ['test/unit/**/*.test.ts'], 20_000),
      project('recorder', ['test/recorder/**/*.test.ts'], 300_000, ['test/recorder/global-setup.ts']),
      project('adapter', ['test/adapter/**/*.test.ts'], 60_000),
      project('cli', ['test/cli/**/*.test.ts'], 120_000),
    ],
  },
});
