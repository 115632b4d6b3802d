export { portalSecret } from './portal-secret.ts'
export { createSecrets, type Secrets } from './secrets.ts'
