import type { PersonPolicy, RegistryPolicy } from '@holdfast/core'
import type { Directory } from '@holdfast/directory'
import type { ProfileLoader, ServiceConfig } from '@holdfast/runtime'
import type { Registry } from '@holdfast/trust'
import { createAnswerObstacleFinder } from './may-answer.ts'
import { personsNeedProof } from './persons-need-proof.ts'

interface PolicySources {
  readonly profilesOf: <P>(workflow: ProfileLoader<P>) => P
  readonly members: Registry
  readonly config: Pick<ServiceConfig, 'HOLDFAST_ENV'>
}

/** A workflow, as far as it makes the policy of its decisions. */
interface PolicyMaker<Profiles, Policy extends PersonPolicy> extends ProfileLoader<Profiles> {
  createPolicy(profiles: Profiles, registry: RegistryPolicy): Policy
}

/** The policy for deciding a workflow's commands, with the registry and the directory of this engine. */
export const createServicePolicy = <Profiles, Policy extends PersonPolicy>(
  workflow: PolicyMaker<Profiles, Policy>,
  sources: PolicySources,
  directory: () => Directory,
): Policy =>
  workflow.createPolicy(sources.profilesOf(workflow), {
    personsNeedProof: personsNeedProof(sources),
    findAnswerObstacle: createAnswerObstacleFinder(sources.members, directory),
  })
