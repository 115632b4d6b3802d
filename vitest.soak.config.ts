import { defineConfig } from 'vitest/config'

// What takes minutes to show: run by hand, alone on a calm machine. More rounds of what is killed belong to it.
export default defineConfig({
  test: {
    include: ['server/**/*.soak.ts', 'server/src/test/crash/{kill,chat}.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    env: { CRASH_ROUNDS: '5' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
