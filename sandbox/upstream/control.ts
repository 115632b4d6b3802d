// The same controls for another process: `POST /__control`, `GET /__requests`, `GET /__stats`.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Behaviour, isBehaviour } from './behaviour.ts'
import { isObject, parseJson } from './json.ts'
import type { RecordedRequest, Served } from './record.ts'

/** What another process may do and see. */
export type Controls = {
  requests: readonly RecordedRequest[]
  served: Served
  enqueue: (...behaviours: Behaviour[]) => void
  setDefault: (behaviour: Behaviour) => void
  reset: () => void
}

/** Answers a control request; a body is `{ reset?: true, default?: Behaviour, enqueue?: Behaviour[] }`, in that order. */
export function handleControl(
  controls: Controls,
  { req, res, raw }: { req: IncomingMessage; res: ServerResponse; raw: string },
): void {
  const { status, body } = reply(controls, { route: `${req.method} ${req.url}`, raw })
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

type Reply = { status: number; body: unknown }

function reply(controls: Controls, { route, raw }: { route: string; raw: string }): Reply {
  if (route === 'GET /__stats') return { status: 200, body: controls.served }
  if (route === 'GET /__requests') {
    return { status: 200, body: controls.requests.map(({ aborted: _, ...request }) => request) }
  }
  if (route === 'POST /__control') return control(controls, raw)
  return { status: 404, body: { error: `There is no ${route}.` } }
}

function control(controls: Controls, raw: string): Reply {
  const order = parseOrder(raw)
  if (!order)
    return {
      status: 400,
      body: { error: 'Expected { reset?: true, default?: behaviour, enqueue?: behaviour[] }.' },
    }
  if (order.reset) controls.reset()
  if (order.default) controls.setDefault(order.default)
  controls.enqueue(...order.enqueue)
  return { status: 200, body: { ok: true } }
}

function parseOrder(
  raw: string,
): { reset: boolean; default: Behaviour | undefined; enqueue: Behaviour[] } | undefined {
  const order = parseJson(raw)
  if (!isObject(order)) return undefined
  const { reset, default: fallback, enqueue = [], ...rest } = order
  if (Object.keys(rest).length > 0 || !Array.isArray(enqueue) || !enqueue.every(isBehaviour)) return undefined
  if (fallback !== undefined && !isBehaviour(fallback)) return undefined
  return { reset: reset === true, default: fallback, enqueue }
}
