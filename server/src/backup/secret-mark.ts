import { createSecrets } from '../secrets/index.ts'

/** Tells one secret from another without giving it away. */
export const markOf = (secret: string): string => createSecrets(secret).hash('backup').toString('base64url')
