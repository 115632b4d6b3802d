// Debian's pocketsphinx: an engine that needs nothing but its two packages, for trying voice input out.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { voiceLimits } from './limits.ts'
import type { Recogniser } from './recogniser.ts'

const programs = ['/usr/bin/pocketsphinx_continuous', '/usr/local/bin/pocketsphinx_continuous']
const models = [
  '/usr/share/pocketsphinx/model/en-us/en-us',
  '/usr/local/share/pocketsphinx/model/en-us/en-us',
]
// Each takes a core while it works.
const atOnceMax = 2
const textBytesMax = 64 * 1024

/** The engine, where its program and its English model are installed; else null. */
export function findPocketsphinx(): Recogniser | null {
  const program = programs.find((path) => existsSync(path))
  return program && models.some((path) => existsSync(path)) ? createPocketsphinx(program) : null
}

function createPocketsphinx(program: string): Recogniser {
  const inTurn = createTurns(atOnceMax)
  return {
    engine: 'pocketsphinx',
    model: 'pocketsphinx-en-us',
    note: 'For trying out, English only: this engine mishears much.',
    languages: ['en'],
    recognise: (pcm, { signal }) =>
      inTurn(async () => {
        const sound = await soundFile(pcm)
        try {
          signal.throwIfAborted()
          return { text: await heardBy(program, sound, signal), inputTokens: 0, outputTokens: 0 }
        } catch (cause) {
          throw cause instanceof AppError ? cause : new AppError('upstream_error', { cause })
        } finally {
          await sound.close()
        }
      }),
    async close() {},
  }
}

/** Sound that a program can open. Its name is gone before anything is written: nothing said stays on the disk. */
async function soundFile(pcm: Buffer): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'portal-voice-'))
  try {
    const file = await open(join(folder, 'speech.raw'), 'wx+', 0o600)
    await rm(folder, { recursive: true })
    await file.writeFile(pcm)
    return file
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

function heardBy(program: string, sound: FileHandle, signal: AbortSignal): Promise<string> {
  const child = spawn(program, ['-infile', '/dev/stdin', '-logfn', '/dev/null'], {
    stdio: [sound.fd, 'pipe', 'ignore'],
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
    signal,
    killSignal: 'SIGKILL',
  })
  const late = setTimeout(() => child.kill('SIGKILL'), voiceLimits.recogniseMs)
  return textOf(child).finally(() => clearTimeout(late))
}

function textOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(0, textBytesMax)
    })
    child.once('error', reject)
    child.once('close', (code, killedBy) => {
      // It writes a line for each stretch between silences.
      if (code === 0) resolve(text.split(/\s+/).join(' ').trim())
      else if (killedBy) reject(new AppError('upstream_timeout'))
      else reject(new AppError('upstream_error', { detail: `pocketsphinx ended with ${code}` }))
    })
  })
}

type InTurn = <Value>(act: () => Promise<Value>) => Promise<Value>

/** Lets so many act at once; the others wait in line. */
function createTurns(max: number): InTurn {
  const waiting: (() => void)[] = []
  let taken = 0
  const give = () => {
    const next = waiting.shift()
    if (next) next()
    else taken -= 1
  }
  return async (act) => {
    if (taken < max) taken += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    return act().finally(give)
  }
}
