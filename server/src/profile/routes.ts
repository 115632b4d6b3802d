import { Readable } from 'node:stream'
import { userEndpoints } from '@portal/contract'
import type { Hono } from 'hono'
import type { Gate, HttpEnv, Mount } from '../http/index.ts'
import { requireScope, requireThemselves } from '../http/index.ts'
import type { SignIn } from '../sign-in/index.ts'
import type { Profiles } from './profiles.ts'

type Places = { app: Hono<HttpEnv>; mount: Mount; gate: Gate }
const done = { success: true } as const

/** Mounts the endpoints under /api/user. */
export function mountProfiles(
  { app, mount, gate }: Places,
  { credentials }: Pick<SignIn, 'credentials'>,
  { deletions, ...profiles }: Profiles,
): void {
  mount(userEndpoints.profile, ({ principal }) => profiles.profileOf(principal.userId))
  mount(userEndpoints.updateProfile, ({ principal, body }) => profiles.updateProfile(principal, body))
  mount(userEndpoints.changePassword, async ({ principal, body, caller }) => {
    await credentials.changePassword(principal, body, caller)
    return done
  })
  mount(userEndpoints.askForDeletion, async ({ principal, body, caller }) => ({
    deletionAt: (await deletions.ask(principal, body.password, caller)).toISOString(),
  }))
  mount(userEndpoints.undoDeletion, async ({ principal, caller }) => {
    await deletions.undo(principal, caller)
    return done
  })
  const { method, path, scope, mediaType = '' } = userEndpoints.exportData
  app.on(method, path, async (c) => {
    const principal = await gate.authenticate(c.env.incoming, c.env.outgoing)
    requireScope(principal, scope)
    requireThemselves(principal)
    const zip = await profiles.exportData(principal.userId)
    return c.body(Readable.toWeb(zip) as ReadableStream, 200, {
      'content-type': mediaType,
      'content-disposition': 'attachment; filename="llm-portal-data.zip"',
    })
  })
}
