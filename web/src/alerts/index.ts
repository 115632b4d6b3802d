// One file for all of them: everybody loads the names of files, and few these.
export { AlertsLayout } from './alerts-layout.tsx'
export { AlertsPage } from './alerts-page.tsx'
export { HistoryPage } from './history-page.tsx'
export { WebhooksPage } from './webhooks-page.tsx'
