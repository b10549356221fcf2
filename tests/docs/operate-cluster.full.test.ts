import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kafkaJars } from '@holdfast/test-kit/kafka-jars'
import { freePort } from '@holdfast/test-kit/ports'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missingServers } from '../src/real-servers.ts'
import { openPage, runShell } from './src/open-page.ts'

const root = join(import.meta.dirname, '../..')
const page = openPage('operate/cluster.md')

/** Every port of the page is replaced by a free one, because other programs of this machine may use it. */
const shownPorts = ['8080', '8081', '8082', '8083', '8084', '9093', '9094', '9095', '6380']
/** The steps of the page by a text that only they contain, in order. */
const steps = {
  certificates: 'openssl req -x509',
  kafka: 'kafka-storage.sh format',
  access: 'infra:access',
  redis: 'redis-server',
  keys: 'openssl rand -hex 32',
  settings: 'HOLDFAST_KAFKA_BROKERS=127.0.0.1:9093',
  services: 'start ledger',
  ready: '/health/ready',
  request: 'holdfast submit',
  stop: 'stop()',
  again: 'redis-server',
} as const

describe.skipIf(missingServers())('the cluster page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-cluster-page-'))
  const engine = join(folder, 'engine')
  const bin = join(folder, 'bin')
  const ports = new Map<string, string>()
  beforeAll(async () => {
    for (const port of shownPorts) ports.set(port, `${await freePort()}`)
    await installKafka(bin)
  })
  afterAll(async () => {
    // Redis leaves the process group of the shell. The shell's end ends all other processes.
    await runShell(`kill -9 $(cat ${engine}/redis.pid) || true`, { cwd: root })
    rmSync(folder, { recursive: true, force: true })
  })
  const inTest = (text: string): string =>
    text.replaceAll(new RegExp(`\\b(?:${shownPorts.join('|')})\\b`, 'g'), port => ports.get(port) ?? port).replace('/srv/holdfast', engine)

  test('builds a cluster with TLS and users that carries a request, and restarts', { timeout: 600_000 }, async () => {
    const prepare = page.take('sh', 'npm ci').text
    expect(prepare).toMatch(/^npm ci$/m)
    const blocks = new Map(Object.entries(steps).map(([step, containing]) => [step, inTest(page.take('sh', containing).text)]))
    // After the restart the page repeats the second block of step 7, and step 8. The last stop leaves no process behind.
    const order = [...blocks.keys(), 'services', 'ready', 'request', 'stop']
    const commands = [
      inTest(prepare.replace(/^npm ci$/m, '')),
      ...order.flatMap((step, index) => [`echo "=== ${index < blocks.size ? step : `${step} again`}"`, blocks.get(step) ?? '']),
    ]
    const env = { PATH: `${bin}:${join(root, 'node_modules/.bin')}:${process.env.PATH}` }
    const { code, stdout, stderr } = await runShell(commands.join('\n'), { cwd: root, env, timeoutMs: 540_000 })
    expect({ code, why: code === 0 ? '' : `${stdout.slice(-1_000)}\n${stderr.slice(-2_000)}` }).toEqual({ code: 0, why: '' })
    const printed = new Map(stdout.split(/^=== /m).map(part => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]))
    expect(printed.get('access')).toContain('gave the user ledger its password')
    expect(printed.get('redis')).toBe('PONG\n')
    const ready = inTest(page.take('text', '8080 200').text)
    expect([printed.get('ready'), printed.get('ready again')]).toEqual([ready, ready])
    const requestOf = (step: string): string | undefined => printed.get(step)?.match(/^request +(\S+)$/m)?.[1]
    expect(printed.get('request')).toContain('SG-2024-IGRIP-01')
    expect(requestOf('request again')).toBe(requestOf('request'))
    page.expectEachTaken()
  })
})

/** The commands of a Kafka distribution that the page uses, on the jars of this repository. */
async function installKafka(bin: string): Promise<void> {
  const { folder } = await kafkaJars()
  mkdirSync(bin)
  const java = `java -Xms256m -Xmx512m -XX:TieredStopAtLevel=1 -cp "${folder}/*"`
  const scripts = {
    'kafka-storage.sh': `exec ${java} kafka.tools.StorageTool "$@"`,
    'kafka-server-start.sh': `mkdir -p "$LOG_DIR"\nnohup ${java} kafka.Kafka "$2" > "$LOG_DIR/server.log" 2>&1 &`,
  }
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/bash\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
}
