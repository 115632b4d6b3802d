export { createKeyUses } from './key-uses.ts'
export { createPrincipals, type Principals } from './principals.ts'
export { mountKeys } from './routes.ts'
export { createKeys, type Keys } from './service.ts'
