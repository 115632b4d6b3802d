// The yardstick: the least a Node process does to stand between a client and an upstream. It parses the request and
// forwards it; no keys, no limits, no ledger. `node bare-proxy.ts <port> <upstream origin>`
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Pool } from 'undici'

const [port, origin = ''] = process.argv.slice(2)
const pool = new Pool(origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })

createServer({ requestTimeout: 0 }, (req, res) => {
  forward(req, res).catch(() => res.destroy())
}).listen(Number(port), '127.0.0.1')

async function forward(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const body = await read(req)
  const { stream } = JSON.parse(body.toString())
  const { authorization = '' } = req.headers
  const answer = await pool.request({
    path: req.url ?? '/',
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body,
  })
  const type = String(answer.headers['content-type'])
  if (stream) {
    res.writeHead(answer.statusCode, { 'content-type': type })
    answer.body.pipe(res)
  } else {
    const whole = Buffer.from(await answer.body.arrayBuffer())
    res.writeHead(answer.statusCode, { 'content-type': type, 'content-length': whole.length }).end(whole)
  }
}

function read(req: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => resolve(Buffer.concat(chunks)))
  })
}
