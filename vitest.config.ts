import { defineConfig } from 'vitest/config'

// Tests start real servers and databases: few at a time, with room to start.
export default defineConfig({
  test: {
    include: ['{contract,server,web,sandbox,scripts,bench,e2e}/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
