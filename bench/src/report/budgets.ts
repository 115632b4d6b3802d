import { type Latency, medianOf, type Throughput } from '../measures/index.ts'
import type { Results } from './results.ts'
import { figure, tableOf } from './table.ts'

type Check = { budget: string; measured: number; unit: string; bound: { least: number } | { most: number } }

/** The budgets of the architecture beside what was measured. */
export function budgetTable(results: Results): string {
  const checks = [
    ...throughputChecks(results.throughput),
    ...translationChecks(results.translation),
    ...latencyChecks(results.latency),
    ...results.gaps
      .filter(({ gateway }) => gateway === 'portal')
      .map(({ addedP99 }) =>
        most('added gap between frames p99, 200 streams', addedP99, { unit: 'ms', bound: 1 }),
      ),
    ...results.memory
      .filter(({ gateway }) => gateway === 'portal')
      .flatMap(({ streams, perStreamKib, whole }) => [
        most(`memory for each of ${streams.toLocaleString('en')} open streams`, perStreamKib, {
          unit: 'KiB',
          bound: 30,
        }),
        most('streams dropped of them', streams - whole, { unit: '', bound: 0 }),
      ]),
  ]
  return tableOf(['budget', 'asked', 'measured', ''], checks.map(rowOf))
}

function rowOf({ budget, measured, unit, bound }: Check): string[] {
  const passes = 'least' in bound ? measured >= bound.least : measured <= bound.most
  const asked = 'least' in bound ? `≥ ${bound.least} ${unit}` : `≤ ${bound.most} ${unit}`
  return [budget, asked.trim(), `${figure(measured)} ${unit}`.trim(), passes ? 'pass' : '**falls short**']
}

const most = (budget: string, measured: number, { unit, bound }: { unit: string; bound: number }): Check => ({
  budget,
  measured,
  unit,
  bound: { most: bound },
})

function throughputChecks(all: readonly Throughput[]): Check[] {
  return all
    .filter(({ gateway }) => gateway === 'portal')
    .flatMap((portal) => {
      const others = all.filter(
        ({ stream, connections }) => stream === portal.stream && connections === portal.connections,
      )
      const bare = others.find(({ gateway }) => gateway === 'bare proxy')
      const portkey = others.find(({ gateway }) => gateway.startsWith('Portkey'))
      const what = `${portal.stream ? 'streams' : 'whole answers'}, ${portal.connections} connections`
      return [
        ...(bare ? against({ portal, other: bare, least: 0.5, what }) : []),
        ...(portkey ? against({ portal, other: portkey, least: 10, what }) : []),
      ]
    })
}

/** A client's dialect translated, beside the same passed through. */
function translationChecks(all: readonly Throughput[]): Check[] {
  return [
    ['openai → anthropic', 'openai → openai'],
    ['anthropic → openai', 'anthropic → anthropic'],
  ].flatMap(([translated, passed]) =>
    all
      .filter(({ gateway }) => gateway === translated)
      .flatMap((portal) => {
        const other = all.find(({ gateway, stream }) => gateway === passed && stream === portal.stream)
        const what = `${translated}, ${portal.stream ? 'streams' : 'whole answers'}`
        return other ? against({ portal, other, least: 0.75, what }) : []
      }),
  )
}

function against(pair: { portal: Throughput; other: Throughput; least: number; what: string }): Check[] {
  const { portal, other, least, what } = pair
  // Ratios within a round: what disturbs the machine disturbs both.
  const ratio = (of: (mine: Throughput['rounds'][number], theirs: Throughput['rounds'][number]) => number) =>
    medianOf(
      portal.rounds.flatMap((mine, index) => (other.rounds[index] ? [of(mine, other.rounds[index])] : [])),
    )
  const check = (figureName: string, measured: number): Check => ({
    budget: `${figureName} against ${other.gateway}: ${what}`,
    measured,
    unit: '×',
    bound: { least },
  })
  return [
    check(
      'requests a second',
      ratio((mine, theirs) => mine.perSecond / theirs.perSecond),
    ),
    check(
      'requests a CPU second',
      ratio((mine, theirs) => theirs.cpuMs / mine.cpuMs),
    ),
  ]
}

function latencyChecks(all: readonly Latency[]): Check[] {
  return all
    .filter(({ gateway }) => gateway === 'portal')
    .flatMap(({ stream, addedFirstContent: first, addedTotal: total }) => [
      ...(stream
        ? [
            most('added time to first token p50', first.p50, { unit: 'ms', bound: 1 }),
            most('added time to first token p99', first.p99, { unit: 'ms', bound: 5 }),
          ]
        : []),
      most(`added time of a whole answer p50${stream ? ', streamed' : ''}`, total.p50, {
        unit: 'ms',
        bound: 3,
      }),
      most(`added time of a whole answer p99${stream ? ', streamed' : ''}`, total.p99, {
        unit: 'ms',
        bound: 10,
      }),
    ])
}
