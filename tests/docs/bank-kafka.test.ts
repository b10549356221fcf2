import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Order } from '@holdfast/payment-stop/language'
import { topics } from '@holdfast/schemas'
import { makeKey } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventsIn, eventually, reaches } from '../src/engine.ts'
import { keySetOf, register } from '../src/registry.ts'
import { type Reader, startReader } from './src/engine-reader.ts'
import { openPage } from './src/open-page.ts'

const page = openPage('bank/kafka.md')
let reader: Reader
beforeAll(async () => {
  reader = await startReader()
})
afterAll(() => reader?.stop())

// Stands for the program: keeps its arguments and the record, which the test publishes.
const kcat = `kcat() { printf '%s\\n' "$@" > kcat.arguments; cat > kcat.record; }\n`

test('the engine accepts the signed record of the page as an answer', async () => {
  const { engine, folder } = reader
  const key = makeKey('kamanasa-1')
  writeFileSync(join(folder, 'kamanasa-1.private.jwk'), JSON.stringify(key.privateKey), { mode: 0o600 })
  register(engine, 'TL', { institutions: [{ name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: keySetOf(key), signs: true }] })
  const submitted = await reader.run('npx holdfast submit examples/request.json --member SG')
  const { requestId } = JSON.parse(submitted.stdout)
  const order = await eventually(
    async () => (await eventsIn<Order>(engine.streams, { name: 'freeze.orders.tl' }).catch(() => []))[0],
    'the order',
  )
  const sample = JSON.parse(page.take('json').text)
  writeFileSync(
    join(folder, 'answer.json'),
    JSON.stringify({ ...sample, data: { ...sample.data, requestId, orderId: order.data.orderId } }),
  )
  expect(await reader.run(kcat + page.take('sh', 'kcat').text, { BROKERS: 'broker:9092' })).toEqual({ code: 0, stdout: '', stderr: '' })

  const words = readFileSync(join(folder, 'kcat.arguments'), 'utf8').trim().split('\n')
  const of = (option: string) => words.flatMap((word, i) => (words[i - 1] === option ? [word] : []))
  expect([of('-t'), of('-k')]).toEqual([[topics.answers.name], [requestId]])
  const headers = Object.fromEntries(of('-H').map(header => [header.slice(0, header.indexOf('=')), header.slice(header.indexOf('=') + 1)]))
  const value = readFileSync(join(folder, 'kcat.record'), 'utf8').trim()
  await engine.streams.publish(topics.answers.name, [{ key: requestId, value, headers }])
  const { history } = await reaches(engine, requestId, 'frozen.coverage.full')
  expect(history.at(-1)).toMatchObject({ actor: 'TL/institution/payments', data: { signed: { id: 'hold-1', source: '/banks/kamanasa' } } })
  page.expectEachTaken()
})
