import { randomBytes } from 'node:crypto'
import { CreateKeyBody } from '@portal/contract'
import type { Accounts, User } from './accounts/index.ts'
import type { Services } from './services.ts'

const operatorEmail = 'operator@portal.internal'

/**
 * Where there is nobody yet, makes the operator's organisation and a first key; resolves to its secret, once, or to
 * null. A first start that was cut off between the two is taken up again.
 */
export async function firstKey({
  accounts,
  keys,
}: Pick<Services, 'accounts' | 'keys'>): Promise<string | null> {
  const operator = await loneOperator(accounts)
  if (!operator) return null
  const { id: organisationId } = await accounts.organisationOf(operator.id)
  const entitlements = await accounts.entitlementsOf(organisationId)
  const principal = { userId: operator.id, organisationId, entitlements, key: null }
  const { data } = await keys.listKeys(principal, { limit: 1 })
  if (data.length > 0) return null
  const { key } = await keys.createKey(principal, CreateKeyBody.parse({ name: 'First key' }))
  return key
}

/** The operator, made when there is nobody; null when there are people. */
async function loneOperator(accounts: Accounts): Promise<User | null> {
  const users = await accounts.listUsers()
  if (users.length > 0) return users.every(({ email }) => email === operatorEmail) ? (users[0] ?? null) : null
  const { user } = await accounts.createUser({
    email: operatorEmail,
    name: 'Operator',
    // Nobody knows it: the operator uses the key, and makes people’s accounts with the admin commands.
    password: `${randomBytes(24).toString('base64')}aA1!`,
    role: 'admin',
  })
  return user
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
