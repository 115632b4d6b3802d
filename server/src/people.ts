import type { IncomingMessage } from 'node:http'
import type { Accounts } from './accounts/index.ts'
import { createAlerts } from './alerts/index.ts'
import { createAuditLog } from './audit/index.ts'
import type { Config } from './config.ts'
import { createAuthenticate, createCookies, createOriginCheck, type Gate } from './http/index.ts'
import type { Keys, Principals } from './keys/index.ts'
import { createGithub, createGoogle } from './oauth/index.ts'
import type { Storage } from './open-storage.ts'
import { createOrganisationService } from './organisations/index.ts'
import { createProfiles } from './profile/index.ts'
import { createSecrets, portalSecret } from './secrets/index.ts'
import { createSessions, type Sessions } from './sessions/index.ts'
import { createSignIn, type SignInDeps } from './sign-in/index.ts'
import type { Switches } from './switches/index.ts'
import { createThrottles } from './throttle/index.ts'

type PeopleParts = Pick<SignInDeps, 'accounts' | 'jobs' | 'mail' | 'publicUrl' | 'log'> & {
  config: Config
  storage: Pick<Storage, 'db' | 'events'>
  accounts: Accounts
  keys: Keys
  clientAddress: Gate['clientAddress']
  switches: Switches
}

/** Builds who people are, how they come in, what they are in together, and how they are told of what is used there. */
export function assemblePeople(parts: PeopleParts) {
  const { config, log, storage, accounts, keys, jobs, mail, clientAddress, publicUrl, switches } = parts
  const { db, events } = storage
  const now = () => Date.now()
  const { publicUrl: givenUrl } = config
  const cookies = createCookies(givenUrl)
  const secrets = createSecrets(portalSecret({ given: config.portalSecret, dataDir: config.dataDir }))
  const sessions = createSessions({ db, events, secrets, cookies, clientAddress, now })
  const throttles = createThrottles({ db, now })
  const providers = {
    ...(config.google && { google: createGoogle(config.google) }),
    ...(config.github && { github: createGithub(config.github) }),
  }
  const signIn = createSignIn({
    ...{ db, accounts, sessions, throttles, secrets, cookies, mail, jobs, providers, publicUrl, givenUrl },
    ...{ log, now, requireFeature: switches.require },
    isSignUpOpen: () => switches.isOn('sign-up'),
  })
  const profiles = createProfiles({
    ...{ db, events, jobs, mail, throttles, credentials: signIn.credentials, now },
  })
  const auditLog = createAuditLog({ db, jobs, now })
  const organisations = createOrganisationService({
    ...{ db, accounts, sessions, keys, auditLog, events, throttles, mail, jobs, now },
  })
  const { webhookNetworks: ownNetworks, slackBase } = config
  const alerts = createAlerts({
    ...{ db, events, jobs, mail, secrets, throttles, publicUrl, ownNetworks, slackBase, log, now },
  })
  const isAdministrator = async (req: IncomingMessage) => {
    const principal = await sessions.findLiving({ req, setCookie: () => {} })
    return principal?.person?.isAdministrator ?? false
  }
  const doors = { sessions, signIn, profiles, organisations, auditLog, alerts, isAdministrator }
  return { doors, secrets, throttles }
}

type Doors = {
  config: Config
  principals: Principals
  sessions: Sessions
  clientAddress: Gate['clientAddress']
  switches: Switches
}

/** Builds what every route goes through: whose key or cookie it is, and from which page. */
export function createGate({ config, principals, sessions, clientAddress, switches }: Doors): Gate {
  const requireOwnOrigin = createOriginCheck(config.publicUrl)
  const { findBySecret } = principals
  const { findPerson } = sessions
  const authenticate = createAuthenticate({ findBySecret, findPerson, requireOwnOrigin, clientAddress })
  return { authenticate, requireOwnOrigin, clientAddress, requireFeature: switches.require }
}
