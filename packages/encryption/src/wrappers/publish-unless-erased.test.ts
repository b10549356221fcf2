import { StoreUnavailableError } from '@holdfast/stores'
import { expect, test } from 'vitest'
import { PersonalDataErasedError } from '../personal-data-cipher.ts'
import { publishUnlessErased } from './publish-unless-erased.ts'

const record = (key: string) => ({ key, value: key })
const erased = new PersonalDataErasedError('destroyed')

/** Refuses records with these keys, all or nothing, as encrypting streams do. */
function streamsWithout(gone: readonly string[], error: Error = erased) {
  const published: string[][] = []
  return {
    published,
    publish: async (_topic: string, records: readonly { readonly key: string }[]) => {
      if (records.some(({ key }) => gone.includes(key))) throw error
      published.push(records.map(({ key }) => key))
    },
  }
}

test('commands without erased data are published in one step', async () => {
  const streams = streamsWithout([])
  expect(await publishUnlessErased(streams, 'commands', [record('a'), record('b')])).toEqual([])
  expect(streams.published).toEqual([['a', 'b']])
  expect(await publishUnlessErased(streams, 'commands', [])).toEqual([])
  expect(streams.published).toHaveLength(1)
})

test('commands about erased data are returned and delay no others, which stay in order', async () => {
  const streams = streamsWithout(['b', 'd'])
  const records = ['a', 'b', 'c', 'd', 'e'].map(record)
  expect(await publishUnlessErased(streams, 'commands', records)).toEqual([records[1], records[3]])
  expect(streams.published).toEqual([['a'], ['c'], ['e']])
})

test('other errors are thrown', async () => {
  const away = new StoreUnavailableError('away')
  await expect(publishUnlessErased(streamsWithout(['a'], away), 'commands', [record('a')])).rejects.toThrow('away')
})
