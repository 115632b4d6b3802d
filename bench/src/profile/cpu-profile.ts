/** V8's CPU profile, as `--cpu-prof` writes it; times in microseconds. */
export type CpuProfile = {
  nodes: { id: number; callFrame: CallFrame; children?: number[] }[]
  samples: number[]
  timeDeltas: number[]
}

type CallFrame = { functionName: string; url: string; lineNumber: number }

/** Shares of the busy time in a window, 0-100, largest first. */
export type Shares = [name: string, percent: number][]

type Node = { name: string; area: string; isOwn: boolean; parent: Node | undefined }

/** Where the time between two moments went: by area, by function alone, and by own function with all it called. */
export function readProfile(
  profile: CpuProfile,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): { areas: Shares; self: Shares; total: Shares } {
  const nodes = linkNodes(profile)
  const tables = {
    areas: new Map<string, number>(),
    self: new Map<string, number>(),
    total: new Map<string, number>(),
  }
  let at = 0
  let busy = 0
  for (const [index, id] of profile.samples.entries()) {
    const time = profile.timeDeltas[index] ?? 0
    at += time
    const node = nodes.get(id)
    if (!node || node.name === '(idle)' || at < fromMs * 1000 || at > toMs * 1000) continue
    busy += time
    add(tables.self, node.name, time)
    add(tables.areas, areaOf(node), time)
    for (const name of ownNamesAbove(node)) add(tables.total, name, time)
  }
  const shares = (table: Map<string, number>): Shares =>
    [...table]
      .map(([name, time]): [string, number] => [name, (time / busy) * 100])
      .sort(([, a], [, b]) => b - a)
  return { areas: shares(tables.areas), self: shares(tables.self), total: shares(tables.total) }
}

function add(table: Map<string, number>, name: string, time: number): void {
  table.set(name, (table.get(name) ?? 0) + time)
}

function linkNodes({ nodes }: CpuProfile): Map<number, Node> {
  const linked = new Map(
    nodes.map(({ id, callFrame }): [number, Node] => [
      id,
      {
        name: nameOf(callFrame),
        area: areaOfUrl(callFrame),
        isOwn: callFrame.url.includes('/server/src/'),
        parent: undefined,
      },
    ]),
  )
  for (const { id, children = [] } of nodes) {
    for (const child of children) {
      const node = linked.get(child)
      if (node) node.parent = linked.get(id)
    }
  }
  return linked
}

/** Native functions count for whoever called them. */
function areaOf(node: Node): string {
  for (let above: Node | undefined = node; above; above = above.parent)
    if (above.area !== '') return above.area
  return '(program)'
}

function ownNamesAbove(node: Node): Set<string> {
  const names = new Set<string>()
  for (let above: Node | undefined = node; above; above = above.parent) if (above.isOwn) names.add(above.name)
  return names
}

function areaOfUrl({ url, functionName }: CallFrame): string {
  if (url === '')
    return functionName === '(garbage collector)' || functionName === '(program)' ? functionName : ''
  const [, own] = /\/server\/src\/([\w-]+)/.exec(url) ?? []
  if (own) return `server/${own}`
  const [, dependency] = /\/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//.exec(url) ?? []
  if (dependency) return dependency
  const [, builtIn] = /^node:(?:internal\/)?([\w_]+)/.exec(url) ?? []
  return builtIn ? `node:${builtIn}` : url.includes('/contract/') ? 'contract' : 'other'
}

function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  const file = url.replace(/^.*\/(server\/src|node_modules|contract)\//, '$1/')
  return file ? `\`${functionName || '(anonymous)'}\` ${file}:${lineNumber + 1}` : functionName || '(native)'
}
