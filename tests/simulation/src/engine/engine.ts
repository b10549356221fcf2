import { createDesk } from '@holdfast/desk'
import { paymentStopDesk } from '@holdfast/desk/payment-stops'
import { createDispatch } from '@holdfast/dispatch'
import { banks } from '@holdfast/dispatch/banks'
import * as encryption from '@holdfast/encryption'
import { createIntake } from '@holdfast/intake'
import { createLedger } from '@holdfast/ledger'
import { paymentStop } from '@holdfast/payment-stop'
import { createValidation } from '@holdfast/validation'
import { withChecks } from '../checks/services.ts'
import type { SimulationPlan } from '../simulation-plan.ts'
import type { EmbeddedHost } from './embedded-host.ts'
import { createOneProcess } from './one-process.ts'
import { type Backends, createProcess, type SimulatedProcess } from './process.ts'
import type { ServiceName, Version } from './version.ts'

/** All work of a simulated run takes virtual time. */
export const withoutThread = { viewThread: false } as const

export const thisVersion: Version = {
  intake: createIntake(paymentStop),
  ledger: createLedger(paymentStop),
  validation: createValidation(paymentStop),
  dispatch: createDispatch(paymentStop, banks),
  desk: createDesk([paymentStopDesk], withoutThread),
  encryption,
}

/** All processes of an engine. */
export interface SimulatedEngine {
  readonly processes: readonly SimulatedProcess[]
  readonly of: Readonly<Record<ServiceName, readonly SimulatedProcess[]>>
}

/** Creates the processes without starting them. */
export function createEngine(
  backends: Backends,
  { workload, arePairs, isOneProcess, hasChecks, profiles: [first, other] }: SimulationPlan,
  host: EmbeddedHost | undefined,
): SimulatedEngine {
  const version = hasChecks ? withChecks(thisVersion) : thisVersion
  const several = (name: ServiceName, count: number) =>
    Array.from({ length: count }, () => createProcess({ definition: version[name], profiles: other, encryption }, backends))
  const of = {
    intake: several('intake', 1),
    ledger: [
      createProcess({ definition: version.ledger, profiles: first, encryption }, backends),
      ...several('ledger', isOneProcess ? 0 : 1),
    ],
    validation: several('validation', arePairs ? 2 : 1),
    dispatch: several('dispatch', arePairs ? 2 : 1),
    desk: several('desk', workload === 'requests' ? 0 : 1),
  }
  const { intake, ledger, validation, dispatch, desk } = of
  const processes = host ? [createOneProcess([ledger, validation, dispatch, desk, intake].flat(), host)] : Object.values(of).flat()
  return { processes, of }
}
