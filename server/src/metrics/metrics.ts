import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What this process tells Prometheus. Names are documented in docs/guide/self-hosting.md. */
export type Metrics = {
  /** Counts one answered request. `route` is a fixed set, never a client's text. */
  answered(request: { route: 'gateway' | 'api' | 'page'; status: number; seconds: number }): void
  /** Adds a value read at each scrape, one for each label set. */
  gauge(name: string, help: string, read: () => number | Map<string, number>): void
  /** Adds a sum that only grows, read at each scrape. */
  total(name: string, help: string, read: () => number): void
  /** Gives what observes a value under labels of few values each. */
  histogram(series: Series & { buckets: number[] }): (labels: Labels, value: number) => void
  /** Gives what adds to a sum under such labels. */
  counter(series: Series): (labels: Labels, value: number) => void
  text(): Promise<string>
}

type Labels = Record<string, string>
type Series = { name: string; help: string; labelNames: readonly string[] }

/** Builds the metrics of one process, its own memory and event loop among them. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'portal_http_requests_total',
    help: 'Requests answered, by route and status.',
    labelNames: ['route', 'status'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'portal_http_request_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['route'],
    buckets: [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 60, 300],
    registers: [registry],
  })
  return {
    answered({ route, status, seconds }) {
      requests.inc({ route, status })
      durations.observe({ route }, seconds)
    },
    gauge(name, help, read) {
      const gauge: Gauge<'name'> = new Gauge({
        name,
        help,
        labelNames: ['name'],
        registers: [registry],
        collect: () => fill(gauge, read()),
      })
    },
    total(name, help, read) {
      const counter: Counter = new Counter({
        ...{ name, help, registers: [registry] },
        collect() {
          counter.reset()
          counter.inc(read())
        },
      })
    },
    histogram(series) {
      const histogram = new Histogram({ ...series, registers: [registry] })
      return (labels, value) => histogram.observe(labels, value)
    },
    counter(series) {
      const counter = new Counter({ ...series, registers: [registry] })
      return (labels, value) => counter.inc(labels, value)
    },
    text: () => registry.metrics(),
  }
}

function fill(gauge: Gauge<'name'>, value: number | Map<string, number>): void {
  gauge.reset()
  if (typeof value === 'number') gauge.set(value)
  else for (const [name, each] of value) gauge.set({ name }, each)
}
