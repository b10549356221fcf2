import assert from 'node:assert'
import type { Workflow } from '@holdfast/core'
import type { PersonalDataCipher } from '@holdfast/encryption'
import { decryptStreams } from '@holdfast/encryption/wrappers'
import { guardStreams, meterStages, type PartitionWatch } from '@holdfast/runtime'
import type { Streams } from '@holdfast/streams'
import type { ServiceContext } from './service-context.ts'

// All layers on the streams of a process, from the driver outwards: guard, meter, decryption.

/** The guard is next to the driver, because it stops every stage while partitions are not as recorded. The meter counts what the guard lets through. */
export const layerStreams = (driver: Streams, partitions: PartitionWatch) => meterStages(guardStreams(driver, partitions))

/** The context of a service that reads personal data of a workflow: its `streams` encrypt commands and decrypt facts. */
export function withPersonalData(
  context: ServiceContext,
  workflow: Pick<Workflow, 'personalData' | 'topics'>,
): ServiceContext & { readonly cipher: PersonalDataCipher } {
  const { cipherOf, streams } = context
  assert(cipherOf, 'the service reads personal data and was given no keys')
  const cipher = cipherOf(workflow)
  return { ...context, cipher, streams: decryptStreams(streams, cipher, workflow.topics) }
}
