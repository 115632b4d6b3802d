/**
 * Makes links below the portal's public address, and nowhere else.
 * @throws Error for a path that would lead elsewhere: it was made of what somebody sent
 */
export function linksTo(publicUrl: string): (path: string) => string {
  const base = publicUrl.replace(/\/+$/, '')
  const { origin, pathname } = new URL(`${base}/`)
  return (path) => {
    const url = URL.parse(base + path)
    const isBelow = path.startsWith('/') && url?.origin === origin && url.pathname.startsWith(pathname)
    if (!isBelow || url.username || url.password)
      throw new Error(`Not a path of the portal: ${path.slice(0, 100)}`)
    return url.href
  }
}
