import { type FeatureLevelRaised, featureLevelKey, featureLevelRaisedType, topics } from '@holdfast/schemas'
import { openDrivers } from '@holdfast/test-kit/open-drivers'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { ensureEngineSecret } from '@holdfast/trust'
import { afterEach, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventsIn, eventually, everythingIn, submit } from '../src/engine.ts'

const beyond: FeatureLevelRaised = {
  specversion: '1.0',
  id: 'level-1000',
  source: '/holdfast/ledger',
  type: featureLevelRaisedType,
  time: '2024-07-23T02:25:00.000Z',
  datacontenttype: 'application/json',
  data: { level: 1000 },
}

/** Leaves the folder of an engine that was downgraded from a newer version. */
async function raise(dataDir: string): Promise<void> {
  ensureEngineSecret(dataDir)
  const { drivers, close } = await openDrivers('standalone', { folder: dataDir })
  await drivers.streams.ensureTopics([topics.ledger])
  await drivers.streams.append(topics.ledger.name, 0, [{ key: featureLevelKey, value: JSON.stringify(beyond) }])
  await close()
}

let engine: EmbeddedEngine | undefined
afterEach(() => engine?.stop())

test('an engine with a ledger of a newer version is not ready, names the version to run, and decides nothing', async () => {
  engine = await startEmbeddedEngine({ prepare: raise })
  const { intakeUrl, streams } = engine
  const why = 'partition 0 of freeze.ledger is at level 1000, but this version supports levels up to 2. Run a newer version'
  await eventually(async () => {
    const answer = await fetch(`${intakeUrl}/health/ready`)
    return (answer.status === 503 && (await answer.text()).includes(why)) || undefined
  }, `it is not ready: ${why}`)

  await submit(engine, ['SG', 'system'], buildRequestNumber(1), 'key-1')
  await eventually(async () => (await eventsIn(streams, topics.commands))[0], 'the request waits to be opened')
  const { ok } = await clientsOf(engine, ['SG', 'officer']).desk.list()
  expect(ok).toBe(true)
  expect(await everythingIn(streams, topics.ledger)).toHaveLength(1)
})
