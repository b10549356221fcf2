import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { freePort } from '@holdfast/test-kit/ports'
import { startProcess } from '@holdfast/test-kit/start-process'

const sample = join(import.meta.dirname, '../../infra/nginx/holdfast.conf')

/** Undefined where nginx is installed; throws where it is missing and HOLDFAST_REQUIRE names nginx. */
export function whyNoNginx(env: NodeJS.ProcessEnv): string | undefined {
  if (spawnSync('nginx', ['-v'], { env }).status === 0) return undefined
  const why = 'nginx is not installed (Debian: apt-get install nginx-light)'
  if (env.HOLDFAST_REQUIRE?.split(',').includes('nginx')) throw new Error(`nginx is required: ${why}`)
  return why
}

/** Debian installs it in a folder of root's path only. */
export const withPathOfRoot = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ ...env, PATH: `${env.PATH ?? ''}:/usr/sbin` })

/** Runs the sample configuration with files of this folder: `server.pem`, `server.key` and `members-ca.pem`. */
export async function startNginx(folder: string, service: URL) {
  const port = await freePort()
  const site = readFileSync(sample, 'utf8')
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace('server 127.0.0.1:8080', `server ${service.host}`)
    .replaceAll('/etc/nginx/holdfast', folder)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${folder}/${name};`)
  const main = `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr;
events {}
http { access_log off; ${paths.join(' ')}
${site}}`
  writeFileSync(join(folder, 'nginx.conf'), main)
  const child = startProcess('nginx', ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')], {
    env: withPathOfRoot(process.env),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  return {
    port,
    async stop() {
      child.kill()
      await ended
    },
  }
}

export interface Presented {
  readonly headers: Readonly<Record<string, string>>
  readonly cert?: string
  readonly key?: string
}

/** A GET by TLS, with a client certificate where given. */
export const getBy = (port: number, ca: string, path: string, { headers, cert, key }: Presented) =>
  new Promise<{ readonly status: number; readonly body: string }>((resolve, reject) => {
    const identity = cert && key ? { cert, key } : {}
    request({ host: '127.0.0.1', port, path, headers, ca, ...identity, servername: 'freeze.example.org', agent: false }, response => {
      const parts: Buffer[] = []
      response.on('data', part => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
    })
      .on('error', reject)
      .end()
  })
