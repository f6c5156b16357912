import { defineConfig } from 'vitest/config'

/**
 * `code`: everything beside the code it tests, with one set of emulators for the whole run. `scenario`: the whole local
 * stack, one file after another, since each starts processes of its own. `browser`: the dashboard on such a stack, in the
 * chromium of the machine.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'code',
          include: [
            '{shared,functions,session-runner,infra,local,web}/**/*.test.ts',
            'test/{contract,guards,infra,harness}/**/*.test.ts',
          ],
          globalSetup: ['test/harness/global-setup.ts'],
          setupFiles: ['test/harness/fresh-start.ts'],
          pool: 'forks',
          // A file takes less time to run than to load what it tests, which nearly all files have in common.
          isolate: false,
          maxWorkers: 3,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'scenario',
          include: ['test/scenarios/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
