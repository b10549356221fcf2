import { describe, expect, test } from 'vitest'
import { encodeBatch, type SentRecord } from '../../test/encode-batch.ts'
import type { StreamRecord } from '../port.ts'
import { ingressRecordsMax } from './open-fetched.ts'
import { batchesIn } from './record-batch.ts'
import { recordsOf } from './records.ts'

async function readAs(sent: SentRecord): Promise<StreamRecord> {
  const [batch] = [...batchesIn(encodeBatch({ firstOffset: 3, records: [sent] }))]
  const [record] = batch ? await recordsOf('freeze.requests', 1, batch, ingressRecordsMax) : []
  if (!record) throw new Error('there is no record')
  return record
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('a record of another client', () => {
  test('is read as it was sent', async () => {
    const headers = [['ce_id', 'é'] as const, ['empty', ''] as const]
    expect(await readAs({ key: 'TL', value: '{"name":"José Núñez"}', headers })).toEqual({
      topic: 'freeze.requests',
      partition: 1,
      offset: 3,
      key: 'TL',
      value: '{"name":"José Núñez"}',
      headers: { ce_id: 'é', empty: '' },
      timestampMs: 1_790_000_000_000,
    })
  })

  test('with invalid UTF-8 in its value says where, and is decoded as far as possible', async () => {
    const record = await readAs({ key: 'TL', value: latin1('{"name":"José Núñez"}') })
    expect(record.damage).toBe('the value is not UTF-8 near byte 14: send UTF-8, and no other encoding')
    expect(record.value).toBe('{"name":"Jos\ufffd N\ufffd\ufffdez"}')
  })

  test('with invalid UTF-8 in its key or header says so too', async () => {
    expect((await readAs({ key: latin1('é'), value: '{}' })).damage).toContain('the key is not UTF-8')
    expect((await readAs({ value: '{}', headers: [['ce_subject', latin1('é')]] })).damage).toContain('the header ce_subject is not UTF-8')
    expect((await readAs({ value: '{}', headers: [[latin1('é'), 'x']] })).damage).toContain('the name of a header is not UTF-8')
  })

  test('may contain the replacement character', async () => {
    expect(await readAs({ value: 'sent as \ufffd' })).not.toHaveProperty('damage')
  })

  test('that repeats an identifying header reports it, because readers could use different values', async () => {
    for (const name of ['ce_id', 'ce_source', 'content-type', 'authorization']) {
      expect(
        (
          await readAs({
            value: '{}',
            headers: [
              [name, 'one'],
              [name, 'two'],
            ],
          })
        ).damage,
      ).toBe(`the header ${name} appears twice. Send it once.`)
    }
  })

  test('may repeat any other header; the last one counts', async () => {
    const record = await readAs({
      value: '{}',
      headers: [
        ['hop', 'one'],
        ['hop', 'two'],
      ],
    })
    expect(record).not.toHaveProperty('damage')
    expect(record.headers).toEqual({ hop: 'two' })
  })

  test('without key and value reads as empty', async () => {
    expect(await readAs({})).toMatchObject({ key: '', value: '', headers: {} })
  })

  test('with our header among others, or with a similar prefix, is read as it was sent', async () => {
    const ours = ['content-type', 'application/cloudevents+json'] as const
    for (const headers of [[ours], [ours, ['a', 'b'] as const], [['content-type', 'application/cloudevents+jsox'] as const], []]) {
      expect((await readAs({ value: '{}', headers })).headers).toEqual(Object.fromEntries(headers))
    }
  })
})
