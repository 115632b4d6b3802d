export { hashOfToken, newToken } from './one-time-token.ts'
export { portalSecret } from './portal-secret.ts'
export { createSecrets, type Secrets } from './secrets.ts'
