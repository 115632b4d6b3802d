// Who is signed in. The cookie is a signed note of a session's id; whether that lives, and what its owner may do, is
// asked of the database, cached for a moment and dropped as soon as an event says that something changed.
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type ActingOrganisation,
  type Impersonation,
  newId,
  type Session,
  type SessionId,
} from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { createPrincipalCache, type Events } from '../events/index.ts'
import { type Caller, type Cookies, isActedBy, type Principal } from '../http/index.ts'
import type { Secrets } from '../secrets/index.ts'
import { createEndAll, createEndOne, type EndAll } from './ending.ts'
import { type Impersonating, impersonating } from './impersonating.ts'
import {
  actingOrganisation,
  expiryOf,
  impersonationOf,
  type KnownSession,
  knownSession,
  sessionFromRow,
} from './session.ts'
import * as store from './store.ts'

/** Somebody who has shown who they are, by which way, and where they act. */
export type NewSession = {
  userId: string
  organisationId: string
  method: Session['method']
}

type CurrentSession = {
  session: Session
  organisation: ActingOrganisation
  impersonation: Impersonation | null
}

/** Who is signed in, and where. */
export type Sessions = Impersonating & {
  /**
   * Makes a session in the transaction and gives the browser its cookie; the one that the browser had ends.
   */
  begin: (trx: Kysely<Tables>, session: NewSession, caller: Caller) => Promise<SessionId>
  /**
   * Whom the request's cookie stands for; null without one. Without an answer that takes a fresh cookie, nothing is
   * renewed. @throws AppError session_ended
   */
  findPerson: (req: IncomingMessage, res: ServerResponse | null) => Promise<Principal | null>
  /** The session of the caller's cookie as its owner sees it; null where there is none that lives. */
  current: (caller: Caller) => Promise<CurrentSession | null>
  /** Whom the caller's cookie stands for; null where there is none that lives. */
  findLiving: (caller: Pick<Caller, 'req' | 'setCookie'>) => Promise<Principal | null>
  /** Somebody's devices, the one with the id first. */
  list: (userId: string, currentId: string) => Promise<Session[]>
  /** Ends one of somebody's sessions; false where there is none. */
  end: (trx: Kysely<Tables>, userId: string, id: string) => Promise<boolean>
  endAll: EndAll
  /** Makes one of somebody's sessions act for another of their organisations. */
  actFor: (
    trx: Kysely<Tables>,
    session: { id: string; userId: string; organisationId: string },
  ) => Promise<void>
  /** Makes all of somebody's sessions that act for one organisation act for another. */
  move: (trx: Kysely<Tables>, move: { userId: string; from: string; to: string }) => Promise<void>
  /** The header that removes the cookie. */
  farewell: () => string
  /** Drops what is cached of somebody, ahead of the event that says so: once a transaction that ended sessions is through. */
  forget: (userId: string) => void
  /** The same of everybody who acts for an organisation. */
  forgetOrganisation: (organisationId: string) => void
  /** Removes what has run out. */
  sweep: () => Promise<void>
}

type SessionsDeps = {
  db: Kysely<Tables>
  events: Pick<Events, 'publish' | 'subscribe' | 'connected' | 'onReconnect'>
  secrets: Secrets
  cookies: Cookies
  clientAddress: (req: IncomingMessage) => string
  /** Milliseconds since 1970. */
  now: () => number
}

const tokenSeconds = 15 * 60
const cookieSeconds = 30 * 86_400

/** Builds the sessions of one database; one for each process. */
export function createSessions(deps: SessionsDeps): Sessions {
  const { db, events, cookies, now } = deps
  const cache = createSessionCache(deps)
  const announce = (trx: Kysely<Tables>, userId: string) =>
    events.publish(trx, { type: 'user-changed', userId })
  const find = createFinder(deps, cache)
  const endOne = createEndOne(deps)
  const endBefore = createEndOne(deps, 'Somebody signed in over it.')

  return {
    async begin(trx, session, caller) {
      const { known: before } = await find(caller.req)
      const at = new Date(now())
      if (before) await endBefore(trx, before.principal.userId, before.id)
      const id = newId('session', at.getTime())
      await store.insertSession(trx, rowOf(session, { id, at, caller }))
      caller.setCookie(await cookieFor(deps, id))
      return id
    },
    async findPerson(req, res) {
      if (cookies.read(req, 'session') === null) return null
      const setCookie = (header: string) => void res?.appendHeader('set-cookie', header)
      const known = res ? await findLiving({ req, setCookie }) : (await find(req)).known
      if (!known) throw new AppError('session_ended')
      return known.principal
    },
    async current(caller) {
      const known = await findLiving(caller)
      const row = known && (await store.findSession(db, known.id))
      if (!row) return null
      const impersonation = impersonationOf(row)
      return { session: sessionFromRow(row, row.id), organisation: actingOrganisation(row), impersonation }
    },
    async findLiving(caller) {
      return (await findLiving(caller))?.principal ?? null
    },
    async list(userId, currentId) {
      const rows = await store.listSessions(db, userId, new Date(now()))
      const all = rows.map((row) => sessionFromRow(row, currentId))
      return [...all.filter(({ current }) => current), ...all.filter(({ current }) => !current)]
    },
    end: endOne,
    endAll: createEndAll(deps),
    ...movers(announce),
    ...impersonating({ now, cookieFor: (id) => cookieFor(deps, id), endOne }),
    farewell: () => cookies.remove('session'),
    forget: (userId) => cache.drop(({ principal }) => isActedBy(principal, userId)),
    forgetOrganisation: (id) => cache.drop(({ principal }) => principal.organisationId === id),
    sweep: () => store.deleteExpired(db, new Date(now())),
  }

  /** The session of the cookie, renewed where that is due. */
  async function findLiving(caller: Pick<Caller, 'req' | 'setCookie'>): Promise<KnownSession | null> {
    const { known, isStale } = await find(caller.req)
    if (!known || !isStale) return known
    const isAlive = await renew(deps, known, caller)
    cache.drop(({ id }) => id === known.id)
    return isAlive ? known : null
  }
}

type Announce = (trx: Kysely<Tables>, userId: string) => Promise<void>

const movers = (announce: Announce): Pick<Sessions, 'actFor' | 'move'> => ({
  async actFor(trx, session) {
    await store.setOrganisation(trx, session)
    await announce(trx, session.userId)
  },
  async move(trx, move) {
    await store.moveSessions(trx, move)
    await announce(trx, move.userId)
  },
})

const rowOf = (
  { userId, organisationId, method }: NewSession,
  { id, at, caller }: { id: SessionId; at: Date; caller: Caller },
) => ({
  id,
  user_id: userId,
  organisation_id: organisationId,
  method,
  ip_address: caller.address,
  user_agent: caller.userAgent,
  created_at: at,
  last_seen_at: at,
  expires_at: expiryOf(at, at),
})

type SessionCache = ReturnType<typeof createSessionCache>

function createSessionCache({ db, events }: SessionsDeps) {
  const cache = createPrincipalCache<KnownSession>({
    events,
    async find(id) {
      const row = await store.findSession(db, id)
      return row ? knownSession(row) : null
    },
  })
  // Whatever an administrator may no longer do, they do in nobody's name.
  events.subscribe((event) => {
    if (event.type === 'user-changed') cache.drop(({ principal }) => isActedBy(principal, event.userId))
  })
  return cache
}

type Found = {
  /** The session, where the cookie is ours and it lives. */
  known: KnownSession | null
  /** Whether the cookie has run out, and the session has to say that it still lives. */
  isStale: boolean
}

function createFinder({ secrets, cookies, now }: SessionsDeps, cache: SessionCache) {
  return async (req: IncomingMessage): Promise<Found> => {
    const token = cookies.read(req, 'session')
    const claims = token === null ? null : await secrets.verify(token)
    if (typeof claims?.sid !== 'string') return { known: null, isStale: false }
    const known = await cache.get(claims.sid)
    const isAlive = known !== null && known.expiresAtMs > now()
    return { known: isAlive ? known : null, isStale: claims.exp * 1000 <= now() }
  }
}

/** Lengthens a session and gives the browser a fresh cookie; false where it ended meanwhile. */
async function renew(
  deps: SessionsDeps,
  known: KnownSession,
  { req, setCookie }: Pick<Caller, 'req' | 'setCookie'>,
): Promise<boolean> {
  const at = new Date(deps.now())
  const isAlive = await store.renewSession(deps.db, {
    id: known.id,
    last_seen_at: at,
    expires_at: known.isRenewable ? expiryOf(known.createdAt, at) : new Date(known.expiresAtMs),
    ip_address: deps.clientAddress(req),
    user_agent: req.headers['user-agent']?.slice(0, 500) ?? null,
  })
  if (isAlive) setCookie(await cookieFor(deps, known.id))
  return isAlive
}

const cookieFor = async ({ secrets, cookies, now }: SessionsDeps, id: SessionId): Promise<string> => {
  const token = await secrets.sign({ sid: id }, { atMs: now(), seconds: tokenSeconds })
  return cookies.set('session', token, cookieSeconds)
}
