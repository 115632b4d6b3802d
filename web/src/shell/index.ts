export { EntranceLayout } from './entrance-layout.tsx'
export { FaultPage } from './fault-page.tsx'
