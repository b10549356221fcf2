import { topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk } from '../../test/desks.ts'
import { createHistory } from '../../test/histories.ts'

let desks: Desks
let desk: StartedDesk
beforeAll(async () => {
  desks = await openDesks(1)
  desk = await desks.start('behind')
})
afterAll(() => desks.close())

async function read(path: string) {
  const response = await fetch(`${desk.url}/v1/requests/${path}`, { headers: { authorization: `Bearer ${await desk.token('SG')}` } })
  const { code } = (await response.json()) as { code?: string }
  return { status: response.status, code, retryAfter: response.headers.get('retry-after') }
}

test('while the ledger or the desk is behind, the desk says so instead of answering that an accepted request is unknown', async () => {
  const history = createHistory(buildRequestNumber(1))
  const { requestId } = history
  await desks.streams.publish(topics.commands.name, [{ key: requestId, value: '{}' }])
  const answers = await Promise.all(['', '/history', '/actions'].map(under => read(`${requestId}${under}`)))
  for (const answer of answers) expect(answer).toEqual({ status: 503, code: 'UNAVAILABLE', retryAfter: '1' })
  await desks.write(...history.facts)
  await desks.sees(desk, history)
  await desks.streams.setPositions('ledger', topics.commands.name, new Map([[0, 1]]))
  expect(await read(requestId)).toMatchObject({ status: 200 })
  expect(await read('00000000-0000-5000-8000-000000000000')).toMatchObject({ status: 404, code: 'REQUEST_UNKNOWN' })
})
