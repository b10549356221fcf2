import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { checkRecipients, createServicePolicy, watchRecipients } from '@holdfast/access'
import type { PersonPolicy } from '@holdfast/core'
import { type Parking, type PartitionParking, startParking } from '@holdfast/request-state'
import { createDeadLetters } from '@holdfast/runtime'
import { engineTopics } from '@holdfast/schemas'
import { type ServiceContext, type ServiceDefinition, withPersonalData } from '@holdfast/service-kit'
import { getActions } from './commands/get-actions.ts'
import { getProposals } from './commands/get-proposals.ts'
import { postCommands } from './commands/post-commands.ts'
import { createCursorCodec } from './cursors/cursor-codec.ts'
import { getDeadLetters } from './dead-letters/get-dead-letters.ts'
import { postDeadLetterRedrive } from './dead-letters/post-redrive.ts'
import { createRedriveRecords } from './dead-letters/stored-dead-letters.ts'
import { createDeskPersons } from './desk-work/desk-persons.ts'
import { type FieldDecrypter, withoutKeys } from './desk-work/field-decrypter.ts'
import { startWork } from './desk-work/start-work.ts'
import { createWorkProjection } from './desk-work/work-projection.ts'
import type { DeskWorkflow } from './desk-workflow.ts'
import type { DeskContext, DeskWorld } from './desk-world.ts'
import { getAlerts } from './get-alerts.ts'
import { getCountries } from './get-countries.ts'
import { createDecidedCommands } from './ledger-consumer/decided-commands.ts'
import { createExpectedRequests } from './ledger-consumer/expected-requests.ts'
import { followLedger, forgetAnotherLedger } from './ledger-consumer/follow-ledger.ts'
import { joinLedgers } from './ledgers/joined-ledgers.ts'
import { getOperations } from './operations/get-operations.ts'
import { builtDocs, serveDocs } from './page/serve-docs.ts'
import { builtPage, servePage } from './page/serve-page.ts'
import { createPageQueue } from './page-queue.ts'
import { getParked } from './parked/get-parked.ts'
import { createKnownParked } from './parked/known-parked.ts'
import { postParkedRedrive } from './parked/post-redrive.ts'
import { createDataDecrypter } from './personal-data/data-decrypter.ts'
import { openProjectionFile } from './projection/open-projection-file.ts'
import { createRequestProjection } from './projection/request-projection.ts'
import { createRequestStates } from './projection/request-states.ts'
import { createCheckpointLog } from './proof/checkpoint-log.ts'
import { createExportProver } from './proof/export-proof.ts'
import { getCheckpoints } from './proof/get-checkpoints.ts'
import { getEngineKeys } from './proof/get-engine-keys.ts'
import { createSignedTrees, type SigningTimes } from './proof/sign-trees.ts'
import { createTreeSigner } from './proof/tree-signer.ts'
import { offerRebuilding } from './rebuilding/projection-endpoints.ts'
import { createProjectionRebuilder } from './rebuilding/rebuild-projection.ts'
import { getCases } from './requests/get-cases.ts'
import { getCounts } from './requests/get-counts.ts'
import { getHistory } from './requests/get-history.ts'
import { getRequest } from './requests/get-request.ts'
import { getRequests } from './requests/get-requests.ts'
import { getSchemas } from './schemas/get-schemas.ts'
import { offerSignIn } from './sign-in/offer-sign-in.ts'
import { readSignInSettings } from './sign-in/settings.ts'
import { getStream } from './stream/get-stream.ts'
import { createPositionReader } from './stream/known-position.ts'
import { createLiveFacts } from './stream/live-facts.ts'
import { createOpenStreams, type OpenStreamLimits, openStreamLimits } from './stream/open-streams.ts'
import { createStreamSlots } from './stream/stream-slots.ts'

export type { DeskWorkflow } from './desk-workflow.ts'

export interface DeskOptions {
  readonly limits?: OpenStreamLimits
  /** The folder of the built page. */
  readonly page?: string
  /** How long a development session lasts. A clock that jumps ends a normal shift too soon. Default: a shift. */
  readonly developmentSessionMsMax?: number | undefined
  /** Decrypts encrypted fields. */
  readonly fieldDecrypter?: FieldDecrypter
  /** Whether a worker thread writes the projection. Tests with a clock of their own turn it off. */
  readonly viewThread?: boolean
  /** How often checkpoints are signed. */
  readonly signing?: SigningTimes
}

/** The national desks: requests, histories, the live stream, commands and the page. */
export const createDesk = (
  desks: readonly [DeskWorkflow, ...DeskWorkflow[]],
  {
    limits = openStreamLimits,
    page = builtPage,
    developmentSessionMsMax,
    fieldDecrypter = withoutKeys,
    viewThread = true,
    signing,
  }: DeskOptions = {},
): ServiceDefinition => ({
  name: 'desk',
  defaultPort: 8081,
  workflows: desks.map(({ workflow }) => workflow),
  checks: [readSignInSettings, checkRecipients],
  async start(base, stack) {
    const context = contextOf(base, desks)
    const decrypter = createDataDecrypter(context.cipher)
    const { streams, config, log, secret, clock, members, readiness, status } = context
    offerSignIn(context, developmentSessionMsMax)
    servePage(context, page)
    serveDocs(context, builtDocs)
    getSchemas(context)
    await streams.ensureTopics([...desks.flatMap(({ workflow }) => Object.values(workflow.topics)), ...Object.values(engineTopics)])
    const ledgers = await joinLedgers(streams, desks)
    const { partitions } = ledgers
    const version = versionOf(desks)
    const { HOLDFAST_LEDGER_NUMBER: ledger } = config
    const file = openProjectionFile(join(config.HOLDFAST_DATA, ledger > 1 ? `desk.${ledger}.sqlite` : 'desk.sqlite'), log, secret, {
      version,
      usesWorker: viewThread,
    })
    stack.defer(() => file.close())
    const views = createRequestProjection(ledgers, file, secret, context.cipher, error =>
      log.warn({ err: error }, 'The write-ahead log of the projection cannot be emptied. Erased data stays in it. Retrying'),
    )
    const workViews = createWorkProjection(file, createDeskPersons(secret, context.cipher))
    const signer = await createTreeSigner(secret, config)
    const checkpoints = createCheckpointLog({ streams, file, log }, signer)
    await forgetAnotherLedger(ledgers, views, log)
    const cursors = createCursorCodec(secret)
    const turns = createPageQueue()
    const open = createOpenStreams(limits, clock.now)
    stack.defer(open.stop)
    members.onChange(open.check)
    const deadLetters = createDeadLetters(streams, 'desk', clock, log)
    const live = createLiveFacts(cursors, partitions, { arrival: views.lastArrival(), position: views.end() }, decrypter)
    const parkings = new Map<DeskWorkflow, Parking>()
    for (const desk of desks) {
      const parking = await startParking({ streams, clock, log }, desk.workflow, 'desk')
      stack.defer(() => parking.stop())
      parkings.set(desk, parking)
    }
    const openParking = (partition: number): Promise<PartitionParking> => {
      const place = ledgers.locate(partition)
      return (parkings.get(place.desk) as Parking).open(place.partition)
    }
    const followed = await followLedger({ ledgers, streams, views, live, open, deadLetters, openParking, clock, log })
    stack.defer(() => followed.stop())
    readiness.ask(followed.whyBehind)
    for (const desk of desks) status.reads('desk', desk.workflow.topics.ledger.name, () => ledgers.positionsOf(desk, views.positions()))
    file.onContentReplaced(() => {
      open.endAll('The projection was rebuilt. Reconnect.')
      followed.beginAgain()
    })
    const rebuilder = createProjectionRebuilder(context, { version, ledgers, file, views, followed })
    stack.defer(() => rebuilder.stop())
    offerRebuilding(context, rebuilder)
    const recipients = watchRecipients(context)
    stack.defer(() => recipients.stop())
    const trees = createSignedTrees({ ledgers, views, checkpoints, signer, clock, log }, signing)
    stack.defer(() => trees.stop())
    const deskOf = (requestId: string): DeskWorkflow => {
      const name = views.workflowOf(requestId)
      return desks.find(({ workflow }) => workflow.name === name) ?? desks[0]
    }
    const policies = new Map(desks.map(({ workflow }) => [workflow, createServicePolicy(workflow, context, recipients.directory)]))
    const world: DeskWorld = {
      workflows: desks,
      deskOf,
      views,
      requestStates: createRequestStates({ workflowOf: requestId => deskOf(requestId).workflow, views, turns }),
      followed,
      expected: createExpectedRequests({ views, arrivals: followed.arrivals, decided: createDecidedCommands(streams, ledgers, views) }),
      turns,
      cursors,
      readPosition: createPositionReader(ledgers, views, cursors),
      partitions,
      policyOf: workflow => policies.get(workflow) as PersonPolicy,
      hasHeldQuota: command => [...parkings.values()].every(parking => parking.hasHeldQuota(command)),
      decrypter,
    }
    const work = await startWork(context, world, { file, work: workViews, fieldDecrypter })
    stack.defer(() => work.stop())
    const slots = createStreamSlots({ perMember: config.HOLDFAST_STREAMS_PER_MEMBER, inAll: config.HOLDFAST_STREAMS_MAX })
    for (const desk of desks) {
      const own = desk.start?.(context, world, slots)
      if (own) stack.defer(() => own.stop())
    }
    getCounts(context, world)
    getRequests(context, world)
    getRequest(context, world)
    getHistory(context, world)
    getActions(context, world)
    getProposals(context, world)
    getCases(context, world)
    getAlerts(context, world)
    getCountries(context, world)
    const redrives = createRedriveRecords(streams)
    getDeadLetters(context, redrives)
    postDeadLetterRedrive(context, world, redrives)
    const parked = createKnownParked(streams)
    getParked(context, world, parked)
    postParkedRedrive(context, world, parked)
    getOperations(context)
    postCommands(context, world)
    getEngineKeys(context)
    getCheckpoints(context, world, trees)
    const prover = createExportProver({ views, trees, turns, clock, partitions })
    getStream(context, world, { live, prover, work, open, slots })
  },
})

/**
 * The desk stores facts encrypted, and decrypts them for each reader. Only its commands need the encrypting layer of their
 * workflow. Each cipher decrypts the facts of all workflows.
 */
function contextOf(base: ServiceContext, desks: readonly [DeskWorkflow, ...DeskWorkflow[]]): DeskContext {
  const [{ workflow }] = desks
  const { cipher } = withPersonalData(base, workflow)
  const { publish } = desks.reduce((streams, desk) => withPersonalData({ ...base, streams }, desk.workflow).streams, base.streams)
  return { ...base, cipher, cipherOf: of => withPersonalData(base, of).cipher, streams: { ...base.streams, publish } }
}

/** The version of the projection of these workflows. */
function versionOf([{ workflow }, ...others]: readonly [DeskWorkflow, ...DeskWorkflow[]]): number {
  const all = [workflow, ...others.map(each => each.workflow)]
  const names = all.map(({ name, stateVersions }) => `${name} ${stateVersions.desk}`).join()
  return others.length === 0 ? workflow.stateVersions.desk : crc32(names) >>> 1
}
