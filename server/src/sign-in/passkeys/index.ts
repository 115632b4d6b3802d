export { createHasPasskey, createPasskeys, type Passkeys } from './passkeys.ts'
