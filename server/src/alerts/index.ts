export { makeDefaultAlert } from './default-alert.ts'
export { mountAlerts } from './routes.ts'
export { type Alerts, createAlerts } from './service.ts'
