import assert from 'node:assert'
import { guardStreams, meterStages, type PartitionWatch } from '@holdfast/runtime'
import type { PersonalDataCipher } from '@holdfast/sealing'
import { decryptStreams } from '@holdfast/sealing/wrappers'
import type { Streams } from '@holdfast/streams'
import type { ServiceContext } from './service-context.ts'

// All layers on the streams of a process, from the driver outwards: guard, meter, decryption.

/** The guard is next to the driver, because it stops every stage while partitions are not as recorded. The meter counts what the guard lets through. */
export const layerStreams = (driver: Streams, partitions: PartitionWatch) => meterStages(guardStreams(driver, partitions))

/** The context of a service that reads personal data: its `streams` encrypt commands and decrypt facts. */
export function withPersonalData(context: ServiceContext): ServiceContext & { readonly words: PersonalDataCipher } {
  const { words, streams } = context
  assert(words, 'the service reads personal data and was given no keys')
  return { ...context, words, streams: decryptStreams(streams, words) }
}
