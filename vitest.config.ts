import { defineConfig } from 'vitest/config'

// Tests start real servers, databases and browsers: few at a time, with room to start, and patience on a busy machine.
export default defineConfig({
  test: {
    include: ['{contract,server,web,sandbox,scripts,bench,e2e}/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
})
