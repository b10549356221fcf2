import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { startClusterKeys } from '@holdfast/test-kit/cluster-keys'
import { startKafkaCluster } from '@holdfast/test-kit/kafka-cluster'
import { startRedis } from '@holdfast/test-kit/redis-server'
import { createServiceProcess, type ServiceProcess } from '@holdfast/test-kit/service-process'
import { testNamespace } from '@holdfast/test-kit/shared-servers'
import { ensureDevelopmentMembers, ensureEngineSecret } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventually, testSettings } from '../src/engine.ts'
import { missingServers } from '../src/real-servers.ts'

/** The answer to a supervisor: undefined while the service is ready, otherwise the reason. */
async function whyNotReady({ url }: ServiceProcess): Promise<string | undefined> {
  // A kept connection can be closed when it is used again: a supervisor repeats the query.
  const answer = await fetch(`${url}/health/ready`).catch(() => undefined)
  if (!answer) return 'it does not answer'
  return answer.status === 200 ? undefined : ((await answer.json()) as { detail: string }).detail
}
const becomesReady = (service: ServiceProcess) =>
  eventually(async () => ((await whyNotReady(service)) === undefined ? true : undefined), 'it is ready', 60_000)
const says = (service: ServiceProcess, words: RegExp) =>
  eventually(async () => ((await whyNotReady(service))?.match(words) ? true : undefined), `it says ${words}`)

async function startIntake(folder: string, env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const { membersPath } = ensureDevelopmentMembers(folder)
  ensureEngineSecret(folder)
  const keys = await startClusterKeys(folder)
  onTestFinished(() => keys.stop())
  const own = {
    ...keys.env,
    HOLDFAST_MEMBERS: membersPath,
    HOLDFAST_SECRET_FILE: join(folder, 'engine-secret'),
    HOLDFAST_DATA: folder,
  }
  const intake = await createServiceProcess('intake', { env: { ...testSettings, ...own, ...env } })
  await intake.start()
  return intake
}

interface SmallDisk {
  readonly folder: string
  /** As the kernel does after a disk error: from then on it is read-only. */
  fail(): void
  remove(): void
}

/** An ext4 of 48 MB in a file. Only root can mount it, and not in every container: undefined where that fails. */
function mountSmallDisk(): SmallDisk | undefined {
  const place = mkdtempSync(join(tmpdir(), 'holdfast-disk-'))
  const [image, folder] = [join(place, 'image'), join(place, 'disk')]
  const run = (command: string, ...rest: string[]) => spawnSync(command, rest, { encoding: 'utf8' })
  mkdirSync(folder)
  writeFileSync(image, '')
  truncateSync(image, 48 * 2 ** 20)
  const isMounted =
    run('mkfs.ext4', '-q', '-m', '0', image).status === 0 && run('mount', '-o', 'loop,errors=remount-ro', image, folder).status === 0
  const device = run('findmnt', '-no', 'SOURCE', folder).stdout?.trim() ?? ''
  const trigger = join('/sys/fs/ext4', basename(device), 'trigger_fs_error')
  const remove = () => {
    if (isMounted) run('umount', folder)
    rmSync(place, { recursive: true, force: true })
  }
  if (isMounted && existsSync(trigger)) return { folder, fail: () => writeFileSync(trigger, '1'), remove }
  remove()
  return undefined
}
const disk = mountSmallDisk()

describe.skipIf(!disk)('the embedded engine is not ready', () => {
  const log = join(tmpdir(), 'read-only-disk.log')
  let engine: ServiceProcess
  beforeAll(async () => {
    const folder = disk?.folder ?? ''
    engine = await createServiceProcess('standalone', { env: { ...testSettings, HOLDFAST_DATA: join(folder, 'data') }, logFile: log })
    await engine.start()
    await becomesReady(engine)
  })
  afterAll(async () => {
    await engine?.kill('SIGTERM')
    disk?.remove()
  })

  test('while its disk is full', async () => {
    const ballast = join(disk?.folder ?? '', 'ballast')
    try {
      writeFileSync(ballast, Buffer.alloc(48 * 2 ** 20))
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' })
    }
    await says(engine, /cannot write a record: .*holdfast\.sqlite: .*full/)
    rmSync(ballast)
    await becomesReady(engine)
  })

  test('once its disk is read-only: it exits and names the file', async () => {
    disk?.fail()
    // The readiness check asks the key store's disk for an fsync. A disk that has refused one is not written again.
    await eventually(async () => {
      await whyNotReady(engine)
      return engine.exitCode === 3 || undefined
    }, 'it has ended')
    expect(readFileSync(log, 'utf8')).toMatch(/(holdfast|keys)\.sqlite: the disk failed to store writes: (EROFS|EIO)/)
  })
})

describe.skipIf(missingServers())('a service on Redis is not ready', () => {
  test('while Redis is out of memory, with the message of Redis', async () => {
    const redis = await startRedis()
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-redis-full-'))
    const intake = await startIntake(folder, {
      HOLDFAST_KAFKA_BROKERS: process.env.HOLDFAST_TEST_KAFKA ?? '',
      HOLDFAST_NAMESPACE: testNamespace(),
      HOLDFAST_REDIS_URL: redis.url,
    })
    await becomesReady(intake)
    await redis.limitMemory(1)
    await says(intake, /cannot write a record: Redis at .*OOM/)
    await redis.limitMemory(0)
    await becomesReady(intake)
    await intake.kill('SIGTERM')
    await redis.stop()
    rmSync(folder, { recursive: true })
  })
})

describe.skipIf(missingServers())('a service on three brokers', () => {
  test('is ready without one of them, and not without two, because a write needs two replicas', async () => {
    const kafka = await startKafkaCluster(3)
    const [, second, third] = kafka.nodes
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-brokers-gone-'))
    const intake = await startIntake(folder, {
      HOLDFAST_KAFKA_BROKERS: kafka.brokers,
      HOLDFAST_KAFKA_REPLICATION: '3',
      HOLDFAST_REDIS_URL: process.env.HOLDFAST_TEST_REDIS ?? '',
      HOLDFAST_NAMESPACE: testNamespace(),
    })
    await becomesReady(intake)
    await third?.kill('SIGKILL')
    await becomesReady(intake)
    await second?.kill('SIGKILL')
    await says(intake, /the readiness probe/)
    await third?.restart()
    await becomesReady(intake)
    await intake.kill('SIGTERM')
    await kafka.stop()
    rmSync(folder, { recursive: true })
  }, 180_000)
})
