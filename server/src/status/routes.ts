import type { IncomingMessage } from 'node:http'
import { incidentEndpoints, type StatusReport, statusEndpoints } from '@portal/contract'
import type { Caller, Handle, Mount } from '../http/index.ts'
import type { Throttle } from '../throttle/index.ts'
import { feedOf } from './feed.ts'
import type { Incidents } from './incidents.ts'
import { freshSeconds } from './reading.ts'
import { createReadingLimit } from './reading-limit.ts'
import type { Status } from './status.ts'

const done = { success: true } as const
const minuteMs = 60_000

/** By client address. */
const subscribing: Throttle = { name: 'status-subscribe', max: 10, windowMs: 15 * minuteMs }
const usingLinks: Throttle = { name: 'status-link', max: 30, windowMs: 15 * minuteMs }

type Places = {
  mount: Mount
  /** The web app's page, for those who navigate there. */
  pageFor: (req: IncomingMessage, path: string) => Response | null
  countTry: (throttle: Throttle) => (caller: Caller) => Promise<void>
  publicUrl: () => string
}

/** Mounts what everybody may see and ask for, and what administrators write. */
export function mountStatus(places: Places, status: Status): void {
  mountReading(places, status)
  mountSubscriptions(places, status)
  mountIncidents(places.mount, status.incidents)
}

function mountReading({ mount, pageFor, publicUrl }: Places, { report }: Status): void {
  const countReading = createReadingLimit(Date.now)
  const before = async ({ address }: Caller) => countReading(address)
  mount(
    statusEndpoints.page,
    async ({ caller: { req } }) => {
      const page = pageFor(req, statusEndpoints.page.path)
      const answer = page ?? json(await report())
      answer.headers.set('vary', 'accept')
      return answer
    },
    before,
  )
  mount(statusEndpoints.report, async () => json(await report()), before)
  mount(
    statusEndpoints.feed,
    async () => {
      const headers = { 'content-type': statusEndpoints.feed.mediaType ?? '', 'cache-control': brief }
      return new Response(feedOf(await report(), publicUrl()), { headers })
    },
    before,
  )
}

/** Browsers ask each time; what stands between may keep it for as long as it is good here. */
const brief = `public, max-age=0, s-maxage=${freshSeconds}`
const json = (report: StatusReport): Response =>
  Response.json(report, { headers: { 'cache-control': brief } })

function mountSubscriptions({ mount, countTry }: Places, { subscriptions }: Status): void {
  const subscribe: Handle<typeof statusEndpoints.subscribe> = async ({ body }) => {
    await subscriptions.ask(body.email)
    return done
  }
  mount(statusEndpoints.subscribe, subscribe, countTry(subscribing))
  const confirm: Handle<typeof statusEndpoints.confirm> = async ({ body }) => {
    await subscriptions.confirm(body.token)
    return done
  }
  mount(statusEndpoints.confirm, confirm, countTry(usingLinks))
  const end: Handle<typeof statusEndpoints.unsubscribe> = async ({ query }) => {
    await subscriptions.end(query.token)
    return done
  }
  mount(statusEndpoints.unsubscribe, end, countTry(usingLinks))
}

function mountIncidents(mount: Mount, incidents: Incidents): void {
  mount(incidentEndpoints.list, (call) => incidents.list(call))
  mount(incidentEndpoints.create, (call) => incidents.open(call, call.body))
  mount(incidentEndpoints.plan, (call) => incidents.plan(call, call.body))
  mount(incidentEndpoints.update, (call) => incidents.change(call, call.params.incidentId, call.body))
  mount(incidentEndpoints.write, (call) => incidents.write(call, call.params.incidentId, call.body))
}
