export type { SignInDeps } from './deps.ts'
export { createRecovery, type Recovery } from './recovery.ts'
export { mountSignIn } from './routes.ts'
export { createSignIn, type SignIn } from './service.ts'
