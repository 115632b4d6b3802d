import { cpus } from 'node:os'
import type { Throughput } from '../measures/index.ts'
import { budgetTable } from './budgets.ts'
import type { Results } from './results.ts'
import { figure, tableOf } from './table.ts'

/** One run as Markdown. */
export function markdownOf(results: Results): string {
  const sections = [
    origin(results),
    faultList(results),
    `### Budgets\n\n${budgetTable(results)}`,
    ...(results.throughput.length > 0 ? [throughputSection('Throughput', results.throughput)] : []),
    ...(results.translation.length > 0
      ? [throughputSection('Translation: client → upstream', results.translation)]
      : []),
    ...(results.latency.length > 0 ? [latencySection(results)] : []),
    ...(results.gaps.length > 0 ? [gapSection(results)] : []),
    ...(results.memory.length > 0 ? [memorySection(results)] : []),
  ]
  return sections.join('\n\n')
}

function origin({ command, seconds, skipped }: Results): string {
  const [cpu] = cpus()
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
  const lines = [
    `Made by \`${command}\` on ${date} UTC in ${Math.round(seconds)} s, Node ${process.version}, ${cpus().length} × ${cpu?.model.trim()}.`,
    'The gateway under test has core 1; the load generator, the upstream and PostgreSQL share core 0.',
    ...skipped.map((reason) => `Left out: ${reason}.`),
  ]
  return lines.join('\n')
}

function faultList({ faults }: Results): string {
  if (faults.size === 0) return 'Every answer was whole.'
  const lines = Array.from(faults, ([reason, count]) => `- ${count} × ${reason}`)
  return `**Answers that were not whole:**\n${lines.join('\n')}`
}

function throughputSection(title: string, throughput: readonly Throughput[]): string {
  const rows = throughput.map((one) => [
    `${one.stream ? 'streams' : 'whole answers'}, ${one.connections} connections`,
    one.gateway,
    figure(one.perSecond),
    figure(one.cpuMs),
    figure(one.helperCpuMs),
    figure(one.cpuPercent),
  ])
  const head = [
    'full load',
    'gateway',
    'requests/s',
    'CPU ms a request',
    'PostgreSQL CPU ms',
    '% of its core',
  ]
  return `### ${title}\n\n${tableOf(head, rows)}`
}

function latencySection({ latency }: Results): string {
  const rows = latency.map((one) => [
    one.stream ? 'streams' : 'whole answers',
    one.gateway,
    figure(one.rate),
    ...(one.stream ? [one.firstContent.p50, one.firstContent.p99].map(figure) : ['', '']),
    ...[one.total.p50, one.total.p99].map(figure),
    ...(one.stream ? [one.addedFirstContent.p50, one.addedFirstContent.p99].map(figure) : ['', '']),
    ...[one.addedTotal.p50, one.addedTotal.p99].map(figure),
  ])
  const head = ['at a fixed rate, ms', 'gateway', 'requests/s', 'first token p50', 'p99', 'whole p50', 'p99']
  const late = Math.max(...latency.map(({ lateP99 }) => lateP99))
  const table = tableOf([...head, 'added first token p50', 'p99', 'added whole p50', 'p99'], rows)
  return `### Latency\n\n${table}\n\nThe generator itself sent at most ${figure(late)} ms late (p99).`
}

const gapSection = ({ gaps }: Results): string =>
  `### Gaps between frames, 200 streams, a frame each 50 ms\n\n${tableOf(
    ['ms', 'p50', 'p99', 'added p99'],
    gaps.map(({ gateway, p50, p99, addedP99 }) => [gateway, ...[p50, p99, addedP99].map(figure)]),
  )}`

const memorySection = ({ memory }: Results): string =>
  `### Memory\n\n${tableOf(
    ['open streams', 'gateway', 'open at once', 'ended whole', 'idle MiB', 'during MiB', 'KiB a stream'],
    memory.map((one) => [
      one.streams.toLocaleString('en'),
      one.gateway,
      one.openMost.toLocaleString('en'),
      one.whole.toLocaleString('en'),
      figure(one.idleKib / 1024),
      figure(one.duringKib / 1024),
      figure(one.perStreamKib),
    ]),
  )}`
