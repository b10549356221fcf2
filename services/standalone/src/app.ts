import { createDesk, type DeskOptions, type DeskWorkflow } from '@holdfast/desk'
import { paymentStopDesk } from '@holdfast/desk/payment-stops'
import { createDispatch, type Institutions } from '@holdfast/dispatch'
import { banks } from '@holdfast/dispatch/banks'
import { createIntake } from '@holdfast/intake'
import { createLedger, type LedgerOptions } from '@holdfast/ledger'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { createValidation } from '@holdfast/validation'

/** A workflow of an engine. */
export interface InstalledWorkflow extends DeskWorkflow {
  /** Undefined if it sends no orders. */
  readonly institutions?: Institutions
}

export const paymentStops: InstalledWorkflow = { ...paymentStopDesk, institutions: banks }

export interface StandaloneOptions extends LedgerOptions {
  /** Payment stops by default. A workflow that is added comes last. */
  readonly installed?: readonly [InstalledWorkflow, ...InstalledWorkflow[]]
  readonly desk?: DeskOptions
}

/**
 * Every service in one process and on one port. They share the backends and communicate over the same topics as
 * separate processes.
 */
export const createStandalone = ({
  installed = [paymentStops],
  desk: deskOptions,
  ...options
}: StandaloneOptions = {}): ServiceDefinition => {
  const desk = createDesk(installed, deskOptions)
  const services = [
    ...installed.map(({ workflow }) => createLedger(workflow, options)),
    ...installed.map(({ workflow }) => createValidation(workflow)),
    ...installed.map(({ workflow, institutions }) => createDispatch(workflow, institutions)),
    desk,
    ...installed.map(({ workflow }) => createIntake(workflow)),
  ]
  return {
    name: 'standalone',
    defaultPort: 8080,
    parts: [...new Set(services.map(({ name }) => name))],
    greeting: url => `The desk is at ${url}: open it in a browser. Ctrl+C ends the engine.`,
    checks: [...new Set(services.flatMap(({ name, checks = [] }) => (name === 'dispatch' || name === 'desk' ? checks : [])))],
    workflows: installed.map(({ workflow }) => workflow),
    // They stop in reverse order: endpoints first, the writer of facts last.
    async start(context, stack) {
      for (const service of services) await service.start({ ...context, log: context.log.child({ part: service.name }) }, stack)
    },
  }
}

export const standalone = createStandalone()
