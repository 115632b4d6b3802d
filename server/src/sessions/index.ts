export { createEndAll } from './end-all.ts'
export { createSessions, type NewSession, type Sessions } from './sessions.ts'
