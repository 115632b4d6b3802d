export { FinalFailure } from './final-failure.ts'
export { createJobSender } from './job-sender.ts'
export { createJobs, type Jobs } from './jobs.ts'
export { defineQueue } from './queue.ts'
