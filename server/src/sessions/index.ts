export { createEndAll } from './ending.ts'
export { createSessions, type NewSession, type Sessions } from './sessions.ts'
