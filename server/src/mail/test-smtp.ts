// A real SMTP server that does with each mail what the test says.
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** What becomes of the next mail: it is taken, refused with a reply code, or never answered. */
type Verdict = 'take' | 'hang' | number

export type Received = { from: string; to: string[]; raw: string }

const refusal = (responseCode: number): Error =>
  Object.assign(new Error(`refused with ${responseCode}`), { responseCode })

/** Starts a server; mails are judged in order, and taken where nothing more is said. */
export async function startSmtp() {
  const verdicts: Verdict[] = []
  const received: Received[] = []
  const seen = { mails: 0, passwords: 0 }
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth(_auth, _session, callback) {
      seen.passwords++
      callback(refusal(535))
    },
    onRcptTo(_address, _session, callback) {
      seen.mails++
      const verdict = verdicts.shift() ?? 'take'
      if (verdict === 'take') callback()
      else if (verdict !== 'hang') callback(refusal(verdict))
    },
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        const to = envelope.rcptTo.map(({ address }) => address)
        received.push({ from, to, raw: Buffer.concat(chunks).toString() })
        callback()
      })
    },
  })
  server.on('error', () => {}) // a client that went away
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    url: `smtp://127.0.0.1:${port}`,
    received,
    seen,
    next: (...more: Verdict[]) => void verdicts.push(...more),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** The headers of a mail as lines, and its parts with their encoding undone. */
export function opened({ raw }: Received): { headers: string[]; body: string } {
  const at = raw.indexOf('\r\n\r\n')
  const unfolded = raw.slice(0, at).replace(/\r\n[ \t]+/g, ' ')
  const bytes = raw
    .slice(at)
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return { headers: unfolded.split('\r\n'), body: Buffer.from(bytes, 'latin1').toString() }
}
