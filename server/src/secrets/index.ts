export { hashOfToken, newToken } from './one-time-token.ts'
export { findSecret, keepSecret, portalSecret } from './portal-secret.ts'
export { createSecrets, type Secrets } from './secrets.ts'
