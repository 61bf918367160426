import { defineConfig } from 'vitest/config';

/** One project a stage of `npm test`; each can run alone: `npx vitest run --project unit`. */
const project = (name: string, include: string[], testTimeout: number, more: object = {}) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, pool: 'forks' as const, ...more },
});

/** Programs under the recorder are mostly waited for, so two files run at a time; a group of its own, as Vitest asks then. */
const recorder = {
  globalSetup: ['test/recorder/global-setup.ts'],
  maxWorkers: 2,
  sequence: { groupOrder: 1 },
};

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.ts'], 20_000),
      project('recorder', ['test/recorder/**/*.test.ts'], 300_000, recorder),
      project('adapter', ['test/adapter/**/*.test.ts'], 60_000),
      project('cli', ['test/cli/**/*.test.ts'], 120_000),
    ],
  },
});
