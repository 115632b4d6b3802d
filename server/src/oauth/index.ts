export { createGithub } from './github.ts'
export { createGoogle } from './google.ts'
export { type Identity, type OAuthClient, OAuthFailure } from './identity.ts'
