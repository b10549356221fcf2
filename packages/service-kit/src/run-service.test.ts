import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topics } from '@holdfast/schemas'
import { developmentToken } from '@holdfast/trust'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { configSchemaWithPort } from './config.ts'
import { createDrivers } from './drivers.ts'
import { silentLogger } from './log.ts'
import { type ServiceDefinition, startService } from './run-service.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-service-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const config = (port = 0) => configSchemaWithPort(port).parse({ HOLDFAST_DATA: folder })
const options = { log: silentLogger }

/** A service that says who is calling, and tells what happened to it. */
function createProbe(start: () => void = () => undefined) {
  const events: string[] = []
  const probe: ServiceDefinition = {
    name: 'probe',
    defaultPort: 0,
    async start({ http, verify, streams }) {
      start()
      await streams.ensureTopics([topics.deadLetters])
      http.get('/whoami', async request => verify(request.headers.authorization))
      events.push('started')
      return { stop: async () => void events.push('stopped') }
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
  expect(await response.json()).toEqual({ ok: true, value: { country: 'SG', role: 'officer', person: 'watch' } })
  await service.stop()
  expect(events).toEqual(['started', 'stopped'])
  await expect(fetch(`${service.url}/health/live`)).rejects.toThrow()
})

test('what was opened is closed again, so that the same folder can be used at once', async () => {
  for (let i = 0; i < 3; i++) await (await startService(createProbe().probe, config(), options)).stop()
})

test('a service that can not start lets go of everything and says why', async () => {
  const failing = createProbe(() => {
    throw new Error('the profiles can not be read')
  })
  await expect(startService(failing.probe, config(), options)).rejects.toThrow('the profiles can not be read')
  await (await startService(createProbe().probe, config(), options)).stop()
})

test('a service whose port is taken is stopped again', async () => {
  const first = await startService(createProbe().probe, config(), options)
  const drivers = createDrivers({ ...config(), HOLDFAST_DATA: join(folder, 'other') }, 'probe', systemClock, silentLogger)
  const second = createProbe()
  const taken = configSchemaWithPort(Number(new URL(first.url).port)).parse({ HOLDFAST_DATA: folder })
  await expect(startService(second.probe, taken, { ...options, drivers })).rejects.toThrow(/EADDRINUSE/)
  expect(second.events).toEqual(['started', 'stopped'])
  await drivers.close()
  await first.stop()
})

test('backends that somebody else opened are left open', async () => {
  const drivers = createDrivers(config(), 'probe', systemClock, silentLogger)
  const service = await startService(createProbe().probe, config(), { ...options, drivers })
  await service.stop()
  await drivers.ping()
  await drivers.streams.publish(topics.deadLetters.name, [{ key: 'k', value: 'v' }])
  await drivers.close()
  await expect(drivers.ping()).rejects.toThrow()
})
