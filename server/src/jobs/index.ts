export { FinalFailure } from './final-failure.ts'
export { createJobs, type Jobs } from './jobs.ts'
export { defineQueue } from './queue.ts'
