export { createDashboard, type Dashboard } from './dashboard.ts'
export { keepDaysClosed } from './keep-days-closed.ts'
export { mountUsage } from './routes.ts'
export { createUsage, type Usage } from './usage.ts'
