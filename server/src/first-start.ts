import { randomBytes } from 'node:crypto'
import { CreateKeyBody } from '@portal/contract'
import type { Services } from './services.ts'

/** On an empty database makes the operator's organisation and a first key; its secret, once, or null. */
export async function firstKey({
  accounts,
  keys,
}: Pick<Services, 'accounts' | 'keys'>): Promise<string | null> {
  const users = await accounts.listUsers()
  if (users.length > 0) return null
  const { user, organisation } = await accounts.createUser({
    email: 'operator@portal.internal',
    name: 'Operator',
    // Nobody knows it: the operator uses the key, and makes people’s accounts with the admin commands.
    password: `${randomBytes(24).toString('base64')}aA1!`,
    role: 'admin',
  })
  const principal = {
    userId: user.id,
    organisationId: organisation.id,
    entitlements: await accounts.entitlementsOf(organisation.id),
    key: null,
  }
  const { key } = await keys.createKey(principal, CreateKeyBody.parse({ name: 'First key' }))
  return key
}

/** What the first start prints: where, with what, and a command to paste. */
export function welcome({ url, key, model }: { url: string; key: string; model: string }): string {
  return `
The LLM Portal is ready at ${url}

Your first API key (shown this once, Enterprise plan, no limits):

  ${key}

Try it:

  curl ${url}/api/chat/completions \\
    -H "Authorization: Bearer ${key}" \\
    -H "Content-Type: application/json" \\
    -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'
`
}
