import type { Directory } from '@holdfast/directory'
import { createPolicy } from '@holdfast/profiles'
import type { Policy } from '@holdfast/schemas'
import { personsNeedProof } from '../persons-need-proof.ts'
import type { ServiceContext } from '../service-context.ts'
import { createWhyNotAnswer } from './may-answer.ts'

/** The policy by which commands are decided, with what the registry and the directory of this engine say. */
export const createServicePolicy = (
  context: Pick<ServiceContext, 'profiles' | 'members'> & { readonly config: Pick<ServiceContext['config'], 'HOLDFAST_ENV'> },
  directory: () => Directory,
): Policy =>
  createPolicy(context.profiles, {
    personsNeedProof: personsNeedProof(context),
    whyNotAnswer: createWhyNotAnswer(context.members, directory),
  })
