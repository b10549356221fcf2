import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import { configSchemaWithPort, createDrivers, silentLogger, systemClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { developmentToken } from '@holdfast/trust'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ServiceDefinition } from './service-context.ts'
import { type StartOptions, startService } from './start-service.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-service-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const config = (port = 0) => configSchemaWithPort(port).parse({ HOLDFAST_DATA: folder })
const options = { log: silentLogger }

/** A service that returns its caller, and records what happened to it. */
function createProbe(start: () => void = () => undefined) {
  const events: string[] = []
  const probe: ServiceDefinition = {
    name: 'probe',
    defaultPort: 0,
    workflows: [paymentStop],
    async start({ http, verify, streams }, stack) {
      start()
      await streams.ensureTopics([topics.deadLetters])
      http.get('/whoami', async request => verify(request.headers.authorization))
      events.push('started')
      stack.defer(() => void events.push('stopped'))
    },
  }
  return { probe, events }
}

test('a service listens once it has started, knows its members, and is stopped before its backends close', async () => {
  const { probe, events } = createProbe()
  const service = await startService(probe, config(), options)
  expect(service.description).toBe(`embedded, ${join(folder, 'holdfast.sqlite')}`)
  expect((await fetch(`${service.url}/health/ready`)).status).toBe(200)
  const token = await developmentToken(folder, { country: 'SG', role: 'officer', person: 'watch' })
  const response = await fetch(`${service.url}/whoami`, { headers: { authorization: `Bearer ${token}` } })
  expect(await response.json()).toMatchObject({ ok: true, value: { country: 'SG', role: 'officer', person: 'watch' } })
  await service.stop()
  expect(events).toEqual(['started', 'stopped'])
  await expect(fetch(`${service.url}/health/live`)).rejects.toThrow()
})

test('a stop closes everything, so that the same folder can be used at once', async () => {
  for (let i = 0; i < 3; i++) await (await startService(createProbe().probe, config(), options)).stop()
})

test('a service that cannot start closes everything and reports why', async () => {
  const failing = createProbe(() => {
    throw new Error('the profiles cannot be read')
  })
  await expect(startService(failing.probe, config(), options)).rejects.toThrow('the profiles cannot be read')
  await (await startService(createProbe().probe, config(), options)).stop()
})

describe('a service that cannot be stopped', () => {
  const stuck = (): ServiceDefinition => ({
    ...createProbe().probe,
    async start({ streams }, stack) {
      await streams.ensureTopics([topics.deadLetters])
      stack.defer(() => {
        throw new Error('the stage does not stop')
      })
    },
  })

  test('reports why, and closes everything else', async () => {
    const service = await startService(stuck(), config(), options)
    await expect(service.stop()).rejects.toThrow('the stage does not stop')
    await (await startService(createProbe().probe, config(), options)).stop()
  })

  test('and did not start either reports why it did not start', async () => {
    const first = await startService(createProbe().probe, config(), options)
    const other = { ...config(), HOLDFAST_DATA: join(folder, 'other') }
    const taken = { ...other, HOLDFAST_PORT: Number(new URL(first.url).port) }
    await expect(startService(stuck(), taken, options)).rejects.toThrow(/EADDRINUSE/)
    await (await startService(createProbe().probe, other, options)).stop()
    await first.stop()
  })
})

test('a service that did not start watches no file', async () => {
  const members = join(folder, 'members.json')
  const lines: string[] = []
  const logTo = (name: string) =>
    pino({ level: 'warn' }, { write: line => void (line.includes('New registry of members in force') && lines.push(name)) })
  await (await startService(createProbe().probe, config(), options)).stop()
  const registry = readFileSync(members)
  const profiles = join(folder, 'profiles.json')
  writeFileSync(profiles, '{"hopsMax": 0}')
  await expect(startService(createProbe().probe, { ...config(), HOLDFAST_PROFILES: profiles }, { log: logTo('failed') })).rejects.toThrow()
  const service = await startService(createProbe().probe, config(), { log: logTo('running') })
  for (const looks of [1, 2]) {
    writeFileSync(members, `${registry}${' '.repeat(looks)}`)
    await expect.poll(() => lines.filter(line => line === 'running').length, { timeout: 20_000 }).toBe(looks)
  }
  expect(lines).not.toContain('failed')
  await service.stop()
})

test('a service whose port is in use is stopped again', async () => {
  const first = await startService(createProbe().probe, config(), options)
  const drivers = await createDrivers({ ...config(), HOLDFAST_DATA: join(folder, 'other') }, 'probe', systemClock, silentLogger)
  const second = createProbe()
  const taken = configSchemaWithPort(Number(new URL(first.url).port)).parse({ HOLDFAST_DATA: folder })
  await expect(startService(second.probe, taken, { ...options, drivers })).rejects.toThrow(/EADDRINUSE/)
  expect(second.events).toEqual(['started', 'stopped'])
  await drivers.close()
  await first.stop()
})

test('backends of the caller stay open', async () => {
  const drivers = await createDrivers(config(), 'probe', systemClock, silentLogger)
  const service = await startService(createProbe().probe, config(), { ...options, drivers })
  await service.stop()
  await drivers.ping()
  await drivers.streams.publish(topics.deadLetters.name, [{ key: 'k', value: 'v' }])
  await drivers.close()
  await expect(drivers.ping()).rejects.toThrow()
})

describe('the profiles of the countries', () => {
  const fourEyes = { countries: { TL: { verification: 'fourEyes' } } }
  const writeFile = (text: string) => {
    const path = join(folder, 'profiles.json')
    writeFileSync(path, text)
    return path
  }
  const verificationsBy = async (configured: Record<string, string>, given: Partial<StartOptions> = {}) => {
    const found: string[] = []
    const curious: ServiceDefinition = {
      name: 'curious',
      defaultPort: 0,
      workflows: [paymentStop],
      async start({ profilesOf }) {
        const profiles = profilesOf(paymentStop)
        for (const country of ['TL', 'SG']) found.push(profiles.of(country).verification)
      },
    }
    const service = await startService(curious, { ...config(), ...configured }, { ...options, ...given })
    await service.stop()
    return found
  }

  test('are the defaults without a file', async () => {
    expect(await verificationsBy({})).toEqual(['automatic', 'automatic'])
  })

  test('are those of the configured file', async () => {
    expect(await verificationsBy({ HOLDFAST_PROFILES: writeFile(JSON.stringify(fourEyes)) })).toEqual(['fourEyes', 'automatic'])
  })

  test('are those that a test passes, whatever file is configured', async () => {
    const profileFile = { countries: { SG: { verification: 'oneOfficer' } } }
    expect(await verificationsBy({ HOLDFAST_PROFILES: join(folder, 'none.json') }, { profileFile })).toEqual(['automatic', 'oneOfficer'])
  })

  test('are logged with the name of their file', async () => {
    const path = writeFile(JSON.stringify(fourEyes))
    const lines: string[] = []
    const log = pino({ level: 'info' }, { write: line => void lines.push(line) })
    await verificationsBy({ HOLDFAST_PROFILES: path }, { log })
    await verificationsBy({}, { log })
    const logged = lines.map(line => JSON.parse(line)).filter(({ profiles }) => profiles !== undefined)
    expect(logged.map(({ profiles }) => profiles)).toEqual([path, 'the defaults'])
  })

  test('prevent a start if they are invalid, and nothing stays open', async () => {
    const started = verificationsBy({ HOLDFAST_PROFILES: writeFile('{"hopsMax": 0}') })
    await expect(started).rejects.toThrow(/profiles\.json can not be used:\n {2}\/hopsMax: /)
    await (await startService(createProbe().probe, config(), options)).stop()
  })

  test('cause exit code 2 if they are invalid, with every problem', () => {
    const path = writeFile('{"countries": {"UK": {}, "TL": {"verification": "always"}}, "hopsMax": 0}')
    const script = `
      import { paymentStop } from '@holdfast/payment-stop'
      import { runService } from './index.ts'
      await runService({ name: 'probe', defaultPort: 0, workflows: [paymentStop], start: async () => undefined }, process.env)`
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      env: { PATH: process.env.PATH, HOLDFAST_DATA: folder, HOLDFAST_PORT: '0', HOLDFAST_LOG_LEVEL: 'silent', HOLDFAST_PROFILES: path },
      encoding: 'utf8',
      timeout: 10_000,
    })
    const [first, ...problems] = stderr.trim().split('\n')
    expect(first).toBe(`the profile file ${path} can not be used:`)
    expect(problems.map(line => line.trim().split(':')[0])).toEqual(['/countries/UK', '/countries/TL/verification', '/hopsMax'])
    expect(status).toBe(2)
  })
})
