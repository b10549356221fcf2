import type { Workflow } from '@holdfast/core'
import { viewOfCountry } from '@holdfast/countries'
import { workflowTopics } from '@holdfast/schemas'
import { dispatching } from './dispatching/dispatching.ts'
import { ingress } from './ingress/ingress.ts'
import {
  type Command,
  documentOf,
  type FreezeRequest,
  isKnownFact,
  isKnownFactType,
  type Policy,
  parseStoredCommand,
  phases,
} from './language/index.ts'
import { createPolicy, loadProfiles, type Profiles } from './law/index.ts'
import { actions } from './lifecycle/action-views.ts'
import { decider } from './lifecycle/decide.ts'
import { deadlinesOf } from './lifecycle/resulting-state.ts'
import { finalPhases } from './lifecycle/states.ts'
import type { StatechartSnapshot } from './lifecycle/transition.ts'
import { personalData } from './personal-data.ts'
import type { ParentRequest } from './rules/rule.ts'
import { stateVersions } from './state-versions.ts'
import type { KnownRequest } from './validation/known-request.ts'
import { validation } from './validation/validation.ts'
import { views } from './views/views.ts'

export type PaymentStop = Workflow<
  StatechartSnapshot,
  Command,
  Policy,
  Profiles,
  FreezeRequest,
  KnownRequest,
  ParentRequest | 'unknown' | undefined
>

/** The payment stop, as services get it. */
export const paymentStop: PaymentStop = {
  ...decider,
  actions,
  name: 'payment-stop',
  topicPrefix: 'freeze',
  topics: workflowTopics('freeze'),
  opening: 'OpenRequest',
  stateVersions,
  isKnownFact: isKnownFactType,
  documentOf: fact => (isKnownFact(fact) ? documentOf(fact) : undefined),
  personalData,
  ingress,
  phases,
  finalPhases,
  validation,
  dispatching,
  views,
  deadlinesOf,
  parseCommand: parseStoredCommand,
  loadProfiles,
  viewOfCountry: (profiles, country, from) => viewOfCountry(country, profiles.of(country).calendar, from),
  createPolicy,
}
export { type KnownRequest, stateVersions }
