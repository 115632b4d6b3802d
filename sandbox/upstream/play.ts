// Plays a script to a response, one step at a time, until its end or until the client leaves.
import type { ServerResponse } from 'node:http'
import type { Track } from './record.ts'
import type { Script, Step } from './script.ts'

/** Writes the answer; resolves when it ended, the client left, or the script dropped the connection. */
export function play(
  script: Script,
  { res, track }: { res: ServerResponse; track: Track },
): Promise<void> | undefined {
  if ('steps' in script) return playSteps(script.steps(), { res, track })
  track.request.status = script.status
  track.request.bytesWritten = script.body.length
  res.writeHead(script.status, script.headers).end(script.body)
  return undefined
}

type Stage = { res: ServerResponse; track: Track }

async function playSteps(steps: Iterable<Step>, stage: Stage): Promise<void> {
  for (const step of steps) {
    // Only steps that have something to wait for return a promise: a firehose must not pay for a tick per event.
    const pending = playStep(step, stage)
    if (pending) await pending
    if (stage.res.closed || stage.track.dropped) return
  }
  stage.res.end()
}

function playStep(step: Step, { res, track }: Stage): Promise<void> | undefined {
  switch (step.do) {
    case 'head':
      track.request.status = step.status
      res.writeHead(step.status, step.headers).flushHeaders()
      return undefined
    case 'write':
      track.request.bytesWritten += step.bytes.length
      return untilClosedOr(res, (done) => res.write(step.bytes, done))
    case 'pour':
      track.request.bytesWritten += step.bytes.length
      return res.write(step.bytes) ? undefined : untilClosedOr(res, (done) => res.once('drain', done))
    case 'wait':
      return untilClosedOr(res, (done) => setTimeout(done, step.ms).unref())
    case 'hang':
      return untilClosedOr(res, () => {})
    case 'drop':
      track.dropped = true
      if (step.rst) res.socket?.resetAndDestroy()
      else res.socket?.destroy()
      return undefined
  }
}

function untilClosedOr(res: ServerResponse, start: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    if (res.closed) return resolve()
    const done = () => {
      res.off('close', done)
      resolve()
    }
    res.once('close', done)
    start(done)
  })
}
