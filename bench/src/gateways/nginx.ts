import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { descendantsOf, freePort, isRoot, startPinned, stop, untilListens } from '../processes/index.ts'
import { type Gateway, gatewayCore, ordinary, type Surroundings } from './gateway.ts'

/** nginx as a reverse proxy. @throws Error when it is neither installed nor can be */
export async function startNginx({ upstreamPort, folder }: Surroundings): Promise<Gateway> {
  ensureInstalled()
  const port = await freePort()
  const home = join(folder, 'nginx')
  mkdirSync(home, { recursive: true })
  chmodSync(home, 0o755)
  const file = join(home, 'nginx.conf')
  writeFileSync(file, configuration({ port, upstreamPort, home }))
  const child = startPinned({
    core: gatewayCore,
    args: ['nginx', '-c', file, '-p', home],
    logFile: join(home, 'log'),
  })
  await untilListens(port, child)
  return {
    name: 'nginx',
    port,
    ...ordinary,
    path: '/v1/chat/completions',
    headerSets: [{ authorization: 'Bearer bench' }],
    pids: () => [child.pid ?? 0, ...descendantsOf(child.pid ?? 0)],
    helperPids: () => [],
    stop: () => stop(child),
  }
}

function ensureInstalled(): void {
  if (isInstalled()) return
  if (!isRoot()) throw new Error('it is not installed, and installing it needs root')
  try {
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'nginx-light'], { stdio: 'ignore' })
  } catch {
    throw new Error('it is not installed, and apt-get could not install nginx-light')
  }
}

function isInstalled(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const configuration = (at: { port: number; upstreamPort: number; home: string }): string => `
daemon off;
worker_processes 1;
worker_rlimit_nofile 60000;
pid ${at.home}/pid;
error_log ${at.home}/error.log warn;
events { worker_connections 30000; }
http {
  access_log off;
  client_body_temp_path ${at.home}/body;
  proxy_temp_path ${at.home}/proxy;
  fastcgi_temp_path ${at.home}/fastcgi;
  uwsgi_temp_path ${at.home}/uwsgi;
  scgi_temp_path ${at.home}/scgi;
  client_body_buffer_size 64k;
  keepalive_requests 100000000;
  upstream model { server 127.0.0.1:${at.upstreamPort}; keepalive 256; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${at.port} backlog=4096;
    location / {
      proxy_pass http://model;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 300s;
    }
  }
}
`
