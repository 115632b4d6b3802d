import { usageEndpoints } from '@portal/contract'
import { attachmentHeader, createPagedAnswer, type Mount } from '../http/index.ts'
import type { Dashboard } from './dashboard.ts'

const mediaTypes = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' }

/** Mounts the endpoints under /api/usage. */
export function mountUsage(mount: Mount, dashboard: Dashboard): void {
  mount(usageEndpoints.summary, ({ principal, query }) => dashboard.summary(principal, query))
  mount(usageEndpoints.latency, ({ principal, query }) => dashboard.latency(principal, query))
  mount(usageEndpoints.requests, ({ principal, query }) => dashboard.requests(principal, query))
  mount(usageEndpoints.ratings, ({ principal, query }) => dashboard.ratings(principal, query))
  mount(usageEndpoints.filters, ({ principal }) => dashboard.filters(principal))
  mount(usageEndpoints.plan, ({ principal }) => dashboard.plan(principal))
  mount(usageEndpoints.export, async ({ principal, query }) =>
    createPagedAnswer({
      pages: await dashboard.export(principal, query),
      mediaType: mediaTypes[query.format],
      headers: { 'content-disposition': attachmentHeader(`usage.${query.format}`) },
    }),
  )
  mount(usageEndpoints.live, ({ readmit, caller, query }) =>
    createPagedAnswer({
      pages: dashboard.live({ readmit, hasLeft: () => caller.req.socket.destroyed }, query),
      mediaType: 'text/event-stream; charset=utf-8',
      headers: { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' },
    }),
  )
}
