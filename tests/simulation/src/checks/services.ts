import { createDesk } from '@holdfast/desk'
import { paymentStopDesk } from '@holdfast/desk/payment-stops'
import { createDispatch } from '@holdfast/dispatch'
import { createIntake } from '@holdfast/intake'
import { createLedger } from '@holdfast/ledger'
import { notificationsTopic, ordersTopic, type TopicSpec } from '@holdfast/schemas'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { documentCheck } from '@holdfast/test-kit/document-check'
import { createValidation } from '@holdfast/validation'
import type { Version } from '../engine/version.ts'

// The second workflow of a run: checks of documents, by the services of payment stops.

export const countries = { asking: 'SG', issuing: 'TL', transit: 'AU' } as const

/** The topics that others read. */
export const checkTopics: readonly TopicSpec[] = [
  ...Object.values(documentCheck.topics),
  ordersTopic(countries.issuing, documentCheck.topicPrefix),
  ...Object.values(countries).map(country => notificationsTopic(country, documentCheck.topicPrefix)),
]

const ofChecks = {
  intake: createIntake(documentCheck),
  ledger: createLedger(documentCheck),
  validation: createValidation(documentCheck),
  dispatch: createDispatch(documentCheck),
}

/** A service that takes both workflows. */
const both = (stops: ServiceDefinition, checks: ServiceDefinition): ServiceDefinition => ({
  ...stops,
  async start(context, stack) {
    await stops.start(context, stack)
    await checks.start(context, stack)
  },
})

export const withChecks = (version: Version): Version => ({
  ...version,
  intake: both(version.intake, ofChecks.intake),
  ledger: both(version.ledger, ofChecks.ledger),
  validation: both(version.validation, ofChecks.validation),
  dispatch: both(version.dispatch, ofChecks.dispatch),
  // All work of a simulated run takes virtual time.
  desk: createDesk([paymentStopDesk, { workflow: documentCheck }], { viewThread: false }),
})
