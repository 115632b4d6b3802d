// Where the portal's CPU goes under full load.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Surroundings, startPortal, type Upstream } from '../gateways/index.ts'
import type { Generator } from '../load/index.ts'
import { answerBehaviour, callsTo } from '../measures/index.ts'
import { figure, tableOf } from '../report/index.ts'
import { readProfile, type Shares } from './cpu-profile.ts'

/** Runs the portal under V8's sampler with 32 connections; the shares as Markdown. */
export async function profilePortal(options: {
  surroundings: Surroundings
  upstream: Upstream
  generator: Generator
  keys: string[] | undefined
  stream: boolean
  seconds: number
}): Promise<{ keys: string[]; markdown: string }> {
  const { surroundings, upstream, generator, stream, seconds, keys } = options
  await upstream.behave(answerBehaviour({ stream }))
  const profileFolder = mkdtempSync(join(surroundings.folder, 'profile-'))
  const startedAt = performance.now()
  const portal = await startPortal({ ...surroundings, profileFolder, ...(keys && { keys }) })
  const load = (duration: number) =>
    generator.run({ kind: 'closed', calls: callsTo(portal, stream), connections: 32, seconds: duration })
  await load(2)
  const fromMs = performance.now() - startedAt
  const outcome = await load(seconds).finally(() => portal.stop())
  const [file = ''] = readdirSync(profileFolder).sort()
  const profile = JSON.parse(readFileSync(join(profileFolder, file), 'utf8'))
  const { areas, self, total } = readProfile(profile, { fromMs, toMs: fromMs + outcome.seconds * 1000 })
  const speed = figure(outcome.whole / outcome.seconds)
  const faults = Object.keys(outcome.faults).length > 0 ? `, faults: ${JSON.stringify(outcome.faults)}` : ''
  const markdown = [
    `### Profile: ${stream ? 'streams' : 'whole answers'}, 32 connections, ${speed} requests/s${faults}`,
    sharesTable('area (native code counts for its caller)', areas.slice(0, 18)),
    sharesTable('function alone', self.slice(0, 40)),
    sharesTable('own function with all it calls', total.slice(0, 40)),
  ].join('\n\n')
  return { keys: portal.keys, markdown }
}

const sharesTable = (head: string, shares: Shares): string =>
  tableOf(
    [head, '% of busy time'],
    shares.map(([name, percent]) => [name, figure(percent)]),
  )
