export { createSessions, type NewSession, type Sessions } from './sessions.ts'
