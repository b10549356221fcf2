import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { kafkaJars } from './kafka-jars.ts'
import { type KafkaServer, startKafka } from './kafka-server.ts'
import { answersAsKafka, freePort, redisVersionAt } from './ports.ts'

const available = await kafkaJars().then(
  () => true,
  () => process.env.HOLDFAST_REQUIRE?.split(',').includes('kafka') === true,
)

describe.skipIf(!available)('a Kafka broker of the tests', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-kafka-test-'))
  let server: KafkaServer | undefined
  afterAll(async () => {
    await server?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('answers when it is started, is gone when it is killed, and comes back on the same port and data as another process', async () => {
    server = await startKafka({ dataDir })
    expect(await answersAsKafka(server.port)).toBe(true)
    expect(server.brokers).toBe(`127.0.0.1:${server.port}`)
    const first = server.pid
    await server.kill('SIGKILL')
    expect(await answersAsKafka(server.port)).toBe(false)
    await server.restart()
    expect(await answersAsKafka(server.port)).toBe(true)
    expect(server.pid).not.toBe(first)
    expect(existsSync(join(dataDir, 'log/meta.properties'))).toBe(true)
  })

  it('refuses a port that is taken, and says so', async () => {
    await expect(startKafka({ port: server?.port ?? 0 })).rejects.toThrow(/is taken/)
  })

  it('is distinguished from another server', async () => {
    expect(await redisVersionAt(server?.port ?? 0)).toBeUndefined()
    expect(await answersAsKafka(await freePort())).toBe(false)
  })
})
