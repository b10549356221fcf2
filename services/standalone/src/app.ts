import { createDesk, type DeskOptions } from '@holdfast/desk'
import { paymentStopDesk } from '@holdfast/desk/payment-stops'
import { createDispatch } from '@holdfast/dispatch'
import { banks } from '@holdfast/dispatch/banks'
import { createIntake } from '@holdfast/intake'
import { createLedger, type LedgerOptions } from '@holdfast/ledger'
import { paymentStop } from '@holdfast/payment-stop'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { createValidation } from '@holdfast/validation'

export interface StandaloneOptions extends LedgerOptions {
  readonly desk?: DeskOptions
}

/**
 * Every service in one process and on one port. They share the backends and communicate over the same topics as
 * separate processes.
 */
export const createStandalone = ({ desk: deskOptions, ...options }: StandaloneOptions = {}): ServiceDefinition => {
  const desk = createDesk(paymentStopDesk, deskOptions)
  const dispatch = createDispatch(paymentStop, banks)
  const services = [createLedger(paymentStop, options), createValidation(paymentStop), dispatch, desk, createIntake(paymentStop)]
  return {
    name: 'standalone',
    defaultPort: 8080,
    parts: services.map(({ name }) => name),
    greeting: url => `The desk is at ${url}: open it in a browser. Ctrl+C ends the engine.`,
    checks: [dispatch, desk].flatMap(({ checks = [] }) => checks),
    workflows: [paymentStop],
    // They stop in reverse order: endpoints first, the writer of facts last.
    async start(context, stack) {
      for (const service of services) await service.start({ ...context, log: context.log.child({ part: service.name }) }, stack)
    },
  }
}

export const standalone = createStandalone()
