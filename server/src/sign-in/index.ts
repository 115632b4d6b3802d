export type { SignInDeps } from './deps.ts'
export { networkOf } from './network.ts'
export { mountSignIn } from './routes.ts'
export { createSignIn, type SignIn } from './service.ts'
