export { createUsage, type Usage } from './usage.ts'
