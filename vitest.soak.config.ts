import { defineConfig } from 'vitest/config'

// What takes minutes to show: run by hand, alone on a calm machine.
export default defineConfig({
  test: { include: ['server/**/*.soak.ts'], pool: 'forks' },
})
