import { CreateKeyBody } from '@portal/contract'
import { generatePassword, lockEntitlements } from './accounts/index.ts'
import { ownerInPerson } from './http/index.ts'
import type { Services } from './services.ts'

/**
 * Where there is nobody yet, makes the operator, their organisation and its first key, all or nothing; resolves to
 * the key's secret, once, or to null. So whoever deletes that key later gets no other at the next start.
 */
export async function firstKey({
  accounts,
  keys,
}: Pick<Services, 'accounts' | 'keys'>): Promise<string | null> {
  if ((await accounts.listUsers()).length > 0) return null
  let secret: string | null = null
  await accounts.createUser(operator(), async (trx, { user, organisation }) => {
    const entitlements = await lockEntitlements(trx, organisation.id)
    const principal = {
      userId: user.id,
      organisationId: organisation.id,
      entitlements,
      key: null,
      person: ownerInPerson,
    }
    const created = await keys.createKey(principal, CreateKeyBody.parse({ name: 'First key' }), trx)
    secret = created.key
  })
  return secret
}

const operatorEmail = 'operator@portal.internal'

/** Where whoever runs the portal becomes its administrator; null once somebody has. */
export async function claimUrl({ signIn, publicUrl }: Pick<Services, 'signIn' | 'publicUrl'>) {
  const path = await signIn.claiming.linkFor(operatorEmail)
  return path && publicUrl() + path
}

const operator = () => ({
  email: operatorEmail,
  name: 'Operator',
  // Nobody knows it: whoever runs the portal becomes the operator, or makes people's accounts with the admin commands.
  password: generatePassword(),
  role: 'admin' as const,
})

/** What the first start prints: where, with what, and a command to paste. */
export function welcome({ url, key, model }: { url: string; key: string; model: string }): string {
  return `
The LLM Portal is ready at ${url}

Your first API key (shown this once, Enterprise plan, no token limits):

  ${key}

Try it:

  curl ${url}/api/chat/completions \\
    -H "Authorization: Bearer ${key}" \\
    -H "Content-Type: application/json" \\
    -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'
`
}
