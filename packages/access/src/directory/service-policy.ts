import type { Directory } from '@holdfast/directory'
import { createPolicy, type Profiles } from '@holdfast/payment-stop/law'
import type { ServiceConfig } from '@holdfast/runtime'
import type { Policy } from '@holdfast/schemas'
import type { Registry } from '@holdfast/trust'
import { createAnswerObstacleFinder } from './may-answer.ts'
import { personsNeedProof } from './persons-need-proof.ts'

interface PolicySources {
  readonly profiles: Profiles
  readonly members: Registry
  readonly config: Pick<ServiceConfig, 'HOLDFAST_ENV'>
}

/** The policy for deciding commands, with the registry and the directory of this engine. */
export const createServicePolicy = (sources: PolicySources, directory: () => Directory): Policy =>
  createPolicy(sources.profiles, {
    personsNeedProof: personsNeedProof(sources),
    findAnswerObstacle: createAnswerObstacleFinder(sources.members, directory),
  })
