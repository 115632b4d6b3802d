import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { eventually, type Running, runNode } from './processes.ts'

const program = fileURLToPath(new URL('../../../../sandbox/upstream/main.ts', import.meta.url))

/** The scripted upstream as a process of its own. */
export type UpstreamProcess = Running & {
  url: string
  /** Orders as `POST /__control` takes them. */
  control(order: object): Promise<void>
}

/** Starts an upstream; `delayMs` is the time between two words of a stream. */
export async function startUpstreamProcess(delayMs: number): Promise<UpstreamProcess> {
  const process = runNode(program, ['--no-record', '--delay-ms', String(delayMs)])
  const url = await eventually(() => {
    const [found] = /http\S+/.exec(process.stdout()) ?? []
    if (!found) throw new Error(`the upstream does not come up: ${process.stderr()}`)
    return found
  })
  return {
    ...process,
    url,
    async control(order) {
      const { statusCode, body } = await request(new URL('/__control', url), {
        method: 'POST',
        body: JSON.stringify(order),
      })
      if (statusCode !== 200) throw new Error(await body.text())
      await body.dump()
    },
  }
}
