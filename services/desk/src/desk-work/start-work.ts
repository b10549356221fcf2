import type { Running } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { DeskContext, DeskWorld } from '../desk-world.ts'
import { createLiveWork, type LiveWork } from '../stream/live-work.ts'
import type { FieldDecrypter } from './field-decrypter.ts'
import { followWork } from './follow-work.ts'
import { getInbox } from './get-inbox.ts'
import { getOpenAlerts } from './get-open-alerts.ts'
import { getPersons } from './get-persons.ts'
import { getWork } from './get-work.ts'
import { getWorkLog } from './get-work-log.ts'
import { postReveal } from './post-reveal.ts'
import { postWork } from './post-work.ts'
import { createDesksWork, type DesksWork } from './work-caller.ts'
import type { WorkProjection } from './work-projection.ts'
import { createWorkTopics } from './work-topics.ts'
import { createWorkWriter } from './write-work.ts'

export interface WorkDependencies {
  /** The file of the request projection, because lists join both. */
  readonly file: SqliteFile
  readonly work: WorkProjection
  readonly fieldDecrypter: FieldDecrypter
}

export interface Work extends Running, Pick<DesksWork, 'meet'> {
  readonly live: LiveWork
}

/**
 * The work of national desks: assignment, notes, acknowledgements, snoozes, handovers and reveals (ADR 38). Registers
 * its endpoints.
 */
export async function startWork(context: DeskContext, desk: DeskWorld, { file, work, fieldDecrypter }: WorkDependencies): Promise<Work> {
  const { streams, clock, log, cipher: workCipher } = context
  await streams.ensureTopics([topics.work])
  const live = createLiveWork()
  const workTopics = createWorkTopics(streams, clock)
  const followed = followWork({ streams, log, cipher: workCipher }, workTopics, work, live)
  const writer = createWorkWriter({ streams, cipher: workCipher }, work, followed)
  const desks = createDesksWork({ followed, work, clock, log })
  file.onContentReplaced(() => {
    desks.beginAgain()
    followed
      .beginAgain()
      .catch(error => log.warn({ err: error }, 'Reading the work of desks failed. It is read again when an officer uses this desk'))
  })
  const world = { ...desk, work, writer, desks, fieldDecrypter, workCipher }
  postWork(context, world)
  getWork(context, world)
  getInbox(context, world)
  getOpenAlerts(context, world)
  getWorkLog(context, world)
  getPersons(context, world)
  postReveal(context, world)
  for (const country of new Set([...(await workTopics.countries()), ...work.countries()])) desks.follow(country)
  return { live, meet: desks.meet, stop: () => followed.stop() }
}
