import { createDesk, type DeskOptions } from '@holdfast/desk'
import { dispatch } from '@holdfast/dispatch'
import { intake } from '@holdfast/intake'
import { createLedger, type LedgerOptions } from '@holdfast/ledger'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { validation } from '@holdfast/validation'

export interface StandaloneOptions extends LedgerOptions {
  readonly desk?: DeskOptions
}

/** Every service in one process, on one port: they share the backends and talk over the same topics as they would apart. */
export const createStandalone = ({ desk: deskOptions, ...options }: StandaloneOptions = {}): ServiceDefinition => {
  const desk = createDesk(deskOptions)
  const services = [createLedger(options), validation, dispatch, desk, intake]
  return {
    name: 'standalone',
    defaultPort: 8080,
    parts: services.map(({ name }) => name),
    greeting: url => `The desk is at ${url}: open it in a browser. Ctrl+C ends the engine.`,
    checks: [dispatch, desk].flatMap(({ checks = [] }) => checks),
    // They stop in the opposite order: endpoints first, the writer last.
    async start(context, stack) {
      for (const service of services) await service.start({ ...context, log: context.log.child({ part: service.name }) }, stack)
    },
  }
}

export const standalone = createStandalone()
