// What a browser is to the portal: it keeps cookies, names its origin, and sits at an address of its own.
import type { Portal } from './portal.ts'

/** An answer, read. */
export type BrowserAnswer = {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any
  headers: Headers
}

export type Browser = {
  /** Sends JSON, a form, or nothing; never follows a redirect, and leaves a stream of events, which may have no end. */
  send: (
    method: string,
    path: string,
    sent?: { body?: unknown; headers?: Record<string, string> },
  ) => Promise<BrowserAnswer>
  get: (path: string) => Promise<BrowserAnswer>
  post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<BrowserAnswer>
  cookies: Map<string, string>
  /** Another one with copies of the same cookies. */
  copy: () => Browser
}

type BrowserSettings = { address?: string; userAgent?: string }

/**
 * Opens a browser. Its address counts where the portal runs with `TRUST_PROXY=127.0.0.1`.
 */
export function openBrowser(
  portal: Pick<Portal, 'url'>,
  { address = '203.0.113.5', userAgent = 'Firefox' }: BrowserSettings = {},
  cookies = new Map<string, string>(),
): Browser {
  const send: Browser['send'] = async (method, path, { body, headers = {} } = {}) => {
    const response = await fetch(portal.url + path, {
      method,
      redirect: 'manual',
      headers: {
        'user-agent': userAgent,
        'x-forwarded-for': address,
        ...(method !== 'GET' && { origin: portal.url, 'sec-fetch-site': 'same-origin' }),
        ...(cookies.size > 0 && { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') }),
        ...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: asSent(body) }),
    })
    for (const line of response.headers.getSetCookie()) keep(cookies, line)
    return { status: response.status, headers: response.headers, body: await bodyOf(response) }
  }
  return {
    send,
    get: (path) => send('GET', path),
    post: (path, body, headers = {}) => send('POST', path, { body, headers }),
    cookies,
    copy: () => openBrowser(portal, { address, userAgent }, new Map(cookies)),
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const mediaType = response.headers.get('content-type') ?? ''
  if (mediaType.startsWith('text/event-stream')) return response.body?.cancel()
  const text = await response.text()
  return mediaType.includes('json') ? JSON.parse(text) : text
}

const asSent = (body: unknown): string | FormData =>
  typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body)

function keep(cookies: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
  if (value === '' || /max-age=0(;|$)/i.test(line)) cookies.delete(name)
  else cookies.set(name, value)
}
