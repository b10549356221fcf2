import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { directoryPathOf, isDevelopmentDirectory, type WatchedDirectory, watchDirectory } from '@holdfast/access'
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
import { formatOrder } from '@holdfast/iso20022'
import { type Running, type ServiceConfig, startTogether } from '@holdfast/runtime'
import { type CircuitState, type Order, topics } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
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
  /** For who makes orders: how each is delivered, where somebody is to have it who reads no topic. */
  readonly plan: PlanDelivery
  /** The directory that is in force; an empty one where there is none. */
  readonly directory: () => Directory
  /** How each recipient stands for which orders wait or whose secret can't be read; those that are left alone first. */
  readonly circuits: () => readonly CircuitState[]
}

type Context = Pick<ServiceContext, 'streams' | 'snapshots' | 'clock' | 'logTime' | 'log' | 'config'>

/** What is otherwise in a test. */
export interface DeliveryOptions extends Partial<Pick<DeliveryDependencies, 'escalate' | 'timers' | 'random'>> {
  readonly webhooks?: Pick<WebhookPosterOptions, 'connectMs' | 'totalMs' | 'ca' | 'resolve'>
}

/** Delivers orders to those who do not read the topic, as the directory has it; without a directory there are none. Throws everything that is wrong with the first one. */
export async function startDeliveries(context: Context, options: DeliveryOptions = {}): Promise<Deliveries> {
  const { streams, clock, logTime, log, config } = context
  const path = directoryPathOf(config)
  if (path === undefined) return { plan: () => undefined, directory: () => new Map(), circuits: () => [], stop: async () => undefined }
  return startTogether(log, async stack => {
    const secrets = secretsOf(config)
    const directory = openDirectory(path, config, log)
    stack.defer(directory.stop)
    const { timers = systemTimers, random = Math.random, escalate = createEscalation(context) } = options
    const poster = createWebhookPoster({ reach: mayReachAnywhere(config) ? 'anywhere' : 'public', ...options.webhooks })
    stack.defer(() => poster.close())
    const format = (order: Order, as: OrderFormat) =>
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
      onMended: urls => courier.refresh(urls),
    })
    stack.defer(() => secretWatch.stop())
    const ignore = directory.onChange(() => {
      courier.refresh()
      secretWatch.look()
    })
    stack.defer(ignore)
    const { HOLDFAST_DELIVERY_WITHIN_MS: withinMs } = config
    const deps = { streams, store: context.snapshots('deliveries'), courier, escalate, withinMs, clock, logTime, timers, random, log }
    const stage = await streams.stage({
      group: 'dispatch-deliveries',
      topics: [topics.deliveries.name],
      open: assignment => deliverPartition(deps, assignment),
      onFault: (error, at) => log.warn({ err: error, ...at }, 'deliveries of a partition failed and are taken up again'),
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

/** Who can write into the folder of a development engine holds the keys of every country already. */
const mayReachAnywhere = (config: ServiceConfig): boolean => isDevelopmentDirectory(config) || config.HOLDFAST_WEBHOOKS_PRIVATE === 'allow'

/** What can be known of a directory before anything is started. Throws everything that is wrong with it. */
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
    onTaken: ({ size }) => log.info({ directory: path, countries: size }, 'another directory is in force'),
    onRefused: problems => log.error({ directory: path, problems }, 'the new directory is refused; the former stays in force'),
  })
  log.info({ directory: path, countries: directory.current().size }, 'the directory is read')
  return directory
}
