import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { directoryPathOf, isDevelopmentDirectory, type WatchedDirectory, watchDirectory } from '@holdfast/access'
import { serviceNameOf, type Workflow } from '@holdfast/core'
import {
  createWebhookSecrets,
  type Directory,
  type DirectoryChecks,
  ncbOf,
  type OrderFormat,
  readDirectory,
  recipientOf,
  type WebhookSecrets,
} from '@holdfast/directory'
import { type Running, type ServiceConfig, startTogether } from '@holdfast/runtime'
import type { CircuitState, DispatchedOrder } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { Institutions } from '../institutions.ts'
import { createAttempt } from './attempt-delivery.ts'
import { circuitStatesOf } from './circuit-states.ts'
import { createCourier } from './courier.ts'
import { type DeliveryDependencies, deliverPartition } from './deliver-partition.ts'
import { createFileDrop } from './drop-file.ts'
import { createEscalation } from './escalate.ts'
import { createDeliveryPlan, type PlanDelivery } from './plan-deliveries.ts'
import { createWebhookPoster, type WebhookPosterOptions } from './post-webhook.ts'
import { systemTimers } from './timers.ts'
import { watchSecrets } from './watch-secrets.ts'

export interface Deliveries extends Running {
  /** Returns the delivery plan of an order, if its recipient does not read the topic. */
  readonly plan: PlanDelivery
  /** The current directory; empty if there is none. */
  readonly directory: () => Directory
  /** State of each recipient with waiting orders or without a readable secret; open circuits first. */
  readonly circuits: () => readonly CircuitState[]
}

type Context = Pick<ServiceContext, 'streams' | 'snapshots' | 'clock' | 'logTime' | 'log' | 'config'>

/** Replacements for tests. */
export interface DeliveryOptions extends Partial<Pick<DeliveryDependencies, 'escalate' | 'timers' | 'random'>> {
  readonly webhooks?: Pick<WebhookPosterOptions, 'connectMs' | 'totalMs' | 'ca' | 'resolve'>
}

/** For a workflow or an engine that has no recipients. */
export const noDeliveries: Deliveries = {
  plan: () => undefined,
  directory: () => new Map(),
  circuits: () => [],
  stop: async () => undefined,
}

/**
 * Starts the delivery of orders to the recipients in the directory. Without a directory there are none. Throws every
 * problem of the first directory.
 */
export async function startDeliveries(
  context: Context,
  workflow: Pick<Workflow, 'topicPrefix' | 'topics'>,
  { formatOrder }: Pick<Institutions, 'formatOrder'>,
  options: DeliveryOptions = {},
): Promise<Deliveries> {
  const { streams, clock, logTime, log, config } = context
  const path = directoryPathOf(config)
  if (path === undefined) return noDeliveries
  return startTogether(log, async stack => {
    const secrets = secretsOf(config)
    const directory = openDirectory(path, config, log)
    stack.defer(directory.stop)
    const { timers = systemTimers, random = Math.random, escalate = createEscalation({ ...context, workflow }) } = options
    const poster = createWebhookPoster({ reach: mayReachAnywhere(config) ? 'anywhere' : 'public', ...options.webhooks })
    stack.defer(() => poster.close())
    const format = (order: DispatchedOrder, as: OrderFormat) =>
      formatOrder(order, as, ncbOf(directory.current(), order.data.country)?.name ?? `The authority of ${order.data.country}`)
    const nowMs = clock.steadyMs ?? (() => clock.now().getTime())
    const courier = createCourier({
      recipientOf: (country, bic, vasp) => recipientOf(directory.current(), country, bic, vasp),
      attempt: createAttempt({ poster, dropFile: createFileDrop(), secrets, format, clock }),
      attemptsMax: config.HOLDFAST_DELIVERY_ATTEMPTS,
      nowMs,
      timers,
      random,
      log,
    })
    const secretWatch = watchSecrets({
      directory: directory.current,
      secrets,
      nowMs: () => clock.now().getTime(),
      log,
      onRepaired: urls => courier.refresh(urls),
    })
    stack.defer(() => secretWatch.stop())
    const ignore = directory.onChange(() => {
      courier.refresh()
      secretWatch.checkAll()
    })
    stack.defer(ignore)
    const { HOLDFAST_DELIVERY_WITHIN_MS: withinMs } = config
    const deps = {
      workflow,
      streams,
      store: context.snapshots(serviceNameOf(workflow, 'deliveries')),
      courier,
      escalate,
      withinMs,
      clock,
      logTime,
      timers,
      random,
      log,
    }
    const stage = await streams.stage({
      group: serviceNameOf(workflow, 'dispatch-deliveries'),
      topics: [workflow.topics.deliveries.name],
      open: assignment => deliverPartition(deps, assignment),
      onFault: (error, at) => log.warn({ err: error, ...at }, 'Deliveries of a partition failed; retrying'),
    })
    stack.defer(() => stage.stop())
    return {
      plan: createDeliveryPlan(directory.current, clock),
      directory: directory.current,
      circuits() {
        const endpoints = [...courier.endpoints()]
        const unusable = new Map(secretWatch.unusable())
        for (const { key } of endpoints) unusable.delete(key)
        return [...unusable.values(), ...circuitStatesOf(endpoints, nowMs(), clock.now())]
      },
    }
  })
}

/** Users who can write to the folder of a development engine already have the keys of every country. */
const mayReachAnywhere = (config: ServiceConfig): boolean => isDevelopmentDirectory(config) || config.HOLDFAST_WEBHOOKS_PRIVATE === 'allow'

/** Checks the directory before anything starts. Throws every problem in it. */
export function checkDirectory(config: ServiceConfig): void {
  const path = directoryPathOf(config)
  if (path !== undefined && (!isDevelopmentDirectory(config) || existsSync(path))) readDirectory(path, checksOf(config))
}

const secretsOf = (config: ServiceConfig): WebhookSecrets =>
  createWebhookSecrets(config.HOLDFAST_WEBHOOK_SECRETS ?? join(config.HOLDFAST_DATA, 'webhook-secrets'))

const checksOf = (config: ServiceConfig): DirectoryChecks => ({ plainHttp: mayReachAnywhere(config) })

function openDirectory(path: string, config: ServiceConfig, log: ServiceContext['log']): WatchedDirectory {
  const directory = watchDirectory({
    path,
    optional: isDevelopmentDirectory(config),
    ...checksOf(config),
    onChanged: ({ size }) => log.info({ directory: path, countries: size }, 'Directory changed; the new one is in use'),
    onRefused: problems =>
      log.error({ directory: path, problems }, 'New directory rejected; the previous one stays in use. Correct the problems'),
  })
  log.info({ directory: path, countries: directory.current().size }, 'Directory loaded')
  return directory
}
