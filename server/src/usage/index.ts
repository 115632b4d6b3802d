export { createDashboard, type Dashboard } from './dashboard.ts'
export { type ProofFound, tendUsage } from './nightly.ts'
export { mountUsage } from './routes.ts'
export { createUsage, type Usage } from './usage.ts'
